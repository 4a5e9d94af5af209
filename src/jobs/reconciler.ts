import { startRounds, type Rounds } from '../core/rounds.ts';
import type { Timer } from '../core/timer.ts';
import type { JobLog } from './job-log.ts';
import type { JobStore } from './job-store.ts';

/** Sent in one round: enough for a Redis that has lost everything to be busy at once, the rest follows. */
const TOKENS_AT_ONCE = 500;

/**
 * Keeps the queue in step with the journal: whatever is ready to run (delayed until now, left behind by a dead worker, accepted
 * right before a crash, or forgotten by the queue) has a wake-up on its way within an interval. One round at a time.
 */
export function startReconciler(options: {
  readonly store: Pick<JobStore, 'readyJobs'>;
  readonly log: JobLog;
  readonly timer: Timer;
  readonly intervalMilliseconds: number;
  /** Wake-ups that nobody has taken yet; undefined, or a rejection, while the queue cannot be reached. */
  readonly countTokens: () => Promise<number | undefined>;
  readonly addTokens: (jobs: readonly { readonly jobId: string; readonly attempts: number }[]) => Promise<void>;
  /** Starts what there is room for, straight from the journal. */
  readonly runWithoutTokens: () => Promise<void>;
}): Rounds {
  const { store, log, timer, intervalMilliseconds } = options;

  async function reconcile(): Promise<void> {
    let tokens: number | undefined;
    try {
      tokens = await options.countTokens();
    } finally {
      if (tokens === undefined) await options.runWithoutTokens();
    }
    // As many as are looked for are on their way; every process would read the same jobs for nothing.
    if (tokens === undefined || tokens >= TOKENS_AT_ONCE) return;
    const ready = await store.readyJobs({ limit: TOKENS_AT_ONCE });
    if (ready.length > tokens) await options.addTokens(ready);
  }

  return startRounds({
    work: reconcile,
    intervalMilliseconds,
    timer,
    onFailure: (error) => log.error({ err: error }, 'The queue cannot be brought in step with the journal'),
  });
}
