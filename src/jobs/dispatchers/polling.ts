import type { Dispatcher } from '../dispatcher.ts';
import { createJobPump } from '../job-pump.ts';
import { createJobRunner, type RunnerOptions } from '../job-runner.ts';

/** A dead worker's job is taken up when its lease has ended: soon, but not while a worker only stumbles. */
const DEFAULT_LEASE_MILLISECONDS = 10_000;

/**
 * Workers in one of several processes that share a journal, and nothing else: they ask it every second, and whenever it says
 * that something has happened. `workerId` is what this process is called in the journal, unlike all others.
 */
export function createPollingDispatcher(
  options: RunnerOptions & { readonly workerId: string; readonly pollMilliseconds?: number },
): Dispatcher {
  const { store, leaseMilliseconds = DEFAULT_LEASE_MILLISECONDS } = options;
  const runner = createJobRunner({ ...options, leaseMilliseconds });
  const pump = createJobPump({ ...options, runner });
  let stopWatching: (() => void) | undefined;
  return {
    notify(jobId) {
      runner.check(jobId);
      pump.fill();
    },
    async start() {
      stopWatching = store.watchEvents(() => {
        if (runner.hasRoom) pump.fill();
      });
      pump.start();
    },
    async drain(grace) {
      stopWatching?.();
      await pump.drain(grace);
    },
  };
}
