import type { AppError } from '../../../core/errors.ts';
import type { HttpResponse } from '../../../net/http-client.ts';
import { retryAfterSeconds, vendorCode } from '../../../net/vendor-failure.ts';
import { speechFailure } from '../../speech-failure.ts';

const VENDOR = 'ElevenLabs';
const QUOTA = new Set(['quota_exceeded', 'payment_required', 'insufficient_credits']);
const UNKNOWN_CHOICE = new Set(['voice_not_found', 'model_not_found', 'unsupported_language']);

/**
 * The failure that an answer other than 200 stands for. The vendor's code is looked at before the status, because a used
 * up quota comes as 401 as well. Only the code is quoted, never the vendor's message.
 */
export function elevenLabsError(response: HttpResponse): AppError {
  const { status } = response;
  const name = errorName(response.bytes);
  const reason = `answered with status ${status}${name === undefined ? '' : ` (${name})`}`;
  const failure = (kind: Parameters<typeof speechFailure>[1], seconds?: number): AppError =>
    speechFailure(VENDOR, kind, reason, { retryAfterSeconds: seconds });
  if (status === 402 || (name !== undefined && QUOTA.has(name))) return failure('quota');
  // Too many at once, too many a minute, and a busy system all come as 429, in codes of two generations.
  if (status === 429) return failure('rate_limited', retryAfterSeconds(response));
  if (status === 401 || status === 403) return failure('auth');
  if (name !== undefined && UNKNOWN_CHOICE.has(name)) return failure('unsupported');
  // The text is one that our own rules let pass, so what this vendor will not take, another may.
  if (status === 400 || status === 413 || status === 422) return failure('unsupported');
  if (status === 408 || status === 504) return failure('timeout');
  if (status >= 500 || status === 409 || status === 425) return failure('unavailable', retryAfterSeconds(response));
  return failure('protocol');
}

/** `code` of today's shape, `status` of the shape before, or `type` of the first entry of a validation list. */
function errorName(bytes: Uint8Array): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  const { detail } = Object(value) as { readonly detail?: unknown };
  const [entry] = Array.isArray(detail) ? (detail as unknown[]) : [detail];
  const { code, status, type } = Object(entry) as Readonly<Record<'code' | 'status' | 'type', unknown>>;
  return vendorCode(code) ?? vendorCode(status) ?? vendorCode(type);
}
