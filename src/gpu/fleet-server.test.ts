import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { createManualTime, settle } from '../../test/fixtures/manual-time.ts';
import { createGpuFleet } from './gpu-fleet.ts';
import type { GpuFleet, GpuLease } from './gpu-fleet.ts';

const WELL = { ok: true, audioSeconds: 10, wallSeconds: 10 } as const;
const ILL = { failed: 'unavailable' } as const;
const { signal } = new AbortController();

function makeFleet(ids: readonly string[], slots = 1) {
  const time = createManualTime();
  const servers = ids.map((id) => ({ id, url: `ws://${id}/tts`, slots }));
  return { time, fleet: createGpuFleet({ servers, clock: time.clock, timer: time.timer }) };
}

const acquire = (fleet: GpuFleet, avoid: readonly string[] = []): Promise<GpuLease> =>
  fleet.acquire({ expectedAudioSeconds: 10, signal, avoid });

const stateOf = (fleet: GpuFleet, id: string): string | undefined =>
  fleet.snapshot().servers.find((server) => server.id === id)?.state;

test('a second release says nothing', async () => {
  const { fleet } = makeFleet(['a']);
  const lease = await acquire(fleet);
  for (let index = 0; index < 5; index += 1) lease.release(ILL);
  assert.deepEqual([fleet.snapshot().servers[0]!.failures, stateOf(fleet, 'a')], [1, 'healthy']);
});

test('a wait that ended leaves no listener on the signal', async () => {
  const { fleet } = makeFleet(['a']);
  const abort = new AbortController();
  const ask = (): Promise<GpuLease> => fleet.acquire({ expectedAudioSeconds: 10, signal: abort.signal });
  const lease = await ask();
  const refused = assert.rejects(ask(), { code: 'gpu_servers_unavailable' });
  assert.equal(getEventListeners(abort.signal, 'abort').length, 1);
  fleet.leave('a');
  await refused;
  assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
  lease.release(WELL);
});

test('who gives up leaves the line, and no timer behind', async () => {
  const { fleet, time } = makeFleet(['a', 'b']);
  const [held, busy] = [await acquire(fleet), await acquire(fleet)];
  busy.release({ failed: 'rate_limited', retryAfterSeconds: 30 });
  const abort = new AbortController();
  const waits = [1, 2].map(() => fleet.acquire({ expectedAudioSeconds: 10, signal: abort.signal }));
  await settle();
  assert.deepEqual([fleet.snapshot().queue_depth, time.pendingTimers], [2, 1]);
  abort.abort(new DOMException('late', 'TimeoutError'));
  for (const wait of waits) await assert.rejects(wait, { kind: 'timeout' });
  assert.deepEqual([fleet.snapshot().queue_depth, time.pendingTimers], [0, 0]);
  held.release(WELL);
  assert.equal(fleet.snapshot().active_streams, 0);
});

test('after a failure a server of several slots gets one utterance at a time', async () => {
  const { fleet } = makeFleet(['a'], 3);
  (await acquire(fleet)).release(ILL);
  const first = await acquire(fleet);
  const second = acquire(fleet);
  await settle();
  assert.equal(fleet.snapshot().active_streams, 1);
  first.release(WELL);
  await Promise.all([second, acquire(fleet), acquire(fleet)]);
  assert.equal(fleet.snapshot().active_streams, 3);
});

test('what began before an ejection neither ends nor lengthens it, and only one probe is under way', async () => {
  const { fleet, time } = makeFleet(['a', 'b', 'c'], 5);
  const early = [];
  for (let index = 0; index < 5; index += 1) early.push(await acquire(fleet, ['b', 'c']));
  for (const lease of early.splice(0, 3)) lease.release(ILL);
  assert.equal(stateOf(fleet, 'a'), 'ejected');
  early.pop()!.release(WELL);
  assert.equal(stateOf(fleet, 'a'), 'ejected');
  early.pop()!.release(ILL);
  await time.advance(20_000);
  const leases = [await acquire(fleet), await acquire(fleet), await acquire(fleet)];
  assert.equal(leases.filter((lease) => lease.server.id === 'a').length, 1);
  assert.equal(stateOf(fleet, 'a'), 'probing');
});

test('the lengthening of ejections is forgotten with success', async () => {
  const { fleet, time } = makeFleet(['a', 'b']);
  const fail = async (): Promise<void> => {
    for (let index = 0; index < 3 && stateOf(fleet, 'a') === 'healthy'; index += 1)
      (await acquire(fleet, ['b'])).release(ILL);
    assert.equal(stateOf(fleet, 'a'), 'ejected');
  };
  await fail();
  await time.advance(20_000);
  (await acquire(fleet)).release(WELL);
  for (let index = 0; index < 2; index += 1) (await acquire(fleet, ['b'])).release(WELL);
  await fail();
  await time.advance(20_000);
  assert.equal((await acquire(fleet)).server.id, 'a');
});

test('when the others leave, the ejected one that is left stands in', async () => {
  const { fleet, time } = makeFleet(['a', 'b']);
  for (let round = 0; round < 3; round += 1) {
    for (let index = 0; index < 3 && stateOf(fleet, 'a') === 'healthy'; index += 1)
      (await acquire(fleet, ['b'])).release(ILL);
    if (round < 2) await time.advance(60_000);
    if (round < 2) (await acquire(fleet)).release(ILL);
  }
  assert.equal(stateOf(fleet, 'a'), 'ejected');
  fleet.leave('b');
  assert.equal(stateOf(fleet, 'a'), 'last_resort');
  await assert.rejects(acquire(fleet), { code: 'gpu_servers_unavailable' });
  await time.advance(20_000);
  assert.equal((await acquire(fleet)).server.id, 'a');
});

test('while the fleet panics a free slow server is better than none', async () => {
  const { fleet } = makeFleet(['fast', 'slow', 'x', 'y', 'z']);
  const leases = new Map<string, GpuLease>();
  for (let index = 0; index < 5; index += 1) {
    const lease = await acquire(fleet);
    leases.set(lease.server.id, lease);
  }
  leases.get('slow')!.release({ ok: true, audioSeconds: 100, wallSeconds: 10_000 });
  for (const id of ['x', 'y', 'z']) leases.get(id)!.release({ failed: 'auth' });
  assert.equal(fleet.snapshot().panicking, true);
  assert.equal((await acquire(fleet)).server.id, 'slow');
  await assert.rejects(acquire(fleet), { code: 'gpu_servers_unavailable' });
});
