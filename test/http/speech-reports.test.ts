import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

type Counts = { readonly requests: number; readonly successes: number; readonly failures: number };
type Breaker = { readonly phase: string; readonly retry_after_seconds: number; readonly last_failure: string | null };
type Analytics = {
  readonly user_id: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly providers: Readonly<Record<string, Counts & { readonly fallback_rate: number }>>;
  readonly totals: Counts;
  readonly breakers: Readonly<Record<string, Breaker>>;
  readonly canary: { readonly percent: number };
};
type Voices = {
  readonly default: object;
  readonly providers: readonly {
    readonly id: string;
    readonly main: boolean;
    readonly available: boolean;
    readonly usd_per_1000_characters: number;
  }[];
  readonly order: Readonly<Record<string, readonly string[]>>;
};

let server: TestServer;
before(async (context) => {
  server = await startTestServer(context as never);
  await speak(server, 'ann');
  await speak(server, 'ann');
  await speak(server, 'bob', 'elevenlabs');
});

async function speak(at: TestServer, userId: string, provider?: string): Promise<void> {
  const response = await at.postSpeech({ text: 'Hello world', userId, ...(provider && { provider }) });
  assert.equal(response.status, 200);
  await response.arrayBuffer();
}

async function read<Answer>(address: string, at = server): Promise<Answer> {
  const response = await at.request(address);
  assert.equal(response.status, 200, address);
  return (await response.json()) as Answer;
}

test('analytics count everyone, or one user', async () => {
  const all = await read<Analytics>('/tts/analytics');
  assert.equal(all.user_id, null);
  assert.equal(all.totals.requests, 3);
  assert.equal(all.providers['vibevoice']?.requests, 2);
  assert.equal(all.providers['elevenlabs']?.requests, 1);
  assert.equal(all.canary.percent, 100);
  assert.deepEqual(Object.keys(all.breakers), ['vibevoice', 'elevenlabs', 'openai-speech', 'offline']);
  assert.deepEqual(all.breakers['vibevoice'], { phase: 'closed', retry_after_seconds: 0, last_failure: null });

  const ann = await read<Analytics>('/tts/analytics?userId=ann');
  assert.equal(ann.user_id, 'ann');
  assert.equal(ann.totals.requests, 2);
  assert.deepEqual(Object.keys(ann.providers), ['vibevoice']);
  assert.equal((await read<Analytics>('/tts/analytics?userId=nobody')).totals.requests, 0);
});

test('a period begins with its first moment and ends before its last', async () => {
  const end = new Date(server.speechLog.at(-1)!.timestamp);
  const after = new Date(end.getTime() + 1);
  const requestsIn = async (query: string): Promise<number> =>
    (await read<Analytics>(`/tts/analytics?userId=bob&${query}`)).totals.requests;
  assert.equal(await requestsIn(`from=${end.toISOString()}`), 1);
  assert.equal(await requestsIn(`from=${after.toISOString()}`), 0);
  assert.equal(await requestsIn(`to=${end.toISOString()}`), 0);
  assert.equal(await requestsIn(`to=${after.toISOString()}`), 1);
  const inBerlin = end.toISOString().replace('Z', '+00:00');
  assert.equal(await requestsIn(`from=${encodeURIComponent(inBerlin)}`), 1);

  const dated = await read<Analytics>('/tts/analytics?from=2026-02-28&to=2026-03-01T01:30:00%2B01:00');
  assert.equal(dated.from, '2026-02-28T00:00:00.000Z');
  assert.equal(dated.to, '2026-03-01T00:30:00.000Z');
});

test('a period that is none is refused', async () => {
  const cases: Readonly<Record<string, string>> = {
    'from=yesterday': '/from',
    'from=': '/from',
    'from=2026-13-01': '/from',
    'from=2026-02-30': '/from',
    'from=2026-02-30T00:00:00Z': '/from',
    'from=2026-01-01T25:00:00Z': '/from',
    'from=2026-01-01T00:00:00': '/from',
    'from=2026-01-01T00:00:00+01:00': '/from',
    'from=2026': '/from',
    'from=1767225600000': '/from',
    'to=2026-1-1': '/to',
    'from=2026-01-02&to=2026-01-02': '/from',
    'from=2026-01-03&to=2026-01-02': '/from',
    'since=2026-01-01': '/since',
  };
  for (const [query, pointer] of Object.entries(cases)) {
    const response = await server.request(`/tts/analytics?${query}`);
    assert.equal(response.status, 422, query);
    const problem = (await response.json()) as { errors: readonly { pointer: string }[] };
    assert.equal(problem.errors[0]?.pointer, pointer, query);
  }
});

test('the voices say what may be asked for, who speaks, and in which order', async () => {
  const voices = await read<Voices>('/voices');
  assert.deepEqual(voices.default, { profile: 'default', style: 'neutral', seed: 42 });
  assert.deepEqual(
    voices.providers.map(({ id, main, available }) => [id, main, available]),
    [
      ['vibevoice', true, true],
      ['elevenlabs', false, true],
      ['openai-speech', false, true],
      ['offline', false, true],
    ],
  );
  assert.deepEqual(voices.order, {
    english: ['vibevoice', 'elevenlabs', 'openai-speech', 'offline'],
    other_languages: ['elevenlabs', 'openai-speech', 'vibevoice', 'offline'],
  });
});

test('outside mock mode the voices are those that are configured, with their prices', async (context) => {
  const own = await startTestServer(context, {
    environment: { MOCK_MODE: 'False', TTS_PROVIDER: 'elevenlabs', ELEVENLABS_API_KEY: 'not-a-real-key' },
  });
  const voices = await read<Voices>('/voices', own);
  assert.deepEqual(
    voices.providers.map((provider) => [provider.id, provider.main, provider.usd_per_1000_characters]),
    [
      ['elevenlabs', true, 0.1],
      ['offline', false, 0],
    ],
  );
  assert.deepEqual(voices.order, { english: ['elevenlabs'], other_languages: ['elevenlabs'] });
  const health = await read<Record<string, unknown>>('/health', own);
  assert.equal(health['mock_mode'], false);
  assert.equal(health['tts_provider'], 'elevenlabs');
  assert.equal(health['vibevoice_available'], false);
  assert.equal(health['elevenlabs_fallback'], true);
  assert.equal((await read<{ status: string }>('/tts/gpu-health', own)).status, 'not_configured');
});

test('GPU health names every server', async () => {
  const health = await read<{ status: string; servers: readonly { state: string }[] }>('/tts/gpu-health');
  assert.equal(health.servers.length, 2);
  assert.ok(health.servers.every(({ state }) => state === 'healthy'));
});

test('an outage is seen in every report, and the server stays healthy', async (context) => {
  const own = await startTestServer(context);
  assert.equal((await read<Record<string, unknown>>('/health', own))['vibevoice_available'], true);
  own.speech.faults?.set('vibevoice', 'refuse');
  own.speech.faults?.set('elevenlabs', 'unauthorized');
  await speak(own, 'ann');
  await speak(own, 'ann');
  const { breakers, providers, totals } = await read<Analytics>('/tts/analytics', own);
  assert.equal(breakers['elevenlabs']?.phase, 'open', 'a refused key opens it at once');
  assert.equal(breakers['elevenlabs']?.last_failure, 'auth');
  assert.ok(breakers['elevenlabs'].retry_after_seconds > 0);
  assert.equal(totals.successes, 2);
  assert.equal(providers['openai-speech']?.fallback_rate, 1);
  const voices = await read<Voices>('/voices', own);
  assert.equal(voices.providers.find(({ id }) => id === 'elevenlabs')?.available, false);
  const health = await read<Record<string, unknown>>('/health', own);
  assert.equal(health['vibevoice_available'], false);
  assert.equal(health['elevenlabs_fallback'], false);
  assert.equal(health['status'], 'healthy');
});

test('health answers also when the state of speech cannot be read', async (context) => {
  const own = await startTestServer(context);
  await own.speech.close();
  const health = await read<Record<string, unknown> & { checks: Record<string, { status: string }> }>('/health', own);
  assert.equal(health['status'], 'degraded');
  assert.equal(health['tts_provider'], null);
  assert.equal(health.checks['speech_state']?.status, 'fail');
});
