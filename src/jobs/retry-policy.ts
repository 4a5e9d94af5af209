import type { AppError } from '../core/errors.ts';
import { FAILURE_POLICY } from '../core/failure-policy.ts';
import { jitteredDelayMilliseconds, type Backoff } from '../core/retry.ts';

/** Together some ten minutes: longer than a deployment or a restart at a provider, shorter than a user's patience. */
const MAXIMUM_RETRIES = 4;
const BACKOFF: Backoff = { baseMilliseconds: 10_000, capMilliseconds: 300_000 };
/** Full jitter may say "now", which would ask a provider again that has just failed. */
const SHORTEST_DELAY_MILLISECONDS = 1_000;
/** A provider that is told to be busy for longer has an outage; its users are better told so. */
const LONGEST_RETRY_AFTER_SECONDS = 3_600;

/**
 * Milliseconds until a job may try its step again, as the failure policy has it; undefined when it has failed for good. `retries`
 * is how often the step was tried again already.
 */
export function delayBeforeNextTry(
  error: Pick<AppError, 'kind' | 'code' | 'retryAfterSeconds'>,
  retries: number,
  random: () => number,
): number | undefined {
  // No use at once, as the policy has it; but disks are given room, and databases come back.
  const retrySame = error.kind === 'storage' ? 'with_backoff' : FAILURE_POLICY[error.kind].retrySame;
  // Our own limit, not a failure: the place comes free when others are done, however long they take.
  if (error.code === 'provider_busy') return withJitter((error.retryAfterSeconds ?? 1) * 1000, random);
  const maximum = retrySame === 'never' ? 0 : retrySame === 'once' ? 1 : MAXIMUM_RETRIES;
  if (retries >= maximum) return undefined;
  const askedSeconds = error.retryAfterSeconds ?? 0;
  if (askedSeconds > LONGEST_RETRY_AFTER_SECONDS) return undefined;
  const backoff = jitteredDelayMilliseconds(retries, BACKOFF, random);
  return Math.ceil(Math.max(SHORTEST_DELAY_MILLISECONDS, askedSeconds * 1000 + backoff));
}

/** A little later each, so that those who wait for the same place do not come together. */
function withJitter(milliseconds: number, random: () => number): number {
  return Math.ceil(Math.max(SHORTEST_DELAY_MILLISECONDS, milliseconds) * (1 + random()));
}
