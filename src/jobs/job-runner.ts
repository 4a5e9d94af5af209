import type { Clock } from '../core/clock.ts';
import { systemTimer, type Timer } from '../core/timer.ts';
import type { CrashPoint } from './crash-point.ts';
import type { Job } from './job.ts';
import type { JobLog } from './job-log.ts';
import type { ClaimedJob, JobStore } from './job-store.ts';
import { holdLease, type Lease } from './lease.ts';
import { runJob, type RunOutcome } from './run-job.ts';
import type { Workflow } from './workflow.ts';

/** What every dispatcher runs jobs with. */
export type RunnerOptions = {
  readonly store: JobStore;
  readonly workflow: Workflow;
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly leaseMilliseconds?: number;
  readonly maximumInterruptions?: number;
  readonly timer?: Timer;
  readonly random?: () => number;
  readonly crashPoint?: CrashPoint;
};

/** The jobs that this process holds. */
export type JobRunner = {
  readonly hasRoom: boolean;
  /** Claims the job that is next and starts to run it; undefined when there is none, or no room. */
  startNext(): Promise<{ readonly ended: Promise<RunOutcome> } | undefined>;
  /** Learns at once whether that job was asked to stop, if it runs here. */
  check(jobId: string): void;
  /** Starts nothing more, lets running jobs finish for up to `graceMilliseconds`, then aborts and releases them. */
  drain(options: { readonly graceMilliseconds: number }): Promise<void>;
};

/** Throws RangeError for a concurrency that is no whole number of 1 or more. */
export function createJobRunner(
  options: RunnerOptions & { readonly workerId: string; readonly leaseMilliseconds: number },
): JobRunner {
  const { store, concurrency, workerId, leaseMilliseconds, maximumInterruptions, clock, log } = options;
  const { timer = systemTimer } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`"concurrency" must be a whole number of 1 or more; got ${concurrency}.`);
  }
  const running = new Map<Lease, Promise<RunOutcome>>();
  /** On their way; they count as places taken. */
  const claims = new Set<Promise<ClaimedJob | undefined>>();
  let draining = false;

  const hasRoom = (): boolean => !draining && running.size + claims.size < concurrency;

  function run(lease: Lease, job: Job): { readonly ended: Promise<RunOutcome> } {
    const ended = runJob({ ...options, timer, lease, job }).finally(() => running.delete(lease));
    running.set(lease, ended);
    return { ended };
  }

  async function claimNext(): Promise<ClaimedJob | undefined> {
    const claim = await store.claimNext({
      workerId,
      leaseMilliseconds,
      ...(maximumInterruptions !== undefined && { maximumInterruptions }),
    });
    if (claim === undefined || !draining) return claim;
    // It was asked for before the drain began; nobody would wait for it now.
    await store.release(claim);
    return undefined;
  }

  return {
    get hasRoom() {
      return hasRoom();
    },

    async startNext() {
      if (!hasRoom()) return undefined;
      const askedAt = clock.now();
      const claiming = claimNext();
      claims.add(claiming);
      try {
        const claim = await claiming;
        return claim && run(holdLease({ store, claim, leaseMilliseconds, askedAt, clock, timer, log }), claim.job);
      } finally {
        claims.delete(claiming);
      }
    },

    check(jobId) {
      for (const lease of running.keys()) if (lease.claim.jobId === jobId) void lease.check();
    },

    async drain({ graceMilliseconds }) {
      draining = true;
      const grace = Promise.withResolvers<void>();
      const stopGrace = timer.start(graceMilliseconds, grace.resolve);
      const allEnded = async () => {
        await Promise.allSettled(claims);
        while (running.size > 0) await Promise.all(running.values());
      };
      await Promise.race([allEnded(), grace.promise]);
      stopGrace();
      for (const lease of running.keys()) lease.end('draining');
      await allEnded();
    },
  };
}
