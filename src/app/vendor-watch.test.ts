import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { resolveConfig } from '../config/load.ts';
import { createCircuitBreakers } from '../core/circuit-breaker.ts';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { createVendorRecord } from '../core/vendor-record.ts';
import { startElevenLabsSimulator } from '../simulators/elevenlabs.ts';
import { startVendorWatch } from './vendor-watch.ts';

const VOICE = '21m00Tcm4TlvDq8ikWAM';

/** What the record says of ElevenLabs once the watch has looked, after a refusal of that kind. */
async function lookAfter(t: TestContext, refusal: 'auth' | 'quota', account: { key?: string; creditLimit?: number }) {
  const simulator = await startElevenLabsSimulator({
    voice: () => assert.fail('Nothing that is charged for may be asked.'),
    apiKey: 'the-right-key',
    voiceIds: [VOICE],
    clock: systemClock,
    ...account,
  });
  t.after(() => simulator.close());
  const { config } = resolveConfig(
    {
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts',
      ELEVENLABS_BASE_URL: simulator.url,
      ELEVENLABS_API_KEY: account.key ?? 'the-right-key',
    },
    {},
  );
  const breakers = createCircuitBreakers({ clock: systemClock, random: Math.random });
  breakers.acquire('elevenlabs')?.fail(refusal);
  const record = createVendorRecord();
  const watch = startVendorWatch(config, { record, breakers, checkBucket: undefined });
  t.after(() => watch.stop());
  for (let polls = 0; polls < 4000 && record.read('elevenlabs').state === 'unknown'; polls += 1) await wait(5);
  const { state, lastFailure } = record.read('elevenlabs');
  return { state, lastFailure };
}

test('a voice that has refused us is looked after by requests that are free', async (t) => {
  assert.deepEqual(await lookAfter(t, 'auth', {}), { state: 'ok', lastFailure: null });
  assert.deepEqual(await lookAfter(t, 'auth', { key: 'a-wrong-key' }), { state: 'failing', lastFailure: 'auth' });
  assert.deepEqual(await lookAfter(t, 'quota', { creditLimit: 0 }), { state: 'failing', lastFailure: 'quota' });
});

test('a bucket is looked after until it is known to be well', async () => {
  const { config } = resolveConfig({}, {});
  const breakers = createCircuitBreakers({ clock: systemClock, random: Math.random });
  const record = createVendorRecord();
  let looks = 0;
  const look = async (fails: boolean): Promise<void> => {
    const checkBucket = async (): Promise<void> => {
      looks += 1;
      if (fails) throw new AppError({ code: 'storage_failed', kind: 'storage', message: 'Planted.' });
    };
    const watch = startVendorWatch(config, { record, breakers, checkBucket });
    await watch.stop();
  };
  await look(true);
  assert.deepEqual([looks, record.read('bucket').state], [1, 'failing']);
  await look(false);
  assert.deepEqual([looks, record.read('bucket').state], [2, 'ok']);
  await look(false);
  assert.equal(looks, 2);
});
