import { isDeepStrictEqual } from 'node:util';
import { allJobs } from '../../chaos/support/all-jobs.ts';
import type { Job, JobEvent, JobStatus, StepRecord } from '../../src/jobs/job.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import type { LedgerEntry } from './ledger.ts';

/** Steps that the journal said were finished, and how many ledger entries there were when it was asked. */
export type Snapshot = { readonly ledgerLength: number; readonly finished: ReadonlyMap<string, string> };

export const stepKey = (job: string, step: string): string => `${job}/${step}`;

/** What is finished in the journal, with the recorded outputs. */
export async function takeSnapshot(store: JobStore, ledgerLength: number): Promise<Snapshot> {
  const finished = new Map<string, string>();
  for (const job of await allJobs(store)) {
    for (const step of await store.steps(job.id)) {
      if (step.status === 'completed') finished.set(stepKey(job.id, step.name), JSON.stringify(step.output));
    }
  }
  return { ledgerLength, finished };
}

/**
 * Compares what happened with what the journal says at the end, when all jobs should have ended. Returns one line per
 * broken promise.
 */
export async function checkHistory(options: {
  readonly store: JobStore;
  readonly ledger: readonly LedgerEntry[];
  readonly snapshots: readonly Snapshot[];
  readonly stepNames: readonly string[];
}): Promise<readonly string[]> {
  const { store, ledger, snapshots, stepNames } = options;
  const violations: string[] = [];
  const jobs = new Map((await allJobs(store)).map((job) => [job.id, job]));

  for (const { job } of ledger.filter((entry) => entry.kind === 'accepted')) {
    if (!jobs.has(job)) violations.push(`${job} was accepted and is lost`);
  }
  for (const job of jobs.values()) {
    const events = await store.eventsSince(0, { jobId: job.id, limit: 1_000 });
    violations.push(...checkJob(job, await store.steps(job.id), events, stepNames));
  }
  violations.push(...checkExecutions(ledger, jobs), ...checkSnapshots(ledger, snapshots, jobs));
  return violations;
}

function checkJob(
  job: Job,
  steps: readonly StepRecord[],
  events: readonly JobEvent[],
  stepNames: readonly string[],
): readonly string[] {
  const violations: string[] = [];
  if (job.status !== 'completed') violations.push(`${job.id} is ${job.status}, not completed`);
  if (
    !isDeepStrictEqual(
      steps.map((step) => step.name),
      stepNames,
    )
  )
    violations.push(`${job.id} lacks steps`);
  if (
    !isDeepStrictEqual(
      steps.map((step) => step.output),
      job.output,
    )
  ) {
    violations.push(`${job.id} ended with other results than its steps recorded`);
  }
  const statuses = events
    .filter((event) => event.type === 'status')
    .map((event) => (event.data as { readonly status: JobStatus }).status);
  const regular = /^queued( running( queued running)*( completed)?)?$/;
  if (!regular.test(statuses.join(' '))) violations.push(`${job.id} went ${statuses.join(' ')}`);
  return violations;
}

/** A step is worked on again only by a later process, and never once it was recorded. */
function checkExecutions(ledger: readonly LedgerEntry[], jobs: ReadonlyMap<string, Job>): readonly string[] {
  const violations: string[] = [];
  const startedBy = new Map<string, number>();
  const recorded = new Map<string, string>();
  const ended = new Set<string>();
  for (const { kind, generation, job, step, token } of ledger) {
    const key = stepKey(job, step);
    if (kind === 'start') {
      if (recorded.has(key)) violations.push(`${key} was finished and ran again`);
      if ((startedBy.get(key) ?? -1) >= generation) violations.push(`${key} ran twice in process ${generation}`);
      startedBy.set(key, generation);
    }
    if (kind === 'end') ended.add(token);
    if (kind === 'recorded') {
      if (!ended.has(token)) violations.push(`${key} was recorded with a result that no execution ended with`);
      if ((recorded.get(key) ?? token) !== token) violations.push(`${key} changed its recorded result`);
      recorded.set(key, token);
    }
    if (kind !== 'accepted' && !jobs.has(job)) violations.push(`${job} was worked on and is not in the journal`);
  }
  return violations;
}

function checkSnapshots(
  ledger: readonly LedgerEntry[],
  snapshots: readonly Snapshot[],
  jobs: ReadonlyMap<string, Job>,
): readonly string[] {
  const violations: string[] = [];
  for (const { ledgerLength, finished } of snapshots) {
    for (const { kind, job, step } of ledger.slice(ledgerLength)) {
      const key = stepKey(job, step);
      if (kind === 'start' && finished.has(key)) violations.push(`${key} was finished in the journal and ran again`);
    }
    for (const [key, output] of finished) {
      const [job = ''] = key.split('/');
      const outputs = jobs.get(job)?.output;
      if (!Array.isArray(outputs) || !outputs.some((one) => JSON.stringify(one) === output)) {
        violations.push(`${key} was finished with ${output}, which is not in the end result`);
      }
    }
  }
  return violations;
}
