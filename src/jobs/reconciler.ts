import type { Timer } from '../core/timer.ts';
import type { JobLog } from './job-log.ts';
import type { JobStore } from './job-store.ts';

/** Sent in one round: enough for a Redis that has lost everything to be busy at once, the rest follows. */
const TOKENS_AT_ONCE = 500;

export type Reconciler = { stop(): Promise<void> };

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
}): Reconciler {
  const { store, log, timer, intervalMilliseconds } = options;
  let stopped = false;
  let isFailing = false;
  let stopTimer: (() => void) | undefined;
  let round: Promise<void> = Promise.resolve();

  async function reconcile(): Promise<void> {
    let tokens: number | undefined;
    try {
      tokens = await options.countTokens();
    } finally {
      if (tokens === undefined) await options.runWithoutTokens();
    }
    if (tokens === undefined) return;
    const ready = await store.readyJobs({ limit: TOKENS_AT_ONCE });
    if (ready.length > tokens) await options.addTokens(ready);
  }

  function tick(): void {
    round = reconcile()
      .then(() => {
        isFailing = false;
      })
      .catch((error: unknown) => {
        // Said once; the next round tries again.
        if (!isFailing) log.error({ err: error }, 'The queue cannot be brought in step with the journal');
        isFailing = true;
      })
      .finally(() => {
        if (!stopped) stopTimer = timer.start(intervalMilliseconds, tick);
      });
  }

  tick();
  return {
    async stop() {
      stopped = true;
      stopTimer?.();
      await round;
    },
  };
}
