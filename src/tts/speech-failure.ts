import { AppError } from '../core/errors.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import { HttpFailure } from '../net/http-client.ts';
import type { HttpFact, HttpResponse } from '../net/http-client.ts';

/** The ways in which a vendor's speech can fail; `uncertain`, `storage` and `internal` are our own. */
type SpeechFailureKind = Exclude<FailureKind, 'uncertain' | 'storage' | 'internal'>;

const CODES: Readonly<Record<SpeechFailureKind, { readonly code: string }>> = {
  cancelled: { code: 'cancelled' },
  invalid_input: { code: 'speech_refused' },
  unsupported: { code: 'speech_unsupported' },
  auth: { code: 'speech_key_refused' },
  quota: { code: 'speech_quota_used_up' },
  rate_limited: { code: 'speech_rate_limited' },
  timeout: { code: 'speech_timeout' },
  unavailable: { code: 'speech_unavailable' },
  protocol: { code: 'speech_unreadable' },
  bad_audio: { code: 'speech_unusable' },
};

const KIND_OF_FACT: Readonly<Record<HttpFact, SpeechFailureKind>> = {
  aborted: 'cancelled',
  connect_failed: 'unavailable',
  connect_timeout: 'timeout',
  headers_timeout: 'timeout',
  body_timeout: 'timeout',
  deadline: 'timeout',
  connection_lost: 'unavailable',
  response_too_large: 'protocol',
  response_malformed: 'protocol',
  request_invalid: 'auth',
  client_closed: 'unavailable',
};

/**
 * The AppError of a vendor's failure. `reason` completes the sentence "<vendor> ..." and must hold nothing that the
 * vendor wrote except a code passed through `vendorCode`: vendors quote the text and the key in their messages.
 */
export function speechFailure(
  vendor: string,
  kind: SpeechFailureKind,
  reason: string,
  options: {
    readonly cause?: unknown;
    readonly retryAfterSeconds?: number | undefined;
    readonly neverSent?: boolean;
  } = {},
): AppError {
  return new AppError({
    code: CODES[kind].code,
    kind,
    message: `${vendor} ${reason}.`,
    ...(options.cause === undefined ? {} : { cause: options.cause }),
    ...(options.neverSent === true && { neverSent: true }),
    ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
  });
}

/** A request that got no answer, as an AppError; anything else that was thrown comes back as it is. */
export function transportFailure(vendor: string, thrown: unknown): unknown {
  if (!(thrown instanceof HttpFailure)) return thrown;
  // A key with a line break or a letter beyond Latin-1 is the one thing of ours that cannot be sent.
  if (thrown.fact === 'request_invalid') {
    return speechFailure(vendor, 'auth', 'cannot be asked: its key or address holds characters that cannot be sent');
  }
  return speechFailure(vendor, KIND_OF_FACT[thrown.fact], `gave no complete answer. ${thrown.message.slice(0, -1)}`, {
    cause: thrown,
    neverSent: thrown.fact === 'connect_failed' || thrown.fact === 'connect_timeout',
  });
}

/** A vendor's own name for an error, if it is a plain identifier and may therefore be shown. */
export function vendorCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z0-9_.+-]{1,60}$/i.test(value) ? value : undefined;
}

/**
 * The seconds that `Retry-After` asks for, as a number or as a date. A date is measured against the answer's own `Date`,
 * so that a wrong clock on either side does no harm; without one it says nothing.
 */
export function retryAfterSeconds({ headers }: HttpResponse): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,9}(?:\.\d+)?$/.test(value)) return Number(value);
  // Date.parse takes much for a date that is none, -3 for one.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} /.test(value)) return undefined;
  const seconds = (Date.parse(value) - Date.parse(headers['date'] ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
