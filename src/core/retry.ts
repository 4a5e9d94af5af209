import type { Clock } from './clock.ts';
import type { AppError } from './errors.ts';
import { FAILURE_POLICY } from './failure-policy.ts';

export type Backoff = { readonly baseMilliseconds: number; readonly capMilliseconds: number };

/**
 * Full jitter: anywhere from 0 to base * 2^retry, but at most the cap, so that callers who failed together do not come back
 * together. `retry` counts from 0; `random` gives 0 (inclusive) to 1.
 */
export function jitteredDelayMilliseconds(retry: number, backoff: Backoff, random: () => number): number {
  const ceiling = Math.min(backoff.capMilliseconds, backoff.baseMilliseconds * 2 ** Math.min(retry, 30));
  return random() * ceiling;
}

export type RetryPauses = {
  readonly backoff: Backoff;
  /** Whoever asks for a longer wait than this is given up at once. */
  readonly longestRetryAfterSeconds: number;
};

/** How long the failure policy has the next attempt wait after `attempts` of them; undefined when there must be none. */
export function delayBeforeRetryMilliseconds(
  error: AppError,
  attempts: number,
  { backoff, longestRetryAfterSeconds }: RetryPauses,
  random: () => number,
): number | undefined {
  const { retrySame } = FAILURE_POLICY[error.kind];
  if (retrySame === 'never' || (retrySame === 'once' && attempts > 1)) return undefined;
  if (retrySame === 'once') return 0;
  const pause = jitteredDelayMilliseconds(attempts - 1, backoff, random);
  if (retrySame === 'with_backoff') return pause;
  const seconds = error.retryAfterSeconds ?? 0;
  return seconds > longestRetryAfterSeconds ? undefined : seconds * 1000 + pause;
}

export type RetryBudgetLimits = {
  /** Retries allowed per request. Finagle uses 0.2, Google SRE 0.1. */
  readonly retriesPerRequest: number;
  /** So that the first failure of a quiet hour may be retried. */
  readonly floorPerSecond: number;
  /** The most retries that can be saved up. */
  readonly capacity: number;
};

/** Together at most 1.2 attempts a request in any five minutes of an outage with a request a second or more. */
export const RETRY_BUDGET_LIMITS: RetryBudgetLimits = { retriesPerRequest: 0.1, floorPerSecond: 0.05, capacity: 10 };

/** Keeps retries from multiplying an outage. One key for each thing that is called. */
export type RetryBudget = {
  recordRequest(key: string): void;
  /** Takes one retry; false when the budget is used up and the caller has to give up. */
  spend(key: string): boolean;
};

/**
 * In any time the retries of a key are at most 0.1 per request, 0.05 per second and the capacity it started with.
 */
export function createRetryBudget(options: {
  readonly clock: Clock;
  readonly limits?: RetryBudgetLimits;
}): RetryBudget {
  const { clock, limits = RETRY_BUDGET_LIMITS } = options;
  const purses = new Map<string, { tokens: number; atMilliseconds: number }>();
  const purseOf = (key: string): { tokens: number; atMilliseconds: number } => {
    const now = clock.now();
    const purse = purses.get(key) ?? { tokens: limits.capacity, atMilliseconds: now };
    const earned = (Math.max(0, now - purse.atMilliseconds) / 1000) * limits.floorPerSecond;
    purse.tokens = Math.min(limits.capacity, purse.tokens + earned);
    purse.atMilliseconds = now;
    purses.set(key, purse);
    return purse;
  };
  return {
    recordRequest(key) {
      const purse = purseOf(key);
      purse.tokens = Math.min(limits.capacity, purse.tokens + limits.retriesPerRequest);
    },
    spend(key) {
      const purse = purseOf(key);
      if (purse.tokens < 1) return false;
      purse.tokens -= 1;
      return true;
    },
  };
}
