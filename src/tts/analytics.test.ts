import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import { openSqliteSpeechLedger } from '../app/speech-stores.ts';
import { LATENCY_WINDOW } from './analytics/speech-ledger.ts';
import type { SpeechOperation } from './speech-operation.ts';
import { createSpeechAnalytics, type SpeechCounts, type SpeechFigures } from './analytics.ts';

const START = Date.UTC(2026, 0, 1);
const DAY = 24 * 60 * 60 * 1_000;
const EVERYONE = { userId: null };

const SUCCESS: SpeechOperation = {
  provider: 'vibevoice',
  fallback_used: false,
  execution_ms: 2_130,
  audio_duration_s: 45,
  video_id: 'vid_1',
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

const folder = createScratchFolder('speech-ledger');
after(() => rmSync(folder, { recursive: true }));
let files = 0;

async function createAnalytics(recorded: readonly SpeechOperation[] = []) {
  files += 1;
  const path = join(folder, `${files}.db`);
  const ledger = openSqliteSpeechLedger({ path });
  for (const operation of recorded) await ledger.append(operation);
  return { path, ledger, analytics: createSpeechAnalytics({ ledger }) };
}

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
] as const satisfies readonly (keyof SpeechCounts)[];

function assertSum(total: SpeechCounts, parts: readonly SpeechCounts[]): void {
  for (const field of SUMMED) {
    const sum = parts.reduce((partial, part) => partial + part[field], 0);
    assert.ok(Math.abs(total[field] - sum) < 1e-6, `${field}: ${total[field]} is not ${sum}`);
  }
}

describe('the speech analytics', () => {
  it('answer with the figures of each provider and of all together', async () => {
    const { analytics, ledger } = await createAnalytics([
      SUCCESS,
      { ...SUCCESS, execution_ms: 4_000, timestamp: '2026-01-02T00:00:00.000Z', language: 'de' },
      { ...SUCCESS, execution_ms: 1, cached: true, cost_usd: 0 },
      { ...SUCCESS, provider: 'elevenlabs', fallback_used: true, attempts: 3 },
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
    assert.equal(totals.requests, 5);
    await ledger.close();
  });

  it('say that nothing is known where nothing happened', async () => {
    const { analytics, ledger } = await createAnalytics();
    const { providers, totals } = await analytics.report(EVERYONE);
    assert.deepEqual(providers, {});
    assert.deepEqual([totals.requests, totals.fallback_rate, totals.p95_ms], [0, null, null]);
    await ledger.close();
  });

  it('add up: totals are the sum of providers, languages, days, users and spans of time', async () => {
    await fc.assert(
      fc.asyncProperty(operations, fc.integer({ min: START, max: START + 3 * DAY }), async (recorded, border) => {
        const { analytics, ledger } = await createAnalytics(recorded);
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
        await ledger.close();
      }),
      { numRuns: 60 },
    );
  });

  it('give exact nearest-rank percentiles', async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (recorded) => {
        const { analytics, ledger } = await createAnalytics(recorded);
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
        await ledger.close();
      }),
      { numRuns: 60 },
    );
  });

  it('take the first millisecond of a span of time, and not its end', async () => {
    const { analytics, ledger } = await createAnalytics([SUCCESS]);
    const at = Date.parse(SUCCESS.timestamp);
    const requests = async (from: number, to: number) =>
      (await analytics.report({ userId: null, from, to })).totals.requests;
    assert.deepEqual(
      [await requests(at, at + 1), await requests(at - 1, at), await requests(at + 1, at + 2)],
      [1, 0, 0],
    );
    await ledger.close();
  });

  it('show a user nothing of another, whatever the name', async () => {
    const { analytics, ledger } = await createAnalytics([SUCCESS, { ...SUCCESS, user_id: 'grace', language: 'fr' }]);
    const report = await analytics.report({ userId: 'grace' });
    assert.equal(report.totals.requests, 1);
    assert.deepEqual(Object.keys(report.totals.by_language), ['fr']);
    for (const userId of ['', '%', "' OR 1 --", 'null', 'Ada']) {
      assert.equal((await analytics.report({ userId })).totals.requests, 0);
    }
    await ledger.close();
  });
});

describe('the speech ledger', () => {
  it('is read whole by another process and after a restart', async () => {
    const { path, ledger, analytics } = await createAnalytics([SUCCESS]);
    const second = openSqliteSpeechLedger({ path });
    await second.append({ ...SUCCESS, user_id: 'grace' });
    assert.equal((await analytics.report(EVERYONE)).totals.requests, 2);
    const before = await analytics.report(EVERYONE);
    await ledger.close();
    await second.close();
    const reopened = openSqliteSpeechLedger({ path });
    assert.deepEqual(await createSpeechAnalytics({ ledger: reopened }).report(EVERYONE), before);
    await reopened.close();
  });

  it('summarises 10,000 operations, and takes percentiles from the newest ones only', async (context) => {
    const { path, ledger, analytics } = await createAnalytics([
      { ...SUCCESS, execution_ms: 1e9, timestamp: '2025-01-01' },
    ]);
    const appendedFrom = performance.now();
    for (let index = 0; index < LATENCY_WINDOW; index += 1) {
      await ledger.append({
        ...SUCCESS,
        execution_ms: (index * 7_919) % LATENCY_WINDOW,
        user_id: `user-${index % 100}`,
        provider: 'vibevoice',
        timestamp: new Date(START + index * 60_000).toISOString(),
      });
    }
    const summarisedFrom = performance.now();
    const { totals } = await analytics.report(EVERYONE);
    const end = performance.now();
    context.diagnostic(`append: ${(((summarisedFrom - appendedFrom) * 1_000) / LATENCY_WINDOW).toFixed(0)} us each`);
    context.diagnostic(`summarise ${LATENCY_WINDOW}: ${(end - summarisedFrom).toFixed(1)} ms`);
    assert.equal(totals.requests, LATENCY_WINDOW + 1);
    assert.equal(totals.latency_samples, LATENCY_WINDOW);
    assert.deepEqual([totals.p50_ms, totals.p95_ms, totals.p99_ms], [4_999, 9_499, 9_899]);

    const database = new DatabaseSync(path);
    const plan = database
      .prepare('EXPLAIN QUERY PLAN SELECT * FROM speech_operations WHERE user_id = ? AND ended_at >= ?')
      .all('user-1', 0);
    assert.match(String(plan[0]?.['detail']), /speech_operations_by_user/);
    database.close();
    await ledger.close();
  });

  it('refuses numbers that would spoil a sum', async () => {
    const { ledger, analytics } = await createAnalytics();
    const wrong: readonly Partial<SpeechOperation>[] = [
      { execution_ms: Number.NaN },
      { audio_duration_s: -1 },
      { cost_usd: Infinity },
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

  it('says what is wrong with a file that it cannot use', async () => {
    const damaged = join(folder, 'damaged.db');
    writeFileSync(damaged, 'This is not a database. '.repeat(100));
    assert.throws(() => openSqliteSpeechLedger({ path: damaged }), { kind: 'storage' });
    assert.throws(() => openSqliteSpeechLedger({ path: join(folder, 'missing', 'x.db') }), { kind: 'storage' });
    const newer = join(folder, 'newer.db');
    const database = new DatabaseSync(newer);
    database.exec('PRAGMA user_version = 9');
    database.close();
    assert.throws(() => openSqliteSpeechLedger({ path: newer }), { kind: 'storage', message: /newer release/ });
  });
});
