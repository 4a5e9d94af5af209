import type { AppError } from '../../../core/errors.ts';
import type { HttpResponse } from '../../../net/http-client.ts';
import { retryAfterSeconds, vendorCode } from '../../../net/vendor-failure.ts';
import { speechFailure } from '../../speech-failure.ts';

/** All of these come as 429, and waiting helps none of them. */
const QUOTA = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active']);

/**
 * The failure that an answer other than 200 stands for. A used up quota and a too fast client are both 429; only the code
 * tells them apart. Only the code is quoted, never the vendor's message.
 */
export function openAiSpeechError(vendor: string, response: HttpResponse): AppError {
  const { status } = response;
  const { code, type, param } = errorObject(response.bytes);
  const name = code ?? type;
  const reason = `answered with status ${status}${name === undefined ? '' : ` (${name})`}`;
  const failure = (kind: Parameters<typeof speechFailure>[1], seconds?: number): AppError =>
    speechFailure(vendor, kind, reason, { retryAfterSeconds: seconds });
  if (status === 402 || [code, type].some((word) => word !== undefined && QUOTA.has(word))) return failure('quota');
  if (status === 429) return failure('rate_limited', retryAfterSeconds(response));
  if (status === 401 || status === 403) return failure('auth');
  const refusesChoice = code === 'model_not_found' || param === 'voice' || param === 'model';
  if (refusesChoice && status < 500) return failure('unsupported');
  // The text is one that our own rules let pass, so what this vendor will not take, another may.
  if (status === 400 || status === 413 || status === 422) return failure('unsupported');
  if (status === 408 || status === 504) return failure('timeout');
  if (status >= 500 || status === 409 || status === 425) return failure('unavailable', retryAfterSeconds(response));
  return failure('protocol');
}

type ErrorNames = Readonly<Record<'code' | 'type' | 'param', string | undefined>>;

function errorObject(bytes: Uint8Array): ErrorNames {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return { code: undefined, type: undefined, param: undefined };
  }
  const { error } = Object(value) as { readonly error?: unknown };
  const { code, type, param } = Object(error) as Readonly<Record<string, unknown>>;
  return { ['code']: vendorCode(code), type: vendorCode(type), param: vendorCode(param) };
}
