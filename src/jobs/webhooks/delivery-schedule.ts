/** Of Standard Webhooks: how long each of the ten attempts waits behind the one before. */
export const ATTEMPT_DELAYS_SECONDS = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** So that receivers who failed together are not all called together. */
const JITTER = 0.2;
/** The longest of our own delays; a receiver cannot put an attempt off beyond it. */
const LONGEST_RETRY_AFTER_MILLISECONDS = 86_400_000;

/**
 * How long to wait when this many attempts have failed, give or take a fifth, and not less than the receiver asked for; null
 * when there are no more. `random` gives 0 (inclusive) to 1.
 */
export function nextDelayMilliseconds(
  failedAttempts: number,
  random: () => number,
  retryAfterMilliseconds = 0,
): number | null {
  const seconds = ATTEMPT_DELAYS_SECONDS[failedAttempts];
  if (seconds === undefined) return null;
  const delay = seconds * 1000 * (1 + JITTER * (2 * random() - 1));
  return Math.round(Math.max(delay, Math.min(retryAfterMilliseconds, LONGEST_RETRY_AFTER_MILLISECONDS)));
}

/** A `Retry-After` header in seconds or as a date; 0 for none, a past date or nonsense. */
export function readRetryAfterMilliseconds(header: string | undefined, now: number): number {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  // Dates of HTTP begin with the day of the week; Date.parse takes much else for a date.
  const date = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
