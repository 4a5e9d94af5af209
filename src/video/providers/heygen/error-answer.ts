import type { AppError } from '../../../core/errors.ts';
import type { HttpResponse } from '../../../net/http-client.ts';
import { retryAfterSeconds, vendorCode } from '../../../net/vendor-failure.ts';
import { videoFailure } from '../../video-failure.ts';
import { jsonObject } from './json-object.ts';

export const VENDOR = 'HeyGen';

const QUOTA = /insufficient_credit|quota|payment/i;
/** A code of a video that failed which says that its material could not be had in time, so that a repeat may succeed. */
const PASSING = /download_failed|timeout|internal|unavailable/i;

/**
 * The failure that an answer other than a success stands for: `{"error":{"code","message","param"?}}` with a status. Only the
 * code is quoted, never the message. What HeyGen will not take our engine may, so a refusal is `unsupported` and not the
 * user's mistake: our own rules let it pass.
 */
export function heygenError(response: HttpResponse): AppError {
  const { status } = response;
  const name = vendorCode(jsonObject(jsonObject(response.bytes)['error'])['code']);
  const reason = `answered with status ${status}${name === undefined ? '' : ` (${name})`}`;
  const failure = (kind: Parameters<typeof videoFailure>[1], seconds?: number): AppError =>
    videoFailure(VENDOR, kind, reason, { retryAfterSeconds: seconds });
  if (status === 402 || (name !== undefined && QUOTA.test(name))) return failure('quota');
  if (status === 429) return failure('rate_limited', retryAfterSeconds(response));
  if (status === 401 || status === 403) return failure('auth');
  if (status === 408 || status === 504) return failure('timeout');
  // 409: the first request with this key is still being worked on; the same key will bring its answer.
  if (status >= 500 || status === 409 || status === 425) return failure('unavailable', retryAfterSeconds(response));
  // 404 and 410 also say that the avatar is not there, or that this version of the API is no more.
  if (status >= 400) return failure('unsupported');
  return failure('protocol');
}

/** The failure of a video that was accepted and then not made. HeyGen does not charge for it. */
export function renderFailure(failureCode: string | undefined): AppError {
  const name = vendorCode(failureCode);
  const reason = `could not make the video${name === undefined ? '' : ` (${name})`}`;
  if (name !== undefined && QUOTA.test(name)) return videoFailure(VENDOR, 'quota', reason);
  return videoFailure(VENDOR, name !== undefined && PASSING.test(name) ? 'unavailable' : 'unsupported', reason);
}
