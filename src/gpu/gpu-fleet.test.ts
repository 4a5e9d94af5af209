import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createManualTime, settle } from '../../test/fixtures/manual-time.ts';
import type { ManualTime } from '../../test/fixtures/manual-time.ts';
import { createGpuFleet } from './gpu-fleet.ts';
import type { FleetRules, GpuFleet, GpuLease } from './gpu-fleet.ts';
import type { GpuServer } from './fleet-server.ts';

const WELL = { ok: true, audioSeconds: 10, wallSeconds: 10 } as const;
const { signal } = new AbortController();

function makeFleet(
  ids: readonly string[],
  options: { readonly rules?: Partial<FleetRules>; readonly server?: Partial<GpuServer> } = {},
): { readonly fleet: GpuFleet; readonly time: ManualTime } {
  const time = createManualTime();
  const servers = ids.map((id) => ({ id, url: `ws://${id}/tts`, ...options.server }));
  const fleet = createGpuFleet({ servers, clock: time.clock, timer: time.timer, rules: options.rules ?? {} });
  return { fleet, time };
}

const acquire = (fleet: GpuFleet, more: Partial<Parameters<GpuFleet['acquire']>[0]> = {}): Promise<GpuLease> =>
  fleet.acquire({ expectedAudioSeconds: 10, signal, ...more });

const stateOf = (fleet: GpuFleet, id: string): string | undefined =>
  fleet.snapshot().servers.find((server) => server.id === id)?.state;

async function failTimes(fleet: GpuFleet, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) (await acquire(fleet)).release({ failed: 'unavailable' });
}

test('a server takes one utterance at a time; the next waits for it', async () => {
  const { fleet, time } = makeFleet(['a']);
  const first = await acquire(fleet);
  const second = acquire(fleet);
  await settle();
  const waiting = fleet.snapshot();
  assert.deepEqual([waiting.active_streams, waiting.queue_depth, waiting.servers[0]!.queue_depth], [1, 1, 1]);
  first.release(WELL);
  first.release(WELL);
  assert.equal((await second).server.url, 'ws://a/tts');
  assert.equal(fleet.snapshot().active_streams, 1);
  (await second).release(WELL);
  assert.deepEqual([fleet.snapshot().active_streams, time.pendingTimers], [0, 0]);
});

test('speed is learnt: the faster server gets the work, the slow one only what it would finish first', async () => {
  const { fleet, time } = makeFleet(['slow', 'fast']);
  const [a, b] = [await acquire(fleet), await acquire(fleet)];
  for (const lease of [a, b]) {
    lease.release({ ok: true, audioSeconds: 100, wallSeconds: lease.server.id === 'fast' ? 20 : 200 });
  }
  const speeds = Object.fromEntries(fleet.snapshot().servers.map((server) => [server.id, server.speed]));
  assert.ok(speeds['fast']! > 3 && speeds['slow']! < 0.6, JSON.stringify(speeds));
  const leases = [await acquire(fleet)];
  assert.equal(leases[0]!.server.id, 'fast');
  const second = acquire(fleet);
  await settle();
  assert.equal(fleet.snapshot().queue_depth, 1, 'it waits for the fast server although the slow one is free');
  leases[0]!.release(WELL);
  assert.equal((await second).server.id, 'fast');
  const hungWaiter = acquire(fleet);
  await time.advance(60_000);
  assert.equal((await hungWaiter).server.id, 'slow', 'a fast server that hangs is not waited for');
});

test('three failures in a row eject; a probe of real work brings it back, on probation', async () => {
  const { fleet, time } = makeFleet(['a', 'b']);
  const keptBusy = await acquire(fleet);
  await failTimes(fleet, 3);
  assert.equal(stateOf(fleet, 'b'), 'ejected');
  const waiter = acquire(fleet);
  await time.advance(19_900);
  assert.equal(stateOf(fleet, 'b'), 'ejected');
  await time.advance(200);
  const probe = await waiter;
  assert.equal(probe.server.id, 'b');
  assert.equal(stateOf(fleet, 'b'), 'probing');
  probe.release(WELL);
  assert.equal(stateOf(fleet, 'b'), 'healthy');
  await failTimes(fleet, 1);
  assert.equal(stateOf(fleet, 'b'), 'ejected', 'the first failure on probation ejects again');
  const later = acquire(fleet);
  await time.advance(39_000);
  assert.equal(stateOf(fleet, 'b'), 'ejected', 'and for twice as long');
  await time.advance(2000);
  assert.equal((await later).server.id, 'b');
  keptBusy.release(WELL);
});

test('a probe that was cancelled or met a busy server proves nothing', async () => {
  const { fleet, time } = makeFleet(['a', 'b']);
  await acquire(fleet);
  await failTimes(fleet, 3);
  await time.advance(20_000);
  const cancelled = await acquire(fleet);
  cancelled.release({ failed: 'cancelled' });
  assert.equal(stateOf(fleet, 'b'), 'ejected');
  const busy = await acquire(fleet);
  assert.equal(busy.server.id, 'b');
  busy.release({ failed: 'rate_limited', retryAfterSeconds: 5 });
  const again = acquire(fleet);
  await time.advance(4900);
  assert.equal(stateOf(fleet, 'b'), 'ejected');
  await time.advance(200);
  assert.equal((await again).server.id, 'b');
});

test('failures of our own input do not count, a refused key ejects at once', async () => {
  const { fleet } = makeFleet(['a', 'b']);
  for (let index = 0; index < 10; index += 1) (await acquire(fleet)).release({ failed: 'invalid_input' });
  assert.equal(fleet.snapshot().healthy_servers, 2);
  const lease = await acquire(fleet);
  lease.release({ failed: 'auth' });
  assert.equal(stateOf(fleet, lease.server.id), 'ejected');
});

test('the last server is never ejected, only spared; a fleet that is mostly ill sends work to the fallback', async () => {
  const { fleet, time } = makeFleet(['a', 'b', 'c']);
  const working = await acquire(fleet);
  await failTimes(fleet, 6);
  assert.equal(fleet.snapshot().panicking, true);
  await assert.rejects(acquire(fleet), { code: 'gpu_servers_unavailable', kind: 'unavailable', message: /1 of 3/ });
  working.release(WELL);
  for (let index = 0; index < 3; index += 1) {
    const lease = await acquire(fleet);
    assert.equal(lease.server.id, working.server.id, 'the healthy server works on while the fleet panics');
    lease.release({ failed: 'timeout' });
  }
  assert.equal(stateOf(fleet, working.server.id), 'last_resort');
  await assert.rejects(acquire(fleet), { code: 'gpu_servers_unavailable' });
  await time.advance(20_000);
  const probe = await acquire(fleet);
  probe.release(WELL);
  assert.equal(fleet.snapshot().healthy_servers, 1);
});

test('a single server that is dead gets one utterance per 20 seconds, the others fall back at once', async () => {
  const { fleet, time } = makeFleet(['only']);
  await failTimes(fleet, 3);
  let tried = 0;
  for (let second = 0; second < 70; second += 1) {
    const lease = await acquire(fleet).catch(() => undefined);
    if (lease !== undefined) tried += 1;
    lease?.release({ failed: 'unavailable' });
    await time.advance(1000);
  }
  assert.equal(tried, 3);
});

test('who is refused is told the kind of the failure that took the servers out', async () => {
  const { fleet } = makeFleet(['only']);
  const waits = Array.from({ length: 4 }, () => acquire(fleet));
  const refused = assert.rejects(waits[3]!, { code: 'gpu_servers_unavailable', kind: 'bad_audio' });
  for (const wait of waits.slice(0, 3)) (await wait).release({ failed: 'bad_audio' });
  await refused;
  await assert.rejects(acquire(fleet), { code: 'gpu_servers_unavailable', kind: 'bad_audio' });
});

test('those who wait when the fleet begins to panic are sent on', async () => {
  const { fleet } = makeFleet(['a']);
  const [first, ...others] = [await acquire(fleet), acquire(fleet), acquire(fleet)];
  const settled = Promise.allSettled(others);
  first.release({ failed: 'quota' });
  assert.deepEqual(
    (await settled).map((result) => result.status),
    ['rejected', 'rejected'],
  );
  assert.equal(fleet.snapshot().queue_depth, 0);
});

test('an utterance is not given again to a server that failed at it while another is there', async () => {
  const { fleet } = makeFleet(['a', 'b']);
  for (const avoided of ['a', 'b', 'a']) {
    const lease = await acquire(fleet, { avoid: [avoided] });
    assert.notEqual(lease.server.id, avoided);
    lease.release(WELL);
  }
  fleet.leave('b');
  assert.equal((await acquire(fleet, { avoid: ['a'] })).server.id, 'a');
});

test('a long script does not starve a short one', async () => {
  const { fleet } = makeFleet(['a']);
  const order: string[] = [];
  const first = await acquire(fleet);
  const ask = async (owner: string): Promise<void> => {
    const lease = await acquire(fleet, { owner });
    order.push(owner);
    await settle();
    lease.release(WELL);
  };
  const all = ['long', 'long', 'long', 'long', 'short', 'short'].map(ask);
  await settle();
  first.release(WELL);
  await Promise.all(all);
  assert.deepEqual(order, ['long', 'short', 'long', 'short', 'long', 'long']);
});

test('drain gives nothing more, finishes what it has, and then leaves', async () => {
  const { fleet } = makeFleet(['a', 'b']);
  const lease = await acquire(fleet);
  let isDrained = false;
  const drained = fleet.drain(lease.server.id, { signal }).then(() => (isDrained = true));
  for (let index = 0; index < 3; index += 1) {
    const other = await acquire(fleet);
    assert.notEqual(other.server.id, lease.server.id);
    other.release(WELL);
  }
  assert.equal(stateOf(fleet, lease.server.id), 'draining');
  assert.equal(isDrained, false);
  lease.release(WELL);
  await drained;
  assert.equal(fleet.snapshot().servers.length, 1);
  const busy = await acquire(fleet);
  const given = AbortSignal.abort();
  await assert.rejects(fleet.drain(busy.server.id, { signal: given }), { kind: 'cancelled' });
  busy.release(WELL);
  assert.equal(fleet.snapshot().servers.length, 0, 'giving up the wait does not end the draining');
  await assert.rejects(acquire(fleet), { code: 'gpu_servers_unavailable' });
});

test('a new server of the same id is not harmed by leases of the old one', async () => {
  const { fleet } = makeFleet(['a']);
  const old = await acquire(fleet);
  void fleet.drain('a', { signal });
  fleet.leave('a');
  fleet.join({ id: 'a', url: 'ws://new/tts' });
  old.release({ failed: 'auth' });
  assert.equal(stateOf(fleet, 'a'), 'healthy');
  assert.equal((await acquire(fleet)).server.url, 'ws://new/tts');
});

test('what breaks a rule is refused with the value', async () => {
  const { fleet } = makeFleet(['a'], { rules: { queueLimit: 1 } });
  assert.throws(() => fleet.join({ id: 'a', url: 'ws://x' }), { code: 'invalid_gpu_server', message: /a is taken/ });
  assert.throws(() => fleet.join({ id: 'b', url: 'ws://x', speed: 0 }), { message: /b has 0/ });
  assert.throws(() => fleet.join({ id: 'b', url: 'ws://x', slots: 1.5 }), { message: /b has 1.5/ });
  assert.throws(() => fleet.leave('z'), { message: /\(a\); got z/ });
  await assert.rejects(acquire(fleet, { expectedAudioSeconds: 0 }), RangeError);
  await assert.rejects(acquire(fleet, { signal: AbortSignal.abort() }), { kind: 'cancelled' });
  await acquire(fleet);
  const waits = acquire(fleet);
  await assert.rejects(acquire(fleet), { code: 'gpu_queue_full', kind: 'rate_limited' });
  fleet.leave('a');
  await assert.rejects(waits, { code: 'gpu_servers_unavailable' });
});

type Step =
  | { readonly kind: 'acquire'; readonly owner: string; readonly seconds: number }
  | { readonly kind: 'abort' | 'succeed' | 'fail' | 'cancel' | 'drain' | 'leave'; readonly index: number }
  | { readonly kind: 'join' }
  | { readonly kind: 'wait'; readonly milliseconds: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('acquire' as const),
      owner: fc.constantFrom('x', 'y'),
      seconds: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constantFrom('abort', 'succeed', 'fail', 'cancel'), index: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('drain', 'leave'), index: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'join' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 40_000 }) }),
  },
);

test('no lease is lost, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 2 }),
      async (steps, slots) => {
        const { fleet, time } = makeFleet(['s0', 's1', 's2'], { server: { slots } });
        const asked: { readonly abort: AbortController; readonly settled: Promise<void>; isSettled: boolean }[] = [];
        const held: GpuLease[] = [];
        const holders = new Map<string, number>();
        let joined = 3;
        const give = (lease: GpuLease, outcome: Parameters<GpuLease['release']>[0]): void => {
          holders.set(lease.server.url, holders.get(lease.server.url)! - 1);
          lease.release(outcome);
        };
        const take = (index: number): GpuLease | undefined => held.splice(index % Math.max(1, held.length), 1)[0];
        for (const step of steps) {
          const ids = fleet.snapshot().servers.map((server) => server.id);
          if (step.kind === 'acquire') {
            const abort = new AbortController();
            const entry = { abort, isSettled: false, settled: Promise.resolve() };
            entry.settled = acquire(fleet, {
              expectedAudioSeconds: step.seconds,
              signal: abort.signal,
              owner: step.owner,
            })
              .then(
                (lease) => {
                  held.push(lease);
                  holders.set(lease.server.url, (holders.get(lease.server.url) ?? 0) + 1);
                  assert.ok(holders.get(lease.server.url)! <= slots, 'a server got more than it takes');
                },
                (error: { code?: string }) => assert.ok(['cancelled', 'gpu_servers_unavailable'].includes(error.code!)),
              )
              .finally(() => (entry.isSettled = true));
            asked.push(entry);
          } else if (step.kind === 'abort') asked[step.index % Math.max(1, asked.length)]?.abort.abort();
          else if (step.kind === 'join') fleet.join({ id: `s${joined}`, url: `ws://s${joined++}/tts`, slots });
          else if (step.kind === 'wait') await time.advance(step.milliseconds);
          else if (step.kind === 'drain' || step.kind === 'leave') {
            const id = ids[step.index];
            if (id !== undefined && step.kind === 'leave') fleet.leave(id);
            else if (id !== undefined) void fleet.drain(id, { signal });
          } else {
            const lease = take(step.index);
            const outcome = {
              succeed: WELL,
              fail: { failed: 'unavailable' },
              cancel: { failed: 'cancelled' },
            } as const;
            if (lease !== undefined) give(lease, outcome[step.kind]);
          }
          await settle();
          const { servers, active_streams: active, queue_depth: waiting } = fleet.snapshot();
          assert.ok(active <= held.length, 'a lease is counted that nobody holds');
          assert.equal(waiting, asked.filter((entry) => !entry.isSettled).length, 'a waiter was lost');
          const inRotation = servers.filter((server) => server.state !== 'draining');
          assert.ok(
            inRotation.length === 0 || inRotation.some((server) => server.state !== 'ejected'),
            'the last server was ejected',
          );
        }
        for (let round = 0; held.length > 0 || asked.some((entry) => !entry.isSettled); round += 1) {
          assert.ok(round < 500, 'somebody waits for ever');
          for (const lease of held.splice(0)) give(lease, WELL);
          await time.advance(1000);
        }
        assert.equal(fleet.snapshot().active_streams, 0);
        assert.equal(time.pendingTimers, 0, 'a timer outlived the waiting');
        await Promise.all(asked.map((entry) => entry.settled));
      },
    ),
    { numRuns: 80, seed: 7 },
  );
});
