import type { Clock } from '../core/clock.ts';
import { advancePace, noPace, progressPerSecond } from './eta.ts';
import { FencedError } from './fenced-error.ts';
import type { JobLog } from './job-log.ts';
import type { JobStore, ProgressReport } from './job-store.ts';
import type { Lease } from './lease.ts';
import type { ProgressMeter } from './progress.ts';
import type { Timer } from '../core/timer.ts';

/** Four reports a second are as smooth as a person can see, and cheap enough to be durable. */
const INTERVAL_MILLISECONDS = 250;

export type ProgressReporter = {
  /** The meter has moved. Returns at once; what is written follows within a quarter of a second. */
  touch(): void;
  /**
   * Records the end of a step by `write`, which takes along how far the job is then, unless that is in the journal already: one
   * write for both. No report is written meanwhile, so that none overtakes it. Rejects as `write` does; the meter has not moved
   * then.
   */
  complete(step: string, write: (report: ProgressReport | undefined) => Promise<void>): Promise<void>;
  /** Writes nothing more and waits for a write that is under way. */
  stop(): Promise<void>;
};

/**
 * Brings the meter's value into the journal, at most four times a second, the last value always. A report that cannot
 * be written is logged and given up: progress is the only thing here that may be lost.
 */
export function createProgressReporter(options: {
  readonly store: JobStore;
  readonly lease: Lease;
  readonly meter: ProgressMeter;
  /** What the journal says now. */
  readonly recordedProgress: number;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: JobLog;
}): ProgressReporter {
  const { store, lease, meter, clock, timer, log } = options;
  let recorded = options.recordedProgress;
  let pace = noPace(meter.value, clock.now());
  let writing: Promise<void> | undefined;
  let stopTimer: (() => void) | undefined;
  let stopped = false;
  let failing = false;

  function touch(): void {
    if (stopped || stopTimer !== undefined || meter.value === recorded) return;
    stopTimer = timer.start(INTERVAL_MILLISECONDS, () => {
      stopTimer = undefined;
      touch();
    });
    writing ??= write().finally(() => {
      writing = undefined;
    });
  }

  function reportOf(progress: number): ProgressReport {
    pace = advancePace(pace, progress, clock.now());
    return { progress, progressPerSecond: progressPerSecond(pace) };
  }

  async function write(): Promise<void> {
    const report = reportOf(meter.value);
    try {
      await store.reportProgress(lease.claim, report);
      recorded = report.progress;
      failing = false;
    } catch (error) {
      if (error instanceof FencedError) lease.end('lost');
      else if (!failing) log.warn({ jobId: lease.claim.jobId, err: error }, 'Progress could not be recorded');
      failing = true;
    }
  }

  async function complete(step: string, write: (report: ProgressReport | undefined) => Promise<void>): Promise<void> {
    for (let other = writing; other !== undefined; other = writing) await other;
    const value = meter.valueAfter(step);
    const written = write(value === recorded ? undefined : reportOf(value)).then(() => {
      meter.complete(step);
      recorded = value;
    });
    writing = written
      .catch(() => {})
      .finally(() => {
        writing = undefined;
      });
    await written;
  }

  touch();
  return {
    touch,
    complete,
    async stop() {
      stopped = true;
      stopTimer?.();
      await writing;
    },
  };
}
