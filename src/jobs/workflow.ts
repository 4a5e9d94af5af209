import type { Job, Json } from './job.ts';
import type { PaidCall } from './paid-call.ts';
import type { ProviderCall } from './provider-call.ts';

/** What a running job can do. `step` is the only way to make progress durable. */
export type JobContext = {
  readonly job: Job;
  /** Aborts on cancel, on a lost lease, and when the process drains: with a LeaseEndedError, which says which. */
  readonly signal: AbortSignal;
  /**
   * Runs `work` once and records its JSON result before returning it. When an earlier run has recorded it, returns the
   * record without running `work`. A name is used once per run; a step that `steps` does not list carries no weight.
   */
  step<T extends Json>(name: string, work: (step: StepContext) => Promise<T>): Promise<T>;
};

export type StepContext = {
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** Real work units: frames drawn, utterances spoken, bytes stored. Throttled before it reaches the journal. */
  reportProgress(completedUnits: number, totalUnits: number): void;
  describe(description: { readonly provider?: string; readonly detail?: string }): Promise<void>;
  /**
   * Makes a call that costs money, or brings what it brought in an earlier run: see `paid-call.ts`. One `requestHash` is one
   * call; asked for twice at the same time, it is made once.
   */
  paidCall<T extends Json>(paid: PaidCall<T>): Promise<T>;
};

export type WorkflowStep = {
  readonly name: string;
  /** The step's expected share of the whole duration; the weights need not sum to 1. */
  readonly weight: number;
  /** Where a retry must begin when this step failed, because what it works on does not outlive the run; itself by default. */
  readonly retriedFrom?: string;
};

export type Workflow = {
  /** In the order in which they run. */
  readonly steps: readonly WorkflowStep[];
  run(context: JobContext): Promise<Json>;
  /**
   * Calls off what goes on at a provider under the reference of an open call, for a job that was cancelled. Resolves to what is
   * charged all the same, or to undefined for a call that cannot be called off; may be called twice.
   */
  callOff?(
    call: ProviderCall,
    options: { readonly signal: AbortSignal },
  ): Promise<{ readonly costUsd: number } | undefined>;
};
