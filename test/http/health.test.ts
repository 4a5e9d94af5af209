import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../src/core/errors.ts';
import { systemClock } from '../../src/core/clock.ts';
import { startElevenLabsSimulator } from '../../src/simulators/elevenlabs.ts';
import { startTestServer } from './test-server.ts';

type Json = Readonly<Record<string, unknown>>;

test('a server is ready while journal and storage answer, and says which of them does not', async (context) => {
  const full = new AppError({ code: 'storage_failed', kind: 'storage', message: 'The disk is full.' });
  let storage = async (): Promise<void> => undefined;
  const healthChecks = { journal: async () => undefined, storage: () => storage() };
  const server = await startTestServer(context, { healthChecks });
  const ready = await server.request('/ready');
  const pass = { status: 'pass', detail: null };
  assert.deepEqual(
    [ready.status, await ready.json()],
    [200, { status: 'ready', checks: { journal: pass, storage: pass } }],
  );

  storage = () => Promise.reject(full);
  const refused = await server.request('/ready');
  const { code, detail } = (await refused.json()) as Json;
  assert.deepEqual([refused.status, code, detail], [503, 'not_ready', 'storage: The disk is full.']);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);

  // It hangs, as a network disk does.
  storage = () => new Promise(() => undefined);
  assert.equal((await server.request('/ready')).status, 503);
  // It lives all the same.
  const health = await server.request('/health');
  assert.deepEqual([health.status, ((await health.json()) as Json)['status']], [200, 'degraded']);
});

test('what is not there is not said to be: a VibeVoice server that is down, a fallback whose key was refused', async (context) => {
  const elevenlabs = await startElevenLabsSimulator({
    voice: () => assert.fail('Nobody speaks for a wrong key.'),
    apiKey: 'the-right-key',
    voiceIds: [],
    clock: systemClock,
  });
  context.after(() => elevenlabs.close());
  const server = await startTestServer(context, {
    environment: {
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts',
      ELEVENLABS_API_KEY: 'a-wrong-key',
      ELEVENLABS_BASE_URL: elevenlabs.url,
    },
  });
  const health = async () => (await (await server.request('/health')).json()) as Json;
  // Found out in the background: nobody has asked it to speak.
  for (let polls = 0; polls < 1000 && (await health())['vibevoice_available'] === true; polls += 1) await wait(20);
  assert.equal((await health())['vibevoice_available'], false);
  assert.equal((await health())['elevenlabs_fallback'], true);
  assert.equal((await server.postSpeech({ text: 'Hello', provider: 'elevenlabs' })).status, 502);
  const { status, elevenlabs_fallback: fallback, enhancement } = await health();
  assert.deepEqual([status, fallback], ['healthy', false]);
  assert.deepEqual(enhancement, { available: false, state: 'unknown', last_failure: null });
});
