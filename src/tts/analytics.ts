import type { PaidSpending, SpeechPayments } from './analytics/paid-spending.ts';
import type { SpeechFilter, SpeechLatency, SpeechLedger, SpeechSums } from './analytics/speech-ledger.ts';

/**
 * Counts of one slice. Rates are 0 to 1, and null where there was no request. Among the requests and failures of a provider
 * are those that another then took over; in the totals an operation counts once, as it ended.
 */
export type SpeechCounts = {
  readonly requests: number;
  readonly successes: number;
  readonly failures: number;
  readonly cancelled: number;
  /** Operations that this provider took over from another, and their share of its requests. */
  readonly fallbacks: number;
  readonly fallback_rate: number | null;
  readonly cache_hits: number;
  readonly cache_hit_rate: number | null;
  readonly attempts: number;
  readonly characters: number;
  readonly audio_seconds: number;
  /**
   * What was paid; of a language, what its operations that ended say they cost, which leaves out what one paid that was cut
   * off.
   */
  readonly cost_usd: number;
  /** What the utterances that came from the cache would have cost, at the price of the provider whose voice they have. */
  readonly saved_by_cache_usd: number;
  /** The part of the cost that was for providers that stood in for another. */
  readonly cost_of_fallback_usd: number;
};

/** What was paid in a slice, and what of it was for providers that stood in for another. */
type Paid = { readonly costNanoUsd: number; readonly fallbackCostNanoUsd: number };

/** One provider, or all together. Times are null where nothing was spoken afresh; `latency_samples` says how many were. */
export type SpeechFigures = SpeechCounts & {
  /** Calls for videos that were sent again and may have been charged twice. */
  readonly uncertain_repeats: number;
  readonly failures_by_kind: Readonly<Record<string, number>>;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly latency_samples: number;
  /** Keys are BCP 47 tags, or `none`. */
  readonly by_language: Readonly<Record<string, SpeechCounts>>;
  /** Keys are days in UTC, YYYY-MM-DD; days without an operation and a payment are left out. */
  readonly by_day: Readonly<Record<string, SpeechCounts>>;
};

/** The answer of GET /tts/analytics. */
export type SpeechReport = {
  readonly user_id: string | null;
  /** ISO 8601; null for no bound. `from` is included, `to` is not. */
  readonly from: string | null;
  readonly to: string | null;
  /** Keys are provider ids, or `none` for operations that no provider was asked for. */
  readonly providers: Readonly<Record<string, SpeechFigures>>;
  readonly totals: SpeechFigures;
};

export type SpeechAnalytics = { report(filter: SpeechFilter): Promise<SpeechReport> };

/**
 * The read model of speech: everything is computed from the books for each answer, so it is never stale and nothing has to
 * be rebuilt after a restart. A filter with a `userId` sees that user's operations only. What videos paid counts on the day
 * of the call, as the journal has it; all else when the operation ended.
 */
export function createSpeechAnalytics(options: {
  readonly ledger: Pick<SpeechLedger, 'summarise'>;
  readonly paidForVideos: PaidSpending;
}): SpeechAnalytics {
  const { ledger, paidForVideos } = options;
  return {
    async report(filter) {
      const [summary, calls] = await Promise.all([ledger.summarise(filter), paidForVideos(filter)]);
      const { sums, givenUp, failures, givenUpFailures, latencies } = summary;
      const payments = calls.filter(({ costNanoUsd, uncertainRepeats }) => costNanoUsd > 0 || uncertainRepeats > 0);
      const latencyOf = (provider: string | null) => latencies.find((latency) => latency.provider === provider);
      const figuresOf = (provider: string): SpeechFigures => {
        const isIts = (entry: { provider: string }) => entry.provider === provider;
        return toFigures(
          [...sums, ...givenUp].filter(isIts),
          payments.filter(isIts),
          [...failures, ...givenUpFailures].filter(isIts),
          latencyOf(provider),
        );
      };
      const providers = [...new Set([...sums, ...givenUp, ...payments].map(({ provider }) => provider))].sort();
      return {
        user_id: filter.userId,
        from: toIsoText(filter.from),
        to: toIsoText(filter.to),
        providers: Object.fromEntries(providers.map((provider) => [provider, figuresOf(provider)])),
        totals: toFigures(sums, payments, failures, latencyOf(null)),
      };
    },
  };
}

function toFigures(
  sums: readonly SpeechSums[],
  payments: readonly SpeechPayments[],
  failures: readonly { readonly kind: string; readonly count: number }[],
  latency: SpeechLatency | undefined,
): SpeechFigures {
  const failuresByKind: Record<string, number> = {};
  for (const { kind, count } of failures) failuresByKind[kind] = (failuresByKind[kind] ?? 0) + count;
  return {
    ...toCounts(sums, paidIn(sums, payments)),
    uncertain_repeats: totalOf(payments, ({ uncertainRepeats }) => uncertainRepeats),
    failures_by_kind: failuresByKind,
    p50_ms: latency?.p50Milliseconds ?? null,
    p95_ms: latency?.p95Milliseconds ?? null,
    p99_ms: latency?.p99Milliseconds ?? null,
    latency_samples: latency?.samples ?? 0,
    by_language: byLanguage(sums),
    by_day: byDay(sums, payments),
  };
}

function byLanguage(sums: readonly SpeechSums[]): Record<string, SpeechCounts> {
  const slices = [...Map.groupBy(sums, ({ language }) => language)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    slices.map(([language, slice]) => [
      language,
      toCounts(slice, {
        costNanoUsd: totalOf(slice, ({ costNanoUsd }) => costNanoUsd),
        fallbackCostNanoUsd: totalOf(slice, ({ fallbackCostNanoUsd }) => fallbackCostNanoUsd),
      }),
    ]),
  );
}

function byDay(sums: readonly SpeechSums[], payments: readonly SpeechPayments[]): Record<string, SpeechCounts> {
  const days = [...new Set([...sums, ...payments].map(({ day }) => day))].sort();
  return Object.fromEntries(
    days.map((day) => {
      const isOfDay = (entry: { readonly day: string }) => entry.day === day;
      const slice = sums.filter(isOfDay);
      return [day, toCounts(slice, paidIn(slice, payments.filter(isOfDay)))];
    }),
  );
}

/** Of a video the journal knows every payment, and the ledger only those of operations that ended. */
function paidIn(sums: readonly SpeechSums[], payments: readonly SpeechPayments[]): Paid {
  return {
    costNanoUsd:
      totalOf(sums, ({ costWithoutVideoNanoUsd }) => costWithoutVideoNanoUsd) +
      totalOf(payments, ({ costNanoUsd }) => costNanoUsd),
    fallbackCostNanoUsd:
      totalOf(sums, ({ fallbackCostWithoutVideoNanoUsd }) => fallbackCostWithoutVideoNanoUsd) +
      totalOf(payments, ({ fallbackCostNanoUsd }) => fallbackCostNanoUsd),
  };
}

function totalOf<Entry>(entries: readonly Entry[], valueOf: (entry: Entry) => number): number {
  return entries.reduce((sum, entry) => sum + valueOf(entry), 0);
}

function toCounts(sums: readonly SpeechSums[], { costNanoUsd, fallbackCostNanoUsd }: Paid): SpeechCounts {
  const total = (valueOf: (sum: SpeechSums) => number) => totalOf(sums, valueOf);
  const requests = total((sum) => sum.requests);
  const successes = total((sum) => sum.successes);
  const cancelled = total((sum) => sum.cancelled);
  const fallbacks = total((sum) => sum.fallbacks);
  const cacheHits = total((sum) => sum.cacheHits);
  const rate = (count: number) => (requests === 0 ? null : count / requests);
  return {
    requests,
    successes,
    failures: requests - successes - cancelled,
    cancelled,
    fallbacks,
    fallback_rate: rate(fallbacks),
    cache_hits: cacheHits,
    cache_hit_rate: rate(cacheHits),
    attempts: total((sum) => sum.attempts),
    characters: total((sum) => sum.characters),
    audio_seconds: total((sum) => sum.audioMilliseconds) / 1e3,
    cost_usd: costNanoUsd / 1e9,
    saved_by_cache_usd: total((sum) => sum.savedNanoUsd) / 1e9,
    cost_of_fallback_usd: fallbackCostNanoUsd / 1e9,
  };
}

function toIsoText(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
