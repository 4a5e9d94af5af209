import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSpeechAnalytics, type SpeechCounts } from './analytics.ts';
import type { SpeechPayments } from './analytics/paid-spending.ts';
import type { SpeechSums, SpeechSummary } from './analytics/speech-ledger.ts';

// What the analytics make of a ledger is in test/contract/speech-ledger.ts; here is what they make of two books.

const DAYS = ['2026-01-01', '2026-01-02'] as const;
const NANO_USD = 1e9;
const keys = { provider: fc.constantFrom('elevenlabs', 'openai-speech'), day: fc.constantFrom(...DAYS) };

const sums = fc.array(
  fc
    .record({ ...keys, language: fc.constantFrom('en', 'de'), own: fc.nat(1_000), ofVideos: fc.nat(1_000) })
    .map(({ provider, day, language, own, ofVideos }): SpeechSums => ({
      provider,
      day,
      language,
      requests: 1,
      successes: 1,
      cancelled: 0,
      fallbacks: 0,
      cacheHits: 0,
      attempts: 1,
      characters: 1,
      audioMilliseconds: 1,
      costNanoUsd: own + ofVideos,
      costWithoutVideoNanoUsd: own,
      savedNanoUsd: ofVideos,
      fallbackCostNanoUsd: Math.floor((own + ofVideos) / 2),
      fallbackCostWithoutVideoNanoUsd: Math.floor(own / 2),
    })),
);
const payments = fc.array(
  fc
    .record({ ...keys, costNanoUsd: fc.nat(1_000), uncertainRepeats: fc.nat(2), isFallback: fc.boolean() })
    .map(({ isFallback, ...payment }): SpeechPayments => ({
      ...payment,
      fallbackCostNanoUsd: isFallback ? payment.costNanoUsd : 0,
    })),
);

function summaryOf(sums: readonly SpeechSums[]): SpeechSummary {
  return { sums, givenUp: [], failures: [], givenUpFailures: [], latencies: [] };
}

test('what was paid is what the journal says for videos and the ledger for all else, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(sums, payments, async (sums, payments) => {
      const asked: unknown[] = [];
      const analytics = createSpeechAnalytics({
        ledger: { summarise: async () => summaryOf(sums) },
        paidForVideos: async (filter) => {
          asked.push(filter);
          return payments;
        },
      });
      const filter = { userId: 'ann', from: 1, to: 2 };
      const { totals, providers } = await analytics.report(filter);
      assert.deepEqual(asked, [filter]);
      const paid =
        sums.reduce((sum, entry) => sum + entry.costWithoutVideoNanoUsd, 0) +
        payments.reduce((sum, entry) => sum + entry.costNanoUsd, 0);
      const repeats = payments.reduce((sum, entry) => sum + entry.uncertainRepeats, 0);
      const saved = sums.reduce((sum, entry) => sum + entry.savedNanoUsd, 0);
      const byFallback =
        sums.reduce((sum, entry) => sum + entry.fallbackCostWithoutVideoNanoUsd, 0) +
        payments.reduce((sum, entry) => sum + entry.fallbackCostNanoUsd, 0);
      const all = Object.values(providers);
      const cuts: readonly (readonly SpeechCounts[])[] = [
        [totals],
        all,
        Object.values(totals.by_day),
        all.flatMap(({ by_day }) => Object.values(by_day)),
      ];
      for (const parts of cuts) {
        const nanoUsdOf = (valueOf: (part: SpeechCounts) => number) =>
          Math.round(parts.reduce((sum, part) => sum + valueOf(part), 0) * NANO_USD);
        assert.equal(
          nanoUsdOf(({ cost_usd }) => cost_usd),
          paid,
        );
        assert.equal(
          nanoUsdOf(({ saved_by_cache_usd }) => saved_by_cache_usd),
          saved,
        );
        assert.equal(
          nanoUsdOf(({ cost_of_fallback_usd }) => cost_of_fallback_usd),
          byFallback,
        );
      }
      assert.equal(totals.uncertain_repeats, repeats);
      assert.equal(
        all.reduce((sum, figures) => sum + figures.uncertain_repeats, 0),
        repeats,
      );
      assert.equal(totals.requests, sums.length);
    }),
  );
});

test('a provider that was paid in an operation that was cut off is there, with nothing but its cost', async () => {
  const analytics = createSpeechAnalytics({
    ledger: { summarise: async () => summaryOf([]) },
    paidForVideos: async () => [
      { provider: 'elevenlabs', day: DAYS[0], costNanoUsd: 5e8, fallbackCostNanoUsd: 5e8, uncertainRepeats: 1 },
      { provider: 'free', day: DAYS[0], costNanoUsd: 0, fallbackCostNanoUsd: 0, uncertainRepeats: 0 },
    ],
  });
  const { providers, totals } = await analytics.report({ userId: null });
  assert.deepEqual(Object.keys(providers), ['elevenlabs']);
  const { requests, cost_usd, uncertain_repeats, fallback_rate, p50_ms, by_day, by_language } = totals;
  assert.deepEqual(
    { requests, cost_usd, uncertain_repeats, fallback_rate, p50_ms, by_language },
    { requests: 0, cost_usd: 0.5, uncertain_repeats: 1, fallback_rate: null, p50_ms: null, by_language: {} },
  );
  assert.deepEqual([Object.keys(by_day), by_day[DAYS[0]]?.cost_usd], [[DAYS[0]], 0.5]);
  assert.deepEqual([totals.cost_of_fallback_usd, totals.saved_by_cache_usd], [0.5, 0]);
});
