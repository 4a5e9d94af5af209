import type { FailureKind } from '../core/failure-policy.ts';

/** `waiting` is a state with a time (`runAt`), never a held worker. The last three are terminal. */
export type JobStatus = 'queued' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

export function isFinalStatus(status: JobStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A failure as users see it. `kind` says what may help: the failure policy is about kinds. */
export type JobError = {
  readonly code: string;
  readonly kind: FailureKind;
  readonly message: string;
  readonly step: string | null;
};

/**
 * Why a job waits until `runAt`: its user wants it later (`schedule`), a failure may pass (`retry`), a provider takes no more
 * for now (`provider_busy`), or work at a provider is under way (`provider_works`).
 */
export type WaitingFor = {
  readonly reason: 'schedule' | 'retry' | 'provider_busy' | 'provider_works';
  readonly message: string;
};

/** All times are milliseconds since the Unix epoch. */
export type Job = {
  readonly id: string;
  readonly userId: string;
  readonly status: JobStatus;
  /** The validated request, as stored when the job was accepted. */
  readonly input: Json;
  readonly output: Json;
  readonly error: JobError | null;
  /** The step that runs now, or ran last. */
  readonly step: string | null;
  /** 0..1 from real work units; never goes back within a run. */
  readonly progress: number;
  /** When `progress` was last reported in the current run; null before that. */
  readonly progressAt: number | null;
  /** Smoothed speed of the current run; null while it cannot be known. `eta.ts` turns it into remaining seconds. */
  readonly progressPerSecond: number | null;
  /** How often a worker has claimed the job. */
  readonly attempts: number;
  /** Failures of the current step that were followed by another try; 0 again once a step has finished. */
  readonly retries: number;
  readonly priority: number;
  readonly runAt: number;
  /** Null unless the job is `waiting`. */
  readonly waitingFor: WaitingFor | null;
  readonly cancelRequested: boolean;
  /** Called when the job ends; null for nobody. */
  readonly callbackUrl: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly updatedAt: number;
};

/** `interrupted` was cut by a crash, a drain or a cancel; it runs again when the job resumes. */
export type StepStatus = 'running' | 'completed' | 'failed' | 'interrupted';

export type StepRecord = {
  readonly name: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly provider: string | null;
  readonly detail: string | null;
  readonly output: Json;
};

/**
 * One entry of the job's log; `sequence` grows over all jobs and is the SSE event id. `data` by type:
 * `status` {status, error} with {waitingFor, runAt} of one that waits, `step` {name, status, attempts, provider, detail}, `progress` {progress, step, detail}.
 */
export type JobEvent = {
  readonly sequence: number;
  readonly jobId: string;
  readonly type: 'status' | 'step' | 'progress';
  readonly data: Json;
  readonly at: number;
};
