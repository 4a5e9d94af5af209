import { systemTimer } from '../../core/timer.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { InstanceLock } from '../instance-lock.ts';
import { createJobRunner, type RunnerOptions } from '../job-runner.ts';

const DEFAULT_LEASE_MILLISECONDS = 30_000;
/** Finds jobs whose time has come; also the safety net for a wake-up that never came. */
const DEFAULT_POLL_MILLISECONDS = 1_000;

/**
 * Workers in this process, over a journal that only this process uses. `instanceLock` is asked for as the proof: at the
 * start all leases are ended, which would take running jobs from a second process.
 */
export function createEmbeddedDispatcher(
  options: RunnerOptions & { readonly instanceLock: InstanceLock; readonly pollMilliseconds?: number },
): Dispatcher {
  const { store, log, maximumInterruptions, timer = systemTimer } = options;
  const { leaseMilliseconds = DEFAULT_LEASE_MILLISECONDS, pollMilliseconds = DEFAULT_POLL_MILLISECONDS } = options;
  const runner = createJobRunner({ ...options, leaseMilliseconds, workerId: `process-${process.pid}` });
  let state: 'new' | 'started' | 'draining' = 'new';
  let filling: Promise<void> | undefined;
  let fillAgain = false;
  let journalFails = false;
  let stopTimer: (() => void) | undefined;

  /** Claims until all places are taken or nothing is due. One at a time; a call meanwhile makes it look again. */
  function fill(): void {
    fillAgain = true;
    filling ??= claimAll().finally(() => {
      filling = undefined;
    });
  }

  async function claimAll(): Promise<void> {
    while (fillAgain) {
      fillAgain = false;
      try {
        while (state === 'started') {
          const run = await runner.startNext();
          if (run === undefined) break;
          void run.ended.finally(fill);
        }
        if (journalFails) log.info({}, 'The journal works again');
        journalFails = false;
      } catch (error) {
        // Said once, not every second; the next poll tries again.
        if (!journalFails) log.error({ err: error }, 'No job can be claimed from the journal');
        journalFails = true;
      }
    }
  }

  function poll(): void {
    if (state !== 'started') return;
    fill();
    stopTimer = timer.start(pollMilliseconds, poll);
  }

  return {
    notify(jobId) {
      if (state !== 'started') return;
      runner.check(jobId);
      fill();
    },

    async start() {
      if (state !== 'new') throw new Error('A dispatcher can be started once.');
      const interrupted = await store.expireAllLeases({
        ...(maximumInterruptions !== undefined && { maximumInterruptions }),
      });
      if (interrupted > 0) log.info({ interrupted }, 'Jobs of an earlier process go on');
      state = 'started';
      poll();
    },

    async drain({ graceMilliseconds }) {
      state = 'draining';
      stopTimer?.();
      await filling;
      await runner.drain({ graceMilliseconds });
    },
  };
}
