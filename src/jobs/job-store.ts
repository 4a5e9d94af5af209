import type { FailureKind } from '../core/failure-policy.ts';
import type { Job, JobError, JobEvent, JobStatus, Json, StepRecord, WaitingFor } from './job.ts';
import type { JournalStatistics } from './journal-statistics.ts';
import type {
  CostReport,
  NewProviderCall,
  ProviderCall,
  ProviderCallEnd,
  ProviderLimit,
  Spending,
} from './provider-call.ts';

export type NewJob = {
  readonly id: string;
  readonly userId: string;
  readonly input: Json;
  /** An integer; 0 is ordinary and greater runs first among its user's jobs. Between users, turns are fair. */
  readonly priority: number;
  /** Milliseconds since the Unix epoch; a later time than now makes the job `waiting`. */
  readonly runAt: number;
  /** To be called when the job ends, each time that it does; null for nobody. Whoever creates the job has checked it. */
  readonly callbackUrl?: string | null;
};

/** What makes a client's repeated request the same request. */
export type OnceOnly = {
  /** Chosen by the client, 1 to 255 characters; it counts for the job's user alone. */
  readonly key: string;
  /** Of all that was asked: something else under the same key is another request. */
  readonly fingerprint: string;
  /** What the client is told, and told again. */
  readonly answer: Json;
};

/** How long a key is remembered; after that the same request makes a new job. */
export const ONCE_ONLY_MILLISECONDS = 24 * 3_600_000;

/** Permission to work on a job. Every write that carries an older epoch is refused with FencedError. */
export type Claim = { readonly jobId: string; readonly epoch: number };

/** With the job as it was claimed. */
export type ClaimedJob = Claim & { readonly job: Job };

export type JobPage = { readonly jobs: readonly Job[]; readonly nextCursor: string | null };

/** How far a job has come. */
export type ProgressReport = {
  /** 0 to 1. */
  readonly progress: number;
  /** The run's smoothed speed, where it is known. */
  readonly progressPerSecond?: number | undefined;
  /** Of the current step. */
  readonly detail?: string | undefined;
};

/** What one job has stored. `finishedAt` is null unless the job is final. */
export type StoredTexts = { readonly finishedAt: number | null; readonly texts: readonly string[] };

/**
 * The journal: the only truth about jobs. Each call is one transaction that is on disk when the promise resolves.
 * A write with a claim whose epoch is no longer the job's throws FencedError (fenced-error.ts); the worker then drops the
 * job silently. Disk faults are AppErrors of kind `storage`.
 */
export type JobStore = {
  /** Idempotent on the id: an existing job is returned unchanged. */
  create(job: NewJob): Promise<Job>;
  /**
   * Creates the job, unless its user's request with this key has made one before: then the answer of that time comes back.
   * One transaction, so that a crash leaves the job and its answer, or neither. Throws AppError `idempotency_key_reused` when
   * the key came with another request.
   */
  createOnce(job: NewJob, once: OnceOnly): Promise<{ readonly answer: Json; readonly isReplay: boolean }>;
  /** The answer to the user's request with this key, if one has made a job; throws as `createOnce`. */
  answerOf(userId: string, once: Pick<OnceOnly, 'key' | 'fingerprint'>): Promise<Json | undefined>;
  get(jobId: string): Promise<Job | undefined>;
  steps(jobId: string): Promise<readonly StepRecord[]>;
  /** Newest first. `limit` is 1 to 1,000; `cursor` is a value from `nextCursor`, anything else is `invalid_input`. */
  list(filter: {
    userId?: string;
    status?: JobStatus;
    /** Of failed jobs: the dead letters of one kind. */
    failureKind?: FailureKind;
    limit: number;
    cursor?: string;
  }): Promise<JobPage>;
  /** Jobs that are not final, or ended at or after that time, in milliseconds since the epoch: all of them, in no order. */
  jobsInUse(options: { readonly endedSince: number }): Promise<readonly string[]>;
  /**
   * Everything that these jobs, at most 1,000, have stored as JSON, unread: inputs, outputs, results of steps and of calls. In no
   * order; a job that is not there is left out.
   */
  storedTexts(jobIds: readonly string[]): Promise<readonly StoredTexts[]>;
  /** Events with a greater sequence, oldest first; of one job, or of all. */
  eventsSince(sequence: number, filter: { jobId?: string; limit: number }): Promise<readonly JobEvent[]>;
  /** The sequence of the newest event, 0 when there is none. */
  lastEventSequence(): Promise<number>;
  /**
   * Events of one job become readable in their order. One of another job can become readable this long after one with a
   * greater sequence, where several transactions write at once; 0 where they take turns, and then there are no gaps.
   */
  readonly eventsSettleMilliseconds: number;
  /**
   * Calls `listener` soon after events were appended, by this process or another one: a hint, never the only way to learn of
   * them. Returns the undo.
   */
  watchEvents(listener: () => void): () => void;

  /**
   * The next runnable job, or undefined: first one whose lease has expired, then one that has waited long enough to go on,
   * then a queued one. Users with queued jobs take turns, however many each has; among a user's own the greatest priority goes
   * first, then the oldest. A job whose worker died `maximumInterruptions` times without finishing a step fails with
   * `job_keeps_crashing`.
   */
  claimNext(options: {
    workerId: string;
    leaseMilliseconds: number;
    /** 10 unless given. */
    maximumInterruptions?: number;
  }): Promise<ClaimedJob | undefined>;
  /** False when the job is no longer ours or was asked to stop. */
  renew(
    claim: Claim,
    leaseMilliseconds: number,
  ): Promise<{ readonly held: boolean; readonly cancelRequested: boolean }>;
  /** Counts an attempt and marks the step running. A completed step is returned unchanged. */
  beginStep(claim: Claim, step: string): Promise<StepRecord>;
  describeStep(claim: Claim, step: string, description: { provider?: string; detail?: string }): Promise<void>;
  /**
   * Only a running step can be completed; completing it again keeps the first output. Retries and interruptions are counted anew.
   * With how far that brings the job.
   */
  completeStep(claim: Claim, step: string, output: Json, report?: ProgressReport): Promise<void>;
  /** At most about four a second per job should be sent here. */
  reportProgress(claim: Claim, report: ProgressReport): Promise<void>;
  /**
   * The call of a step to a provider that charges: made now, durably, before anything is sent, or as an earlier run has left
   * it. Throws AppError `provider_busy` when the provider takes no more calls for now, and `cost_above_limit` or
   * `daily_budget_spent` when it does not fit under the caps (cost-caps.ts), beside all that calls have cost or may still cost.
   */
  beginCall(
    claim: Claim,
    call: NewProviderCall,
    limit?: ProviderLimit,
  ): Promise<{ readonly call: ProviderCall; readonly isNew: boolean }>;
  /** Counts one more sending of a call whose outcome is unknown. `uncertain`: it may be charged twice, and must fit under the caps. */
  resendCall(claim: Claim, key: string, options: { readonly uncertain: boolean }): Promise<void>;
  /** Takes the last sending back out of the count: the provider is known not to have taken it. */
  withdrawSending(claim: Claim, key: string, options: { readonly uncertain: boolean }): Promise<void>;
  /** Keeps what the provider calls it. */
  referCall(claim: Claim, key: string, reference: string): Promise<void>;
  /** The first end stays. */
  endCall(claim: Claim, key: string, end: ProviderCallEnd): Promise<void>;
  /** Every call of a job, oldest first. */
  calls(jobId: string): Promise<readonly ProviderCall[]>;
  /** What was spent in [from, to), of one user or of all (null), by provider, step and day. */
  spending(filter: {
    readonly userId: string | null;
    readonly from?: number;
    readonly to?: number;
  }): Promise<readonly Spending[]>;
  /** The same, with the `mostUsers` users who spent most. */
  costReport(filter: {
    readonly userId: string | null;
    readonly from: number;
    readonly to: number;
    readonly mostUsers: number;
  }): Promise<CostReport>;
  /** What the calls that began in [from, to) have cost or may still cost, in US dollars: what counts against the caps. */
  heldUsd(period: { readonly from: number; readonly to: number }): Promise<number>;

  finish(claim: Claim, output: Json): Promise<void>;
  fail(claim: Claim, error: JobError): Promise<void>;
  /**
   * The step has failed, and the job tries again after the delay, which counts as a retry when that is what it waits for. A job that was asked to stop is cancelled instead.
   */
  retryLater(
    claim: Claim,
    options: { step: string | null; delayMilliseconds: number; waitingFor: WaitingFor },
  ): Promise<void>;
  /** The job holds no worker for that time; a step that was running goes on then, without a new attempt. */
  suspend(claim: Claim, options: { delayMilliseconds: number; waitingFor: WaitingFor }): Promise<void>;
  /**
   * Back to the queue, as when a process stops; what finished stays finished. A job that was asked to stop is cancelled
   * instead.
   */
  release(claim: Claim): Promise<void>;
  markCancelled(claim: Claim): Promise<void>;

  /** A job that waits while a provider works goes on at once. False when it does not wait for that. */
  wake(jobId: string): Promise<boolean>;
  /**
   * Queued or waiting jobs become cancelled at once; a running one is told through `renew`. One for which a provider works goes
   * to a worker, which calls that off before the job is cancelled.
   */
  requestCancel(jobId: string): Promise<Job | undefined>;
  /**
   * A final job goes back to the queue, to run at once. The named steps run again, all others that have finished stay as they
   * are. Calls of named steps that had finished are made anew; those of a step that had failed are not paid for again. Undefined when there is no such job; a job that is not final is returned unchanged.
   */
  retry(jobId: string, steps: readonly string[]): Promise<Job | undefined>;
  /** All leases of this store's earlier processes end; only for the embedded store, which holds the instance lock. */
  expireAllLeases(options?: { maximumInterruptions?: number }): Promise<number>;
  /** Removes the progress events of some jobs that ended before that time; how many jobs, 0 when all is done. */
  forgetProgress(options: { readonly endedBefore: number }): Promise<number>;
  /** Jobs that could run now, in about the order in which they will: for those who wake workers. */
  readyJobs(options: {
    readonly limit: number;
  }): Promise<readonly { readonly jobId: string; readonly attempts: number }[]>;
  /** What waits and what runs, for operators and autoscaling. */
  statistics(): Promise<JournalStatistics>;
  close(): Promise<void>;
};
