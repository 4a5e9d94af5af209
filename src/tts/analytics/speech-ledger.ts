import type { SpeechOperation } from '../speech-operation.ts';

/** PORT. Every speech operation that ended, kept across restarts: what the analytics count. */
export type SpeechLedger = {
  append(operation: SpeechOperation): Promise<void>;
  summarise(filter: SpeechFilter): Promise<SpeechSummary>;
  close(): Promise<void>;
};

export type SpeechFilter = {
  /** Only this user's operations; null for everyone's. Required, so that nobody forgets whose numbers are shown. */
  readonly userId: string | null;
  /** Milliseconds since the epoch, included. */
  readonly from?: number;
  /** Milliseconds since the epoch, not included. */
  readonly to?: number;
};

/** Sums over the operations of one provider in one language on one day. Integers, so that any order gives the same sum. */
export type SpeechSums = {
  readonly provider: string;
  readonly language: string;
  /** YYYY-MM-DD in UTC. */
  readonly day: string;
  readonly requests: number;
  readonly successes: number;
  readonly cancelled: number;
  readonly fallbacks: number;
  readonly cacheHits: number;
  readonly attempts: number;
  readonly characters: number;
  readonly audioMilliseconds: number;
  readonly costNanoUsd: number;
  /** The part of it that was for no video, and is written down nowhere else. */
  readonly costWithoutVideoNanoUsd: number;
  /** The list price of what came from the cache. */
  readonly savedNanoUsd: number;
  /** The part of the cost that was for providers that stood in for another, and of that the part that was for no video. */
  readonly fallbackCostNanoUsd: number;
  readonly fallbackCostWithoutVideoNanoUsd: number;
};

export type FailureCount = { readonly provider: string; readonly kind: string; readonly count: number };

export type SpeechSummary = {
  readonly sums: readonly SpeechSums[];
  /**
   * Providers that were given up in operations that went on with another: `requests` is how often, the rest is 0, because
   * those operations are counted with the provider that they ended with.
   */
  readonly givenUp: readonly SpeechSums[];
  readonly failures: readonly FailureCount[];
  readonly givenUpFailures: readonly FailureCount[];
  /** Of each provider, and of all together under null. */
  readonly latencies: readonly SpeechLatency[];
};

/**
 * Exact nearest-rank percentiles of the newest LATENCY_WINDOW operations that were spoken: successes that did not come
 * from the cache, whose times say nothing about a provider. Older ones do not count.
 */
export type SpeechLatency = {
  readonly provider: string | null;
  readonly samples: number;
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
  readonly p99Milliseconds: number;
};

/** Enough for 100 samples above the 99th percentile, few enough to sort for every answer. */
export const LATENCY_WINDOW = 10_000;

/** What stands for an operation without a provider or a language. */
export const NONE = 'none';
