import { AppError } from '../core/errors.ts';
import { isFinalStatus, type Job, type StepRecord } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { WorkflowStep } from './workflow.ts';

/**
 * Has a failed or cancelled job go on at the step where it ended, or a final one at `from`: that step and those after it run
 * again, what was finished before is kept and not paid for again. Undefined when there is no such job. Throws AppError
 * `job_not_final`, `job_already_completed` (which step is to run again?), or `unknown_step`.
 */
export async function retryJob(options: {
  readonly store: Pick<JobStore, 'get' | 'steps' | 'retry'>;
  readonly steps: readonly WorkflowStep[];
  readonly jobId: string;
  readonly from?: string | undefined;
}): Promise<Job | undefined> {
  const { store, steps, jobId, from } = options;
  const job = await store.get(jobId);
  if (job === undefined) return undefined;
  if (!isFinalStatus(job.status)) {
    throw refusal({
      code: 'job_not_final',
      message: `A job must have ended to be retried; this one is ${job.status}.`,
    });
  }
  const start = from ?? whereItEnded(job, await store.steps(jobId), steps);
  if (start === undefined) {
    const message = 'A completed job has no failed step; name the one that is to run again.';
    throw refusal({ code: 'job_already_completed', message });
  }
  const index = steps.findIndex(({ name }) => name === start);
  if (index < 0) {
    const names = steps.map(({ name }) => name).join(', ');
    const message = `The step must be one of ${names}; got ${JSON.stringify(start)}.`;
    throw refusal({ code: 'unknown_step', message });
  }
  return store.retry(
    jobId,
    steps.slice(index).map(({ name }) => name),
  );
}

/** Undefined for a completed job. A step that is no longer part of the workflow counts for its first. */
function whereItEnded(job: Job, records: readonly StepRecord[], steps: readonly WorkflowStep[]): string | undefined {
  if (job.status === 'completed') return undefined;
  const completed = new Set(records.filter(({ status }) => status === 'completed').map(({ name }) => name));
  const failed = steps.find(({ name }) => name === job.error?.step) ?? steps.find(({ name }) => !completed.has(name));
  return failed?.retriedFrom ?? failed?.name ?? steps[0]?.name;
}

function refusal(facts: { readonly code: string; readonly message: string }): AppError {
  return new AppError({ ...facts, kind: 'invalid_input' });
}
