import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Claim } from '../../src/jobs/job-store.ts';
import { GOOD_BODY, startTestServer, type TestServer } from './test-server.ts';

const PRODUCTION = {
  MOCK_MODE: 'False',
  TTS_PROVIDER: 'elevenlabs',
  ELEVENLABS_API_KEY: 'not-a-real-key',
  VIDEO_PROVIDER: 'heygen',
  HEYGEN_API_KEY: 'not-a-real-key',
  OPENAI_SPEECH_BASE_URL: 'http://127.0.0.1:9/v1',
};
/** Its picture of some 3 seconds costs about 20 cents. */
const BODY = { ...GOOD_BODY, enhance: false };

type Item = { readonly step: string; readonly provider: string; readonly usd: number; readonly basis: string };
type Estimate = {
  readonly cost_usd: number;
  readonly items: readonly Item[];
  readonly saved_by_cache_usd: number;
  readonly if_fallback: { readonly cost_usd: number; readonly items: readonly Item[] };
  readonly price_table: string;
};
type Sums = { readonly calls: number; readonly usd: number; readonly cost_of_fallback_usd: number };
type Report = {
  readonly from: string;
  readonly to: string;
  readonly totals: Sums & { readonly uncertain_repeats: number };
  readonly providers: readonly (Sums & { readonly provider: string; readonly step: string })[];
  readonly days: readonly (Sums & { readonly day: string })[];
  readonly users: readonly (Sums & { readonly user_id: string })[];
  readonly users_left_out: number;
  readonly caps: { readonly per_day_usd: number | null; readonly held_today_usd: number };
};

async function estimateOf(server: TestServer, body: object): Promise<Estimate> {
  const response = await server.request('/estimate', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200);
  return (await response.json()) as Estimate;
}

async function problemOf(response: Response) {
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  return { status: response.status, code, detail, retryAfter: response.headers.get('retry-after') };
}

/** A claimed job of its own, which spends without a server. */
async function claimJob(server: TestServer, userId: string): Promise<Claim> {
  const id = `job-of-${userId}-${Math.random()}`;
  await server.jobs.create({ id, userId, input: {}, priority: 0, runAt: 0 });
  for (;;) {
    const claim = await server.jobs.claimNext({ workerId: 'test', leaseMilliseconds: 60_000 });
    assert.ok(claim);
    if (claim.jobId === id) return claim;
  }
}

async function spend(
  server: TestServer,
  claim: Claim,
  call: { readonly provider: string; readonly usd: number; readonly isFallback?: boolean },
): Promise<void> {
  const { provider, usd, isFallback = false } = call;
  const asked = { step: 'speech', provider, requestHash: `${Math.random()}`, recovery: 'none' } as const;
  const begun = await server.jobs.beginCall(claim, { ...asked, estimatedUsd: usd, isFallback });
  await server.jobs.endCall(claim, begun.call.key, { state: 'completed', result: null, costUsd: usd });
}

describe('POST /estimate', () => {
  it('says what the plan costs, what it may cost at worst, and with which prices; and stores nothing', async (context) => {
    const server = await startTestServer(context, { environment: PRODUCTION });
    const estimate = await estimateOf(server, { ...BODY, script: 'It costs $5.', language: 'en' });
    const characters = 'It costs five dollars.'.length;
    const { items, if_fallback: worst } = estimate;
    assert.deepEqual(
      items.map(({ step, provider }) => [step, provider]),
      [
        ['speech', 'elevenlabs'],
        ['render', 'heygen'],
      ],
    );
    assert.equal(items[0]?.usd, characters / 10_000);
    assert.equal(items[0]?.basis, `${characters} characters`);
    const seconds = Number(items[1]?.basis.split(' ')[0]);
    assert.ok(Math.abs(Number(items[1]?.usd) - seconds * 0.0667) < 0.05 * 0.0667 + 1e-9, items[1]?.basis);
    assert.deepEqual(
      worst.items.map(({ provider }) => provider),
      ['elevenlabs', 'openai-speech', 'heygen'],
    );
    assert.ok(Math.abs(worst.cost_usd - estimate.cost_usd - (characters * 0.015) / 1000) < 1e-8);
    assert.deepEqual([estimate.saved_by_cache_usd, estimate.price_table], [0, '2026-11-28']);
    assert.deepEqual((await server.jobs.list({ limit: 10 })).jobs, []);
  });

  it('is what an accepted request is told, and what its receipt begins with', async (context) => {
    const server = await startTestServer(context, { environment: PRODUCTION });
    const estimate = await estimateOf(server, BODY);
    const accepted = (await (await server.postVideo(BODY)).json()) as { status_url: string; estimate: object };
    const { cost_usd, saved_by_cache_usd, if_fallback, price_table } = estimate;
    const { duration_seconds: _seconds, ...told } = accepted.estimate as Record<string, unknown>;
    assert.deepEqual(told, { cost_usd, saved_by_cache_usd, if_fallback_usd: if_fallback.cost_usd, price_table });
    const status = (await (await server.request(accepted.status_url)).json()) as { cost: Record<string, unknown> };
    assert.deepEqual([status.cost['estimated_usd'], status.cost['price_table']], [cost_usd, price_table]);
  });

  it('refuses what a request for a video would be refused for, and costs nothing in mock mode', async (context) => {
    const server = await startTestServer(context, { environment: PRODUCTION });
    const response = await server.request('/estimate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...BODY, script: '', template: 'none' }),
    });
    assert.equal(response.status, 422);
    const { errors } = (await response.json()) as { errors: readonly { code: string }[] };
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['empty_script', 'unknown_template'],
    );
    const free = await startTestServer(context, { environment: { VIDEO_PROVIDER: 'heygen' } });
    const { items, cost_usd, price_table } = await estimateOf(free, GOOD_BODY);
    assert.deepEqual([items, cost_usd, price_table], [[], 0, 'simulated']);
  });
});

describe('the caps at the door', () => {
  it('refuse a video that costs more than one may', async (context) => {
    const server = await startTestServer(context, {
      environment: { ...PRODUCTION, MAX_COST_PER_VIDEO_USD: '0.1' },
    });
    const { status, code, detail } = await problemOf(await server.postVideo(BODY));
    assert.deepEqual([status, code], [422, 'cost_above_limit']);
    const { cost_usd } = await estimateOf(server, BODY);
    assert.ok(detail.includes('at most 0.1 USD (MAX_COST_PER_VIDEO_USD)'), detail);
    assert.ok(detail.includes(`${Number(cost_usd.toFixed(6))} USD`), detail);
    assert.deepEqual((await server.jobs.list({ limit: 10 })).jobs, []);
  });

  it('send a video away until midnight that today has no money for, but for one that was accepted before', async (context) => {
    const server = await startTestServer(context, {
      environment: { ...PRODUCTION, MAX_COST_PER_DAY_USD: '1' },
    });
    const key = { 'idempotency-key': 'once' };
    const first = await server.postVideo(BODY, key);
    assert.equal(first.status, 202);
    await spend(server, await claimJob(server, 'bob'), { provider: 'elevenlabs', usd: 0.95 });
    const refused = await problemOf(await server.postVideo(BODY));
    assert.deepEqual([refused.status, refused.code], [429, 'daily_budget_spent']);
    const now = Date.now();
    const midnight = (Math.floor(now / 86_400_000) + 1) * 86_400_000;
    assert.ok(Math.abs(Number(refused.retryAfter) - (midnight - now) / 1000) < 30, String(refused.retryAfter));
    const replay = await server.postVideo(BODY, key);
    assert.deepEqual([replay.status, replay.headers.get('idempotent-replayed')], [202, 'true']);
    assert.equal(await replay.text(), await first.text());
    const tomorrow = new Date(midnight + 1000).toISOString();
    assert.equal((await server.postVideo({ ...BODY, runAt: tomorrow })).status, 202, 'another day has its own money');
    const report = (await (await server.request('/costs')).json()) as Report;
    assert.deepEqual([report.caps.per_day_usd, report.caps.held_today_usd], [1, 0.95]);
  });
});

/** Three users, each with a call of their own and one of a provider that stood in. */
async function startWithSpending(context: Pick<TestContext, 'after'>) {
  const server = await startTestServer(context);
  for (const [userId, usd] of [
    ['ann', 0.25],
    ['bob', 0.5],
    ['eve', 0.125],
  ] as const) {
    const claim = await claimJob(server, userId);
    await spend(server, claim, { provider: 'elevenlabs', usd });
    await spend(server, claim, { provider: 'openai-speech', usd: usd / 4, isFallback: true });
  }
  const read = async (query: string): Promise<Report> => {
    const response = await server.request(`/costs${query}`);
    assert.equal(response.status, 200, query);
    return (await response.json()) as Report;
  };
  return { server, read };
}

describe('GET /costs', () => {
  it('adds up to the same by provider, by day and by user', async (context) => {
    const { read } = await startWithSpending(context);
    const { totals, providers, days, users, users_left_out } = await read('');
    assert.deepEqual(totals, { calls: 6, usd: 1.09375, cost_of_fallback_usd: 0.21875, uncertain_repeats: 0 });
    for (const parts of [providers, days, users]) {
      assert.equal(
        parts.reduce((sum, { usd }) => sum + usd, 0),
        totals.usd,
      );
    }
    assert.deepEqual(
      providers.map(({ provider, step, usd }) => [provider, step, usd]),
      [
        ['elevenlabs', 'speech', 0.875],
        ['openai-speech', 'speech', 0.21875],
      ],
    );
    assert.deepEqual(
      users.map(({ user_id, usd }) => [user_id, usd]),
      [
        ['bob', 0.625],
        ['ann', 0.3125],
        ['eve', 0.15625],
      ],
    );
    assert.equal(users_left_out, 0);
  });

  it('names the dearest users only, or one, and counts those that are left out', async (context) => {
    const { read } = await startWithSpending(context);
    const one = await read('?limit=1');
    assert.deepEqual([one.users.map(({ user_id }) => user_id), one.users_left_out], [['bob'], 2]);
    assert.equal(one.totals.calls, 6);
    const ann = await read('?userId=ann');
    assert.deepEqual([ann.totals.usd, ann.users.length, ann.users_left_out], [0.3125, 1, 0]);
    assert.equal((await read('?userId=nobody')).totals.calls, 0);
  });

  it('looks at the last thirty days unless told otherwise, and at no more than a year', async (context) => {
    const { server, read } = await startWithSpending(context);
    const { from, to } = await read('');
    assert.equal(Date.parse(to) - Date.parse(from), 30 * 86_400_000);
    const past = await read('?from=2020-01-01&to=2021-01-01');
    assert.deepEqual([past.totals.calls, past.days, past.users], [0, [], []]);
    for (const query of [
      '?from=2020-01-01',
      '?from=2020-01-01&to=2021-06-01',
      '?from=tomorrow',
      '?limit=0',
      '?limit=1001',
    ]) {
      assert.equal((await server.request(`/costs${query}`)).status, 422, query);
    }
  });
});
