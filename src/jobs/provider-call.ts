import type { Json } from './job.ts';

/**
 * How a provider lets us learn what became of a request whose answer was lost. `key`: it answers a repeated key with the first
 * answer. `lookup`: it can be asked. `none`: neither, so that a repeat may be charged twice.
 */
export type CallRecovery = 'key' | 'lookup' | 'none';

export type NewProviderCall = {
  readonly step: string;
  readonly provider: string;
  /** Hash of everything that was asked: the same request of the same step is the same call. */
  readonly requestHash: string;
  readonly recovery: CallRecovery;
  /** What it is expected to cost, in US dollars. */
  readonly estimatedUsd: number;
  /** Whether the provider stands in for another. */
  readonly isFallback: boolean;
};

/** `intent` is on disk before the request is sent; a call stays there while its outcome is unknown. */
export type ProviderCallState = 'intent' | 'completed' | 'failed';

export type ProviderCall = NewProviderCall & {
  /** Sent as the idempotency key: `<job>.<step>.<hash>.<generation>`, of `[A-Za-z0-9_:.-]`. */
  readonly key: string;
  readonly jobId: string;
  readonly state: ProviderCallState;
  /** How often the request was sent, or may have been. */
  readonly sends: number;
  /** Repeats that the provider may have charged once more. */
  readonly uncertainRepeats: number;
  /** What the provider calls it, as soon as that is known. */
  readonly reference: string | null;
  /** What the call brought; null until it is completed. */
  readonly result: Json;
  readonly costUsd: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
};

export type ProviderCallEnd =
  | { readonly state: 'completed'; readonly result: Json; readonly costUsd: number }
  | { readonly state: 'failed'; readonly costUsd: number };

/** What a provider takes, over all processes; a missing number is no limit. */
export type ProviderLimit = {
  /** Calls whose end is not known, at the same time. */
  readonly concurrency?: number;
  readonly perMinute?: number;
};

/** Sums over calls. */
export type SpendingSums = {
  readonly calls: number;
  readonly uncertainRepeats: number;
  readonly costUsd: number;
  /** The part of it that was for providers that stood in for others. */
  readonly fallbackCostUsd: number;
};

/** Of one provider in one step on one day (of their start). */
export type Spending = SpendingSums & {
  readonly provider: string;
  readonly step: string;
  /** YYYY-MM-DD in UTC. */
  readonly day: string;
};

/** Of one user. */
export type UserSpending = SpendingSums & { readonly userId: string };

/** What was spent in a time, and by whom. */
export type CostReport = {
  readonly spending: readonly Spending[];
  /** Who spent most, first; not more than were asked for. */
  readonly users: readonly UserSpending[];
  /** How many users spent anything. */
  readonly userCount: number;
};
