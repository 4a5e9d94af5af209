import type { Job, JobError, JobEvent, JobStatus, Json, StepRecord } from './job.ts';

export type NewJob = {
  readonly id: string;
  readonly userId: string;
  readonly input: Json;
  readonly priority: number;
  readonly runAt: number;
};

/** Permission to work on a job. Every write that carries an older epoch is refused with FencedError. */
export type Claim = { readonly jobId: string; readonly epoch: number };

export type JobPage = { readonly jobs: readonly Job[]; readonly nextCursor: string | null };

/**
 * The journal: the only truth about jobs. Each call is one transaction that is on disk when the promise resolves.
 * A write with a claim whose epoch is no longer the job's throws FencedError; the worker then drops the job silently.
 */
export type JobStore = {
  /** Idempotent on the id: an existing job is returned unchanged. */
  create(job: NewJob): Promise<Job>;
  get(jobId: string): Promise<Job | undefined>;
  steps(jobId: string): Promise<readonly StepRecord[]>;
  /** Newest first. `cursor` is a value from `nextCursor`. */
  list(filter: { userId?: string; status?: JobStatus; limit: number; cursor?: string }): Promise<JobPage>;
  /** Events with a greater sequence, oldest first; of one job, or of all. */
  eventsSince(sequence: number, filter: { jobId?: string; limit: number }): Promise<readonly JobEvent[]>;

  /** The next runnable job (queued and due, or running with an expired lease), or undefined. */
  claimNext(options: { workerId: string; leaseMilliseconds: number }): Promise<Claim | undefined>;
  /** False when the job is no longer ours or was asked to stop. */
  renew(
    claim: Claim,
    leaseMilliseconds: number,
  ): Promise<{ readonly held: boolean; readonly cancelRequested: boolean }>;
  beginStep(claim: Claim, step: string): Promise<StepRecord>;
  describeStep(claim: Claim, step: string, description: { provider?: string; detail?: string }): Promise<void>;
  completeStep(claim: Claim, step: string, output: Json): Promise<void>;
  /** At most about four a second per job should be sent here. */
  reportProgress(claim: Claim, progress: number, detail?: string): Promise<void>;
  finish(claim: Claim, output: Json): Promise<void>;
  fail(claim: Claim, error: JobError): Promise<void>;
  /** Back to the queue, to run at `runAt`; what finished stays finished. */
  release(claim: Claim, runAt: number): Promise<void>;
  markCancelled(claim: Claim): Promise<void>;

  /** Queued or waiting jobs become cancelled at once; a running one is told through `renew`. */
  requestCancel(jobId: string): Promise<Job | undefined>;
  /** All leases of this store's earlier processes end; only for the embedded store, which holds the instance lock. */
  expireAllLeases(): Promise<number>;
  close(): Promise<void>;
};
