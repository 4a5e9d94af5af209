import { isFinalStatus, type Job } from '../../src/jobs/job.ts';
import { allJobs } from '../support/all-jobs.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import { checkCharges, checkSpending } from './check-charges.ts';
import { checkHistory } from './check-history.ts';
import { checkPublished } from './check-published.ts';
import type { Charge } from './vendor-protocol.ts';
import type { WorkEntry } from './worker-protocol.ts';

export type Evidence = {
  readonly store: JobStore;
  /** What clients were told: the job of each key. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** Jobs that their clients have cancelled. */
  readonly cancelled: ReadonlySet<string>;
  readonly charges: readonly Charge[];
  readonly work: readonly WorkEntry[];
  readonly publishFolder: string;
  readonly diskRefuses: boolean;
  /** No two processes work at the same time, so that their entries have an order. */
  readonly oneWorkerAtATime: boolean;
};

export type CheckedEvidence = {
  readonly jobs: number;
  readonly charges: number;
  readonly uncertainRepeats: number;
  readonly violations: readonly string[];
};

/** Compares what clients were told, what the journal says and what the vendor was paid for. One line per broken promise. */
export async function checkEvidence(evidence: Evidence): Promise<CheckedEvidence> {
  const { store, charges, work } = evidence;
  const jobs = await allJobs(store);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const violations = [...checkAcceptance(jobs, byId, evidence)];
  const chargesByJob = Map.groupBy(charges, ({ job }) => job);
  let uncertainRepeats = 0;
  for (const job of jobs) {
    const [steps, calls] = [await store.steps(job.id), await store.calls(job.id)];
    const events = await store.eventsSince(0, { jobId: job.id, limit: 1_000 });
    const ofJob = chargesByJob.get(job.id) ?? [];
    violations.push(
      ...checkEnd(job, evidence),
      ...checkHistory(job, steps, events),
      ...checkCharges(job, { steps, calls, charges: ofJob }),
      ...checkPublished(job, evidence.publishFolder),
    );
    for (const call of calls) uncertainRepeats += call.uncertainRepeats;
  }
  for (const job of chargesByJob.keys()) if (!byId.has(job)) violations.push(`${job} was paid for and is no job`);
  violations.push(...(await checkSpending(store, jobs, charges)));
  if (evidence.oneWorkerAtATime) violations.push(...checkWork(work));
  return { jobs: jobs.length, charges: charges.length, uncertainRepeats, violations };
}

/** Nothing that was acknowledged is missing, and no request has made two jobs. */
function checkAcceptance(
  jobs: readonly Job[],
  byId: ReadonlyMap<string, Job>,
  { acknowledged }: Evidence,
): readonly string[] {
  const violations: string[] = [];
  for (const [key, jobId] of acknowledged) {
    if (!byId.has(jobId)) violations.push(`${jobId} was acknowledged and is lost`);
    if (!jobId.startsWith(`${key}-`)) violations.push(`${key} was answered with ${jobId}`);
  }
  const keys = Map.groupBy(jobs, (job) => (job.input as { readonly key: string }).key);
  for (const [key, made] of keys) if (made.length > 1) violations.push(`${key} has made ${made.length} jobs`);
  return violations;
}

function checkEnd(job: Job, { cancelled, diskRefuses }: Evidence): readonly string[] {
  if (!isFinalStatus(job.status)) return [`${job.id} has not ended: it is ${job.status}`];
  if (job.status === 'cancelled' && !cancelled.has(job.id)) return [`${job.id} was cancelled by nobody`];
  if (job.status !== 'failed') return [];
  const code = job.error?.code;
  if (code === 'payment_uncertain' || (diskRefuses && code === 'storage_failed')) return [];
  return [`${job.id} failed with ${code}: ${job.error?.message}`];
}

/** A step whose result was told is never worked on again. */
function checkWork(work: readonly WorkEntry[]): readonly string[] {
  const violations: string[] = [];
  const recorded = new Set<string>();
  for (const { kind, job, step } of work) {
    if (kind === 'recorded') recorded.add(`${job}/${step}`);
    else if (recorded.has(`${job}/${step}`)) violations.push(`${job}/${step} was finished and ran again`);
  }
  return violations;
}
