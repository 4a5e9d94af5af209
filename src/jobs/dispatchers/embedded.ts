import type { Clock } from '../../core/clock.ts';
import type { CrashPoint } from '../crash-point.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { InstanceLock } from '../instance-lock.ts';
import type { JobLog } from '../job-log.ts';
import type { JobStore } from '../job-store.ts';
import { holdLease, type Lease } from '../lease.ts';
import { runJob } from '../run-job.ts';
import { systemTimer, type Timer } from '../../core/timer.ts';
import type { Workflow } from '../workflow.ts';

const DEFAULT_LEASE_MILLISECONDS = 30_000;
/** Finds jobs whose time has come; also the safety net for a wake-up that never came. */
const DEFAULT_POLL_MILLISECONDS = 1_000;

/**
 * Workers in this process, over a journal that only this process uses. `instanceLock` is asked for as the proof: at the
 * start all leases are ended, which would take running jobs from a second process.
 */
export function createEmbeddedDispatcher(options: {
  readonly store: JobStore;
  readonly workflow: Workflow;
  readonly instanceLock: InstanceLock;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly leaseMilliseconds?: number;
  readonly pollMilliseconds?: number;
  readonly timer?: Timer;
  readonly crashPoint?: CrashPoint;
}): Dispatcher {
  const { store, workflow, concurrency, clock, log, timer = systemTimer } = options;
  const { leaseMilliseconds = DEFAULT_LEASE_MILLISECONDS, pollMilliseconds = DEFAULT_POLL_MILLISECONDS } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`"concurrency" must be a whole number of 1 or more; got ${concurrency}.`);
  }
  const workerId = `process-${process.pid}`;
  const running = new Map<Lease, Promise<unknown>>();
  let state: 'new' | 'started' | 'draining' = 'new';
  let filling: Promise<void> | undefined;
  let fillAgain = false;
  let journalFails = false;
  let stopTimer: (() => void) | undefined;

  function hasRoom(): boolean {
    return state === 'started' && running.size < concurrency;
  }

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
        while (hasRoom()) {
          const askedAt = clock.now();
          const claim = await store.claimNext({ workerId, leaseMilliseconds });
          if (claim === undefined) break;
          startRun(holdLease({ store, claim, leaseMilliseconds, askedAt, clock, timer, log }));
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

  function startRun(lease: Lease): void {
    const ended = runJob({
      store,
      lease,
      workflow,
      clock,
      log,
      timer,
      ...(options.crashPoint !== undefined && { crashPoint: options.crashPoint }),
    }).finally(() => {
      running.delete(lease);
      fill();
    });
    running.set(lease, ended);
  }

  function poll(): void {
    if (state !== 'started') return;
    fill();
    stopTimer = timer.start(pollMilliseconds, poll);
  }

  return {
    notify(jobId) {
      if (state !== 'started') return;
      for (const lease of running.keys()) if (lease.claim.jobId === jobId) void lease.check();
      fill();
    },

    async start() {
      if (state !== 'new') throw new Error('A dispatcher can be started once.');
      const interrupted = await store.expireAllLeases();
      if (interrupted > 0) log.info({ interrupted }, 'Jobs of an earlier process go on');
      state = 'started';
      poll();
    },

    async drain({ graceMilliseconds }) {
      state = 'draining';
      stopTimer?.();
      await filling;
      const grace = Promise.withResolvers<void>();
      const stopGrace = timer.start(graceMilliseconds, grace.resolve);
      const allEnded = async () => {
        while (running.size > 0) await Promise.all(running.values());
      };
      await Promise.race([allEnded(), grace.promise]);
      stopGrace();
      for (const lease of running.keys()) lease.end('draining');
      await allEnded();
    },
  };
}
