import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualTime, settle } from '../../test/fixtures/manual-time.ts';
import { createGpuFleet } from './gpu-fleet.ts';
import { createServerRotation } from './server-rotation.ts';

test('a drained server finishes what it has and leaves; a restored one gets work again', async () => {
  const { clock, timer } = createManualTime();
  const servers = ['a', 'b'].map((id) => ({ id, url: `ws://${id}/tts` }));
  const fleet = createGpuFleet({ servers, clock, timer });
  const rotation = createServerRotation({ fleet, servers });
  const { signal } = new AbortController();
  const acquire = () => fleet.acquire({ expectedAudioSeconds: 5, signal });
  const stateOf = (id: string) => fleet.snapshot().servers.find((server) => server.id === id)?.state;

  const first = await acquire();
  const drained = first.server.id;
  rotation.drain(drained);
  rotation.drain(drained);
  assert.equal(stateOf(drained), 'draining');
  const second = await acquire();
  assert.notEqual(second.server.id, drained);
  first.release({ ok: true, audioSeconds: 5, wallSeconds: 1 });
  await settle();
  assert.equal(stateOf(drained), undefined);
  rotation.drain(drained);

  rotation.restore(drained);
  assert.equal(stateOf(drained), 'healthy');
  assert.equal((await acquire()).server.id, drained);
  rotation.drain(drained);
  rotation.restore(drained);
  assert.equal(stateOf(drained), 'healthy', 'while it is still speaking');
  rotation.close();
});

test('a server that is not configured is refused by name', () => {
  const { clock, timer } = createManualTime();
  const servers = [{ id: 'gpu-1:8765', url: 'ws://gpu-1:8765/tts' }];
  const rotation = createServerRotation({ fleet: createGpuFleet({ servers, clock, timer }), servers });
  for (const order of [rotation.drain, rotation.restore]) {
    assert.throws(() => order('gpu-2:8765'), { code: 'invalid_gpu_server', message: /gpu-1:8765; got gpu-2:8765/ });
  }
});
