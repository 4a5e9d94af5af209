import type { Clock } from '../core/clock.ts';
import { startRounds, type Rounds } from '../core/rounds.ts';
import type { Timer } from '../core/timer.ts';
import type { JobLog } from './job-log.ts';
import type { JobStore } from './job-store.ts';

const INTERVAL_MILLISECONDS = 3_600_000;
/** A client that lost its stream comes back within minutes; a day is long enough for one on a train. */
const PROGRESS_KEPT_MILLISECONDS = 24 * 3_600_000;

/**
 * Forgets, every hour, how far jobs had come at each quarter of a second once they have ended a day ago: these are nearly all
 * of the events, and nobody asks for them any more. What happened to a job is kept.
 */
export function startJanitor(options: {
  readonly store: Pick<JobStore, 'forgetProgress'>;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: JobLog;
}): Rounds {
  const { store, clock, timer, log } = options;
  return startRounds({
    timer,
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    async work(stopping) {
      const endedBefore = clock.now() - PROGRESS_KEPT_MILLISECONDS;
      // In small transactions, so that nobody waits for one.
      while (!stopping.aborted && (await store.forgetProgress({ endedBefore })) > 0);
    },
    onFailure: (error) => log.error({ err: error }, 'Old events cannot be removed from the journal'),
  });
}
