import type { JobStatus } from './job.ts';

export type FinalStatus = Extract<JobStatus, 'completed' | 'failed' | 'cancelled'>;

/** `failed`: all attempts are used up. `disabled`: the receiver said that it is gone. Both can be replayed. */
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'disabled';

/** The news of a job's end, on its way to the address that was named with the job. Times are milliseconds since the epoch. */
export type WebhookDelivery = {
  /** The same in every attempt, so that a receiver knows what it has seen. */
  readonly id: string;
  readonly jobId: string;
  readonly userId: string;
  readonly url: string;
  /** What the job ended as, which it may not be any more. */
  readonly jobStatus: FinalStatus;
  readonly state: DeliveryState;
  /** How many attempts of this round have failed; a replay begins a new round. */
  readonly attempts: number;
  /** Null when nothing more is to come. */
  readonly nextAttemptAt: number | null;
  /** HTTP status of the last attempt; null when there was no answer. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly deliveredAt: number | null;
};

/** While an attempt is under way, all but its number and its time is null. */
export type WebhookAttempt = {
  /** From 1, over all rounds. */
  readonly number: number;
  readonly at: number;
  readonly status: number | null;
  readonly error: string | null;
  /** Null too for an attempt that was cut off with its process. */
  readonly durationMilliseconds: number | null;
};

/** With the 50 last attempts, oldest first. */
export type DeliveryHistory = { readonly delivery: WebhookDelivery; readonly attempts: readonly WebhookAttempt[] };

/** A lease on a delivery: the attempt with this number may be made. */
export type WebhookClaim = { readonly delivery: WebhookDelivery; readonly attemptNumber: number };

export type AttemptOutcome = {
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMilliseconds: number;
  readonly next:
    | { readonly state: 'delivered' | 'failed' | 'disabled' }
    /** `counts` is false for an attempt that was cut off by us: it uses up none of the receiver's. */
    | { readonly state: 'pending'; readonly delayMilliseconds: number; readonly counts: boolean };
};

/**
 * PORT. The deliveries in the journal. Each is written in the transaction that ends its job, so there is one for each end of
 * a job with a callback, and none for an end that is not on disk. Each call is one transaction.
 */
export type WebhookOutbox = {
  /** 0 when a delivery is due, null when none is pending. */
  millisecondsUntilDue(): Promise<number | null>;
  /**
   * Takes the delivery that has been due for longest, to no host of `exceptHosts`, for the time of the lease, and writes down
   * that an attempt begins. One whose lease ran out is taken first; the attempt that it had is recorded as cut off.
   */
  claimDue(options: {
    readonly leaseMilliseconds: number;
    readonly exceptHosts: readonly string[];
  }): Promise<WebhookClaim | undefined>;
  /** False when the lease was lost to someone else, who counts instead. */
  recordAttempt(claim: WebhookClaim, outcome: AttemptOutcome): Promise<boolean>;
  /** The 100 newest of one job, newest first. */
  list(jobId: string): Promise<readonly DeliveryHistory[]>;
  /** Due at once, with attempts counted anew. Undefined when the job has no such delivery. */
  replay(jobId: string, deliveryId: string): Promise<DeliveryHistory | undefined>;
};

/** By which deliveries to one receiver are counted together. */
export function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}
