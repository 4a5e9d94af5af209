import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createManualTime } from '../../test/fixtures/manual-time.ts';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import { createCircuitBreakers } from '../core/circuit-breaker.ts';
import { createGpuFleet } from '../gpu/gpu-fleet.ts';
import { createGuardMemory, recallGuards } from './guard-memory.ts';
import { createSharedSpend } from './shared-spend.ts';
import type { SpeechStateStore } from './speech-state.ts';
import { createSpendBreaker } from './spend-breaker.ts';
import { openSqliteSpeechState } from '../app/speech-stores.ts';

const folder = createScratchFolder('guard-memory');
after(() => rmSync(folder, { recursive: true }));
let processes = 0;
const LIMITS = { hourlyUsd: 1, hourlyUsdPerUser: 1 };

/** The guards as a start of the program makes them. */
async function start(store: SpeechStateStore, time: ReturnType<typeof createManualTime>) {
  const remembered = await recallGuards(store);
  const { clock, timer } = time;
  const breakers = createCircuitBreakers({
    clock,
    random: () => 1,
    ...(remembered.provider_breakers && { restored: remembered.provider_breakers }),
  });
  const spend = createSpendBreaker({ clock, limits: LIMITS, ...(remembered.spend && { restored: remembered.spend }) });
  const fleet = createGpuFleet({
    servers: ['a', 'b'].map((id) => ({ id, url: `ws://${id}/tts` })),
    clock,
    timer,
    ...(remembered.server_breakers && { restored: remembered.server_breakers }),
  });
  const shared = createSharedSpend({ spend, store, processId: String((processes += 1)) });
  return { breakers, spend, fleet, save: createGuardMemory({ store, breakers, spend: shared, fleet }) };
}

test('a restart does not learn an outage, a dead server or a bill anew; what is over is over', async () => {
  const store = openSqliteSpeechState({ path: join(folder, 'state.sqlite') });
  const time = createManualTime();
  const before = await start(store, time);
  before.breakers.acquire('vibevoice')?.fail('auth');
  before.spend.reserve('ann', 0.75).settle(0.75);
  for (let failure = 0; failure < 3; failure += 1) {
    const lease = await before.fleet.acquire({
      expectedAudioSeconds: 1,
      signal: AbortSignal.timeout(1000),
      avoid: ['b'],
    });
    lease.release({ failed: 'unavailable' });
  }
  await before.save();

  const after = await start(store, time);
  assert.equal(after.breakers.status('vibevoice').phase, 'open');
  assert.equal(after.breakers.status('vibevoice').lastFailure, 'auth');
  assert.throws(() => after.spend.reserve('ann', 0.5), { code: 'fallback_spend_limit' });
  assert.deepEqual(
    after.fleet.snapshot().servers.map(({ id, state }) => [id, state]),
    [
      ['a', 'ejected'],
      ['b', 'healthy'],
    ],
  );

  await time.advance(3_600_001);
  const later = await start(store, time);
  assert.ok(later.breakers.acquire('vibevoice'));
  later.spend.reserve('ann', 0.5).release();
  const probed = await later.fleet.acquire({
    expectedAudioSeconds: 1,
    signal: AbortSignal.timeout(1000),
    avoid: ['b'],
  });
  assert.equal(probed.server.id, 'a');
  await store.close();
});

test('nothing is written when nothing has changed', async () => {
  const store = openSqliteSpeechState({ path: join(folder, 'unchanged.sqlite') });
  const written: string[] = [];
  const counting: SpeechStateStore = {
    ...store,
    update: (name, importance, change) => {
      written.push(name);
      return store.update(name, importance, change);
    },
  };
  const { save, breakers } = await start(counting, createManualTime());
  await save();
  const first = written.length;
  await save();
  assert.equal(written.length, first);
  breakers.acquire('elevenlabs')?.fail('unavailable');
  await save();
  assert.deepEqual(written.slice(first), ['provider_breakers']);
  await store.close();
});
