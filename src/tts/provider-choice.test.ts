import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import { createMainProviderChoice, type MainProvider } from './provider-choice.ts';
import { openSqliteSpeechState } from '../app/speech-stores.ts';

const folder = createScratchFolder('provider-choice');
after(() => rmSync(folder, { recursive: true }));
const clock = { now: () => 1000 };

test('an order holds at once in every process and after a restart, until the configuration is changed', async () => {
  const path = join(folder, 'state.sqlite');
  const open = (configured: MainProvider) => {
    const store = openSqliteSpeechState({ path });
    return { store, choice: createMainProviderChoice({ store, configured, clock }) };
  };
  const [server, worker] = [open('vibevoice'), open('vibevoice')];
  assert.equal(await server.choice.current(), 'vibevoice');
  const order = await server.choice.set({ provider: 'elevenlabs', by: 'admin key' });
  assert.deepEqual(order, {
    provider: 'elevenlabs',
    previous: 'vibevoice',
    configured: 'vibevoice',
    changedBy: 'admin key',
    changedAt: 1000,
  });
  assert.equal(await worker.choice.current(), 'elevenlabs');
  assert.equal((await worker.choice.set({ provider: 'vibevoice', by: 'loopback' })).previous, 'elevenlabs');
  await Promise.all([server.store.close(), worker.store.close()]);

  const restarted = open('vibevoice');
  assert.equal(await restarted.choice.current(), 'vibevoice');
  await restarted.store.close();
  const rolledBack = open('elevenlabs');
  assert.equal(await rolledBack.choice.current(), 'elevenlabs', 'a changed TTS_PROVIDER is the newer order');
  await rolledBack.store.close();
});
