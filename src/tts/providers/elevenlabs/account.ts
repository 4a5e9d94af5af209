import { toAppError } from '../../../core/errors.ts';
import type { HttpClient, HttpResponse } from '../../../net/http-client.ts';
import { vendorCode } from '../../../net/vendor-failure.ts';
import { speechFailure, transportFailure } from '../../speech-failure.ts';
import { elevenLabsError } from './error-answer.ts';

const VENDOR = 'ElevenLabs';

/** What a key may be told for nothing. */
export type ElevenLabsAccount = {
  /** Such as `creator`; null when the key must not read the account. */
  readonly tier: string | null;
  /** Credits of this period; null when the key must not read the account, Infinity when the account may go beyond them. */
  readonly creditsLeft: number | null;
  /** Such as `active` or `past_due`. */
  readonly status: string | null;
  /** False for a voice that is not there; null when the key must not read voices. */
  readonly hasVoice: boolean | null;
};

/**
 * Asks whether the key is good, what it has left and whether the voice is there. A key that is restricted to speech is a good one.
 * Throws AppErrors as the provider does.
 */
export async function readElevenLabsAccount(options: {
  readonly httpClient: HttpClient;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly voiceId: string;
  readonly signal: AbortSignal;
}): Promise<ElevenLabsAccount> {
  const { httpClient, apiKey, voiceId, signal } = options;
  const ask = async (path: string): Promise<HttpResponse> =>
    httpClient.send({
      method: 'GET',
      url: `${options.baseUrl.replace(/\/+$/, '')}${path}`,
      headers: { 'xi-api-key': apiKey, accept: 'application/json' },
      signal,
    });
  try {
    const [subscription, voice] = await Promise.all([
      ask('/v1/user/subscription'),
      ask(`/v1/voices/${encodeURIComponent(voiceId)}`),
    ]);
    return { ...readSubscription(subscription), hasVoice: readVoice(voice) };
  } catch (thrown) {
    throw toAppError(transportFailure(VENDOR, thrown));
  }
}

function readSubscription(response: HttpResponse): Omit<ElevenLabsAccount, 'hasVoice'> {
  if (isForbidden(response)) return { tier: null, creditsLeft: null, status: null };
  if (response.status !== 200) throw elevenLabsError(response);
  const fields = fieldsOf(response);
  const { character_count: used, character_limit: limit, tier, status } = fields;
  if (typeof used !== 'number' || typeof limit !== 'number') {
    throw speechFailure(VENDOR, 'protocol', 'must say how many credits are left, and did not');
  }
  const beyond = fields['max_credit_limit_extension'];
  const extension = beyond === 'unlimited' ? Infinity : typeof beyond === 'number' ? Math.max(0, beyond) : 0;
  return {
    tier: vendorCode(tier) ?? null,
    creditsLeft: Math.max(0, limit + extension - used),
    status: vendorCode(status) ?? null,
  };
}

function readVoice(response: HttpResponse): boolean | null {
  if (isForbidden(response)) return null;
  if (response.status === 200) return true;
  // Both are met for a voice that is not there, and 422 for what cannot be the id of one.
  if ([400, 404, 422].includes(response.status)) return false;
  throw elevenLabsError(response);
}

/** 401 as for a wrong key; only this word says that it is a good one. */
function isForbidden(response: HttpResponse): boolean {
  if (response.status !== 401 && response.status !== 403) return false;
  const { status, code } = Object(fieldsOf(response)['detail']) as Readonly<Record<'status' | 'code', unknown>>;
  return status === 'missing_permissions' || code === 'missing_permissions';
}

function fieldsOf({ bytes }: HttpResponse): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString('utf8'))) as Record<string, unknown>;
  } catch {
    return {};
  }
}
