import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { createSpeechAnalytics, type SpeechCounts, type SpeechFigures } from '../../src/tts/analytics.ts';
import { LATENCY_WINDOW, type SpeechLedger } from '../../src/tts/analytics/speech-ledger.ts';
import type { SpeechOperation } from '../../src/tts/speech-operation.ts';

/** One place that holds a ledger, and what opens it. */
export type LedgerUnderTest = {
  /** As another process does; closed by whoever opened it. */
  open(): Promise<SpeechLedger>;
  /** A statement of the test's own, past the code under test. */
  execute(sql: string): Promise<unknown>;
};

const paidForVideos = async () => [];
const START = Date.UTC(2026, 0, 1);
const DAY = 24 * 60 * 60 * 1_000;
const EVERYONE = { userId: null };

const SUCCESS: SpeechOperation = {
  provider: 'vibevoice',
  fallback_used: false,
  execution_ms: 2_130,
  audio_duration_s: 45,
  video_id: null,
  user_id: 'ada',
  status: 'success',
  timestamp: '2026-01-01T10:30:00.000Z',
  cached: false,
  attempts: 1,
  error_kind: null,
  cost_usd: 0.0125,
  trace_id: null,
  language: 'en',
  characters: 600,
  saved_usd: 0,
  fallback_cost_usd: 0,
  outcomes: [],
};

const operations = fc.array(
  fc
    .record({
      provider: fc.constantFrom('vibevoice', 'elevenlabs', null),
      fallback_used: fc.boolean(),
      execution_ms: fc.nat({ max: 60_000 }),
      audio_duration_s: fc.nat({ max: 90_000 }).map((milliseconds) => milliseconds / 1_000),
      user_id: fc.constantFrom('ada', 'grace', "o'hara; --"),
      outcome: fc.constantFrom('success', 'success', 'cancelled', 'timeout', 'bad_audio'),
      at: fc.integer({ min: START, max: START + 3 * DAY - 1 }),
      cached: fc.boolean(),
      attempts: fc.nat({ max: 3 }),
      cost_usd: fc.nat({ max: 1_000_000 }).map((micro) => micro / 1e6),
      language: fc.constantFrom('en', 'de', null),
      characters: fc.nat({ max: 3_000 }),
      saved_usd: fc.nat({ max: 1_000_000 }).map((micro) => micro / 1e6),
      fallback_cost_usd: fc.nat({ max: 1_000_000 }).map((micro) => micro / 1e6),
    })
    .map(({ outcome, at, ...fields }): SpeechOperation => ({
      ...fields,
      video_id: null,
      trace_id: null,
      outcomes: [],
      timestamp: new Date(at).toISOString(),
      status: outcome === 'success' || outcome === 'cancelled' ? outcome : 'failed',
      error_kind: outcome === 'success' ? null : outcome,
    })),
  { maxLength: 60 },
);

const SUMMED = [
  'requests',
  'successes',
  'failures',
  'cancelled',
  'fallbacks',
  'cache_hits',
  'attempts',
  'characters',
  'audio_seconds',
  'cost_usd',
  'saved_by_cache_usd',
  'cost_of_fallback_usd',
] as const satisfies readonly (keyof SpeechCounts)[];

function assertSum(total: SpeechCounts, parts: readonly SpeechCounts[]): void {
  for (const field of SUMMED) {
    const sum = parts.reduce((partial, part) => partial + part[field], 0);
    assert.ok(Math.abs(total[field] - sum) < 1e-6, `${field}: ${total[field]} is not ${sum}`);
  }
}

/** The promises of the SpeechLedger port, seen through the analytics, for every implementation of it. */
export function speechLedgerContract(
  name: string,
  create: (context: TestContext) => Promise<LedgerUnderTest>,
  { runs }: { readonly runs: number },
): void {
  async function createAnalytics(context: TestContext, recorded: readonly SpeechOperation[] = []) {
    const subject = await create(context);
    const ledger = await subject.open();
    for (const operation of recorded) await ledger.append(operation);
    return { ...subject, ledger, analytics: createSpeechAnalytics({ ledger, paidForVideos }) };
  }

  describe(`SpeechLedger: ${name}`, () => {
    it('answer with the figures of each provider and of all together', async (context) => {
      const { analytics, ledger } = await createAnalytics(context, [
        SUCCESS,
        { ...SUCCESS, execution_ms: 4_000, timestamp: '2026-01-02T00:00:00.000Z', language: 'de' },
        { ...SUCCESS, execution_ms: 1, cached: true, cost_usd: 0, saved_usd: 0.0125 },
        { ...SUCCESS, provider: 'elevenlabs', fallback_used: true, attempts: 3, fallback_cost_usd: 0.0125 },
        { ...SUCCESS, provider: 'elevenlabs', status: 'failed', error_kind: 'quota', audio_duration_s: 0 },
      ]);
      const { providers, totals } = await analytics.report(EVERYONE);
      assert.deepEqual(Object.keys(providers), ['elevenlabs', 'vibevoice']);
      const { by_language, by_day, ...vibevoice } = providers['vibevoice'] as SpeechFigures;
      assert.deepEqual(vibevoice, {
        requests: 3,
        successes: 3,
        failures: 0,
        cancelled: 0,
        fallbacks: 0,
        fallback_rate: 0,
        cache_hits: 1,
        cache_hit_rate: 1 / 3,
        attempts: 3,
        characters: 1_800,
        audio_seconds: 135,
        cost_usd: 0.025,
        saved_by_cache_usd: 0.0125,
        cost_of_fallback_usd: 0,
        uncertain_repeats: 0,
        failures_by_kind: {},
        p50_ms: 2_130,
        p95_ms: 4_000,
        p99_ms: 4_000,
        latency_samples: 2,
      });
      assert.deepEqual(Object.keys(by_language), ['de', 'en']);
      assert.deepEqual(Object.keys(by_day), ['2026-01-01', '2026-01-02']);
      assert.deepEqual(providers['elevenlabs']?.failures_by_kind, { quota: 1 });
      assert.equal(providers['elevenlabs']?.fallback_rate, 0.5);
      assert.equal(providers['elevenlabs']?.cost_of_fallback_usd, 0.0125);
      assert.equal(totals.requests, 5);
      await ledger.close();
    });

    it('say that nothing is known where nothing happened', async (context) => {
      const { analytics, ledger } = await createAnalytics(context);
      const { providers, totals } = await analytics.report(EVERYONE);
      assert.deepEqual(providers, {});
      assert.deepEqual([totals.requests, totals.fallback_rate, totals.p95_ms], [0, null, null]);
      await ledger.close();
    });

    it('add up: totals are the sum of providers, languages, days, users and spans of time', async (context) => {
      const { analytics, ledger, execute } = await createAnalytics(context);
      const record = async (recorded: readonly SpeechOperation[]) => {
        for (const table of ['speech_operations', 'given_up']) await execute(`DELETE FROM ${table}`);
        for (const operation of recorded) await ledger.append(operation);
      };
      await fc.assert(
        fc.asyncProperty(operations, fc.integer({ min: START, max: START + 3 * DAY }), async (recorded, border) => {
          await record(recorded);
          const { totals, providers } = await analytics.report(EVERYONE);
          assert.equal(totals.requests, recorded.length);
          assertSum(totals, Object.values(providers));
          for (const figures of [totals, ...Object.values(providers)]) {
            assertSum(figures, Object.values(figures.by_language));
            assertSum(figures, Object.values(figures.by_day));
            const kinds = Object.values(figures.failures_by_kind).reduce((sum, count) => sum + count, 0);
            assert.equal(kinds, figures.failures);
          }
          const users = await Promise.all(
            ['ada', 'grace', "o'hara; --"].map((userId) => analytics.report({ userId, from: START })),
          );
          assertSum(
            totals,
            users.map((report) => report.totals),
          );
          const spans = [await analytics.report({ userId: null, to: border })];
          spans.push(await analytics.report({ userId: null, from: border }));
          assertSum(
            totals,
            spans.map((report) => report.totals),
          );
        }),
        { numRuns: runs },
      );
      await ledger.close();
    });

    it('give exact nearest-rank percentiles', async (context) => {
      const { analytics, ledger, execute } = await createAnalytics(context);
      const record = async (recorded: readonly SpeechOperation[]) => {
        for (const table of ['speech_operations', 'given_up']) await execute(`DELETE FROM ${table}`);
        for (const operation of recorded) await ledger.append(operation);
      };
      await fc.assert(
        fc.asyncProperty(operations, async (recorded) => {
          await record(recorded);
          const { providers, totals } = await analytics.report(EVERYONE);
          for (const [provider, figures] of [['*', totals] as const, ...Object.entries(providers)]) {
            const times = recorded
              .filter((operation) => operation.status === 'success' && !operation.cached)
              .filter((operation) => provider === '*' || (operation.provider ?? 'none') === provider)
              .map((operation) => operation.execution_ms)
              .sort((a, b) => a - b);
            const rank = (percent: number) => times[Math.ceil((percent * times.length) / 100) - 1] ?? null;
            assert.deepEqual([figures.p50_ms, figures.p95_ms, figures.p99_ms], [rank(50), rank(95), rank(99)]);
            assert.equal(figures.latency_samples, times.length);
          }
        }),
        { numRuns: runs },
      );
      await ledger.close();
    });

    it('take the first millisecond of a span of time, and not its end', async (context) => {
      const { analytics, ledger } = await createAnalytics(context, [SUCCESS]);
      const at = Date.parse(SUCCESS.timestamp);
      const requests = async (from: number, to: number) =>
        (await analytics.report({ userId: null, from, to })).totals.requests;
      assert.deepEqual(
        [await requests(at, at + 1), await requests(at - 1, at), await requests(at + 1, at + 2)],
        [1, 0, 0],
      );
      await ledger.close();
    });

    it('show a user nothing of another, whatever the name', async (context) => {
      const { analytics, ledger } = await createAnalytics(context, [
        SUCCESS,
        { ...SUCCESS, user_id: 'grace', language: 'fr' },
      ]);
      const report = await analytics.report({ userId: 'grace' });
      assert.equal(report.totals.requests, 1);
      assert.deepEqual(Object.keys(report.totals.by_language), ['fr']);
      for (const userId of ['', '%', "' OR 1 --", 'null', 'Ada']) {
        assert.equal((await analytics.report({ userId })).totals.requests, 0);
      }
      await ledger.close();
    });

    it('is read whole by another process and after a restart', async (context) => {
      const { open, ledger, analytics } = await createAnalytics(context, [SUCCESS]);
      const second = await open();
      await second.append({ ...SUCCESS, user_id: 'grace' });
      assert.equal((await analytics.report(EVERYONE)).totals.requests, 2);
      const before = await analytics.report(EVERYONE);
      await ledger.close();
      await second.close();
      const reopened = await open();
      assert.deepEqual(await createSpeechAnalytics({ ledger: reopened, paidForVideos }).report(EVERYONE), before);
      await reopened.close();
    });

    it('takes percentiles from the newest operations only', async (context) => {
      const { analytics, execute, ledger } = await createAnalytics(context);
      await execute(`INSERT INTO speech_operations (ended_at, user_id, provider, language, status, fallback_used, cached, attempts,
        characters, execution_ms, audio_ms, cost_nano_usd)
      WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < ${LATENCY_WINDOW})
      SELECT ${START} + n * 60000, 'ada', 'vibevoice', 'en', 'success', 0, 0, 1, 600,
        CASE WHEN n = 0 THEN 1e9 ELSE (n - 1) * 7919 % ${LATENCY_WINDOW} END, 45000, 0 FROM counted`);
      const from = performance.now();
      const { totals } = await analytics.report(EVERYONE);
      context.diagnostic(`summarise ${LATENCY_WINDOW}: ${(performance.now() - from).toFixed(1)} ms`);
      assert.equal(totals.requests, LATENCY_WINDOW + 1);
      assert.equal(totals.latency_samples, LATENCY_WINDOW);
      assert.deepEqual([totals.p50_ms, totals.p95_ms, totals.p99_ms], [4_999, 9_499, 9_899]);
      await ledger.close();
    });

    it('refuses numbers that would spoil a sum', async (context) => {
      const { ledger, analytics } = await createAnalytics(context);
      const wrong: readonly Partial<SpeechOperation>[] = [
        { execution_ms: Number.NaN },
        { audio_duration_s: -1 },
        { cost_usd: Infinity },
        { saved_usd: -1 },
        { fallback_cost_usd: Number.NaN },
        { attempts: 0.5 },
        { characters: -1 },
        { timestamp: 'yesterday' },
      ];
      for (const fields of wrong) {
        await assert.rejects(ledger.append({ ...SUCCESS, ...fields }), { code: 'invalid_value' });
      }
      assert.equal((await analytics.report(EVERYONE)).totals.requests, 0);
      await ledger.close();
    });
  });
}
