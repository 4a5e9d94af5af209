import type { Clock } from '../core/clock.ts';
import { toAppError } from '../core/errors.ts';
import { callOffOpenCalls } from './call-off.ts';
import { type CrashPoint, noCrash } from './crash-point.ts';
import { FencedError } from './fenced-error.ts';
import type { Job, Json } from './job.ts';
import type { JobLog } from './job-log.ts';
import type { JobStore } from './job-store.ts';
import type { Lease } from './lease.ts';
import { createProgressMeter } from './progress.ts';
import { createProgressReporter } from './progress-reporter.ts';
import { delayBeforeNextTry } from './retry-policy.ts';
import { createStepRunner } from './steps.ts';
import { suspensionIn } from './suspension.ts';
import { systemTimer, type Timer } from '../core/timer.ts';
import type { Workflow } from './workflow.ts';

/**
 * How a run ended. `retried`: it failed and will try again. `suspended`: it waits without a worker. `dropped`: another worker
 * holds the job now. `unrecorded`: the journal could not be written; the lease runs out and the job runs again from its last
 * recorded step.
 */
export type RunOutcome =
  | 'completed'
  | 'failed'
  | 'retried'
  | 'suspended'
  | 'cancelled'
  | 'released'
  | 'dropped'
  | 'unrecorded';

/** How long work may take to notice its aborted signal before the job is taken away from it. */
const ABORT_PATIENCE_MILLISECONDS = 5_000;

/**
 * Runs one claimed job to its end, or until its lease ends. Never throws: what the workflow throws becomes the job's
 * error (with the failed step's name) and its full cause goes to the log. Closes the lease.
 */
export async function runJob(options: {
  readonly store: JobStore;
  readonly lease: Lease;
  /** As it was claimed. */
  readonly job: Job;
  readonly workflow: Workflow;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly timer?: Timer;
  /** 0 (inclusive) to 1, for the times of retries. */
  readonly random?: () => number;
  readonly crashPoint?: CrashPoint;
}): Promise<RunOutcome> {
  const { lease, log } = options;
  const { jobId } = lease.claim;
  try {
    const outcome = await runClaimedJob(options);
    log.info({ jobId, outcome }, 'Job run ended');
    return outcome;
  } catch (error) {
    if (error instanceof FencedError) {
      log.info({ jobId, outcome: 'dropped' }, 'Job run ended');
      return 'dropped';
    }
    log.error({ jobId, err: error }, 'The journal could not be written; the job runs again when its lease ends');
    return 'unrecorded';
  } finally {
    lease.close();
  }
}

async function runClaimedJob(options: Parameters<typeof runJob>[0]): Promise<RunOutcome> {
  const { store, lease, job, workflow, clock, log, timer = systemTimer, crashPoint = noCrash } = options;
  const { claim } = lease;
  crashPoint('job.claimed');
  if (job.cancelRequested) lease.end('cancelled');

  const isFirstRun = job.attempts === 1;
  const records = isFirstRun ? [] : await store.steps(claim.jobId);
  const completed = records.filter((record) => record.status === 'completed').map((record) => record.name);
  const meter = createProgressMeter(workflow.steps, completed);
  const reporter = createProgressReporter({ store, lease, meter, recordedProgress: job.progress, clock, timer, log });
  const runner = createStepRunner({ store, lease, records, meter, reporter, crashPoint });

  let result: { readonly output: Json } | { readonly error: unknown };
  try {
    lease.signal.throwIfAborted();
    const work = workflow.run({ job, signal: lease.signal, step: runner.step });
    result = { output: await untilAbandoned(work, { lease, timer, log }) };
  } catch (error) {
    result = { error };
  }
  await reporter.stop();

  if (lease.ended !== undefined && 'error' in result && !saysStopped(result.error)) {
    log.warn({ jobId: claim.jobId, reason: lease.ended, err: result.error }, 'Work failed while it was told to stop');
  }
  if (lease.ended === 'lost') return 'dropped';
  if ('output' in result) {
    crashPoint('job.before_finish');
    await store.finish(claim, result.output);
    crashPoint('job.finished');
    return 'completed';
  }
  if (lease.ended === 'cancelled') {
    await callOffOpenCalls({ store, claim, workflow, log });
    await store.markCancelled(claim);
    return 'cancelled';
  }
  const suspension = suspensionIn(result.error);
  if (suspension !== undefined) {
    const { delayMilliseconds, waitingFor } = suspension;
    await store.suspend(claim, { delayMilliseconds, waitingFor });
    crashPoint('job.suspended');
    return 'suspended';
  }
  if (lease.ended === 'draining') {
    await store.release(claim);
    return 'released';
  }
  return endFailedRun({ ...options, error: result.error, step: runner.stepOf(result.error) });
}

/** Tries again later where the failure policy has it so; otherwise the job has failed. */
async function endFailedRun(
  options: Parameters<typeof runJob>[0] & {
    readonly error: unknown;
    readonly step: string | null;
  },
): Promise<RunOutcome> {
  const { store, lease, log, job, step, random = Math.random } = options;
  const error = toAppError(options.error);
  const { code, kind, message } = error;
  // A step that has finished since the run began has reset the count.
  const { retries } = (await store.get(job.id)) ?? job;
  const delayMilliseconds = delayBeforeNextTry(error, retries, random);
  if (delayMilliseconds === undefined) {
    log.error({ jobId: job.id, step, err: options.error }, 'Job failed');
    await store.fail(lease.claim, { code, kind, message, step });
    return 'failed';
  }
  log.warn({ jobId: job.id, step, delayMilliseconds, err: options.error }, 'Job failed and tries again');
  const reason = code === 'provider_busy' ? 'provider_busy' : 'retry';
  await store.retryLater(lease.claim, { step, delayMilliseconds, waitingFor: { reason, message } });
  return 'retried';
}

/** True for errors that only tell that the work was told to stop. */
function saysStopped(error: unknown): boolean {
  return error instanceof FencedError || toAppError(error).kind === 'cancelled';
}

/** Waits for `work`, but once the lease has ended only a little longer: a job must not hang on work that ignores its signal. */
async function untilAbandoned<T>(
  work: Promise<T>,
  options: { readonly lease: Lease; readonly timer: Timer; readonly log: JobLog },
): Promise<T> {
  const { lease, timer, log } = options;
  const abandoned = Promise.withResolvers<never>();
  let stopTimer: (() => void) | undefined;
  let waiting = true;
  const startTimer = () => {
    stopTimer = timer.start(ABORT_PATIENCE_MILLISECONDS, () => {
      log.warn(
        { jobId: lease.claim.jobId, reason: lease.ended },
        'Work ignored its aborted signal and was left behind',
      );
      abandoned.reject(lease.signal.reason);
    });
  };
  lease.signal.addEventListener('abort', startTimer, { once: true });
  work.catch((error: unknown) => {
    if (!waiting) log.warn({ jobId: lease.claim.jobId, err: error }, 'Work that was left behind has failed');
  });
  try {
    return await Promise.race([work, abandoned.promise]);
  } finally {
    waiting = false;
    stopTimer?.();
    lease.signal.removeEventListener('abort', startTimer);
  }
}
