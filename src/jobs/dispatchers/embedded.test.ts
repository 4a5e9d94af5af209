import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createRecordingLog, JobRunFixture, LEASE_MILLISECONDS } from '../../../test/fixtures/job-run.ts';
import { settle } from '../../../test/fixtures/manual-time.ts';
import type { Json } from '../job.ts';
import type { JobStore } from '../job-store.ts';
import type { JobContext } from '../workflow.ts';
import { createEmbeddedDispatcher } from './embedded.ts';

const instanceLock = { folder: 'a folder of this test', release: () => {} };

describe('createEmbeddedDispatcher', () => {
  let fixture: JobRunFixture;
  beforeEach(() => {
    fixture = new JobRunFixture();
  });
  afterEach(async () => {
    assert.equal(fixture.time.pendingTimers, 0);
    await fixture.dispose();
  });

  function createDispatcher(
    run: (context: JobContext) => Promise<Json>,
    options: { readonly concurrency?: number; readonly store?: JobStore } = {},
  ) {
    const { store = fixture.store, concurrency = 2 } = options;
    const log = createRecordingLog();
    const workflow = { steps: [{ name: 'work', weight: 1 }], run };
    const { clock, timer } = fixture.time;
    const dispatcher = createEmbeddedDispatcher({
      store,
      workflow,
      instanceLock,
      concurrency,
      clock,
      timer,
      log,
      leaseMilliseconds: LEASE_MILLISECONDS,
    });
    return { dispatcher, log };
  }

  /** Jobs wait in their step until they are let go by id or told to stop. */
  function createGates(options: { readonly ignoresSignal?: boolean } = {}) {
    const open = new Map<string, PromiseWithResolvers<null>>();
    let most = 0;
    const run = (context: JobContext) =>
      context.step('work', async (step) => {
        const gate = Promise.withResolvers<null>();
        open.set(context.job.id, gate);
        most = Math.max(most, open.size);
        if (!options.ignoresSignal) step.signal.addEventListener('abort', () => gate.reject(step.signal.reason));
        return gate.promise.finally(() => open.delete(context.job.id));
      });
    return { open, run, mostAtOnce: () => most };
  }

  const statusOf = async (id: string) => (await fixture.store.get(id))?.status;

  it('runs what is due, as many at once as it may, and takes the next when one ends', async () => {
    const gates = createGates();
    const { dispatcher } = createDispatcher(gates.run, { concurrency: 2 });
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await fixture.createJob());
    await dispatcher.start();
    for (const id of ids) {
      await settle();
      assert.ok(gates.open.size <= 2);
      gates.open.get(id)?.resolve(null);
    }
    await settle();
    assert.deepEqual(
      await Promise.all(ids.map(statusOf)),
      ids.map(() => 'completed'),
    );
    assert.equal(gates.mostAtOnce(), 2);
    await dispatcher.drain({ graceMilliseconds: 0 });
  });

  it('wakes at once for a job that it is told of', async () => {
    const { dispatcher } = createDispatcher(async () => 1);
    await dispatcher.start();
    const id = await fixture.createJob();
    await settle();
    assert.equal(await statusOf(id), 'queued');
    dispatcher.notify(id);
    await settle();
    assert.equal(await statusOf(id), 'completed');
    await dispatcher.drain({ graceMilliseconds: 0 });
  });

  it('finds within a second a job that nobody told it of, and one whose time has come', async () => {
    const { dispatcher } = createDispatcher(async () => 1);
    await dispatcher.start();
    const untold = await fixture.createJob();
    const runAt = fixture.time.clock.now() + 10_000;
    await fixture.store.create({ id: 'later', userId: 'ada', input: null, priority: 0, runAt });
    await fixture.time.advance(1_000);
    assert.equal(await statusOf(untold), 'completed');
    await fixture.time.advance(8_900);
    assert.equal(await statusOf('later'), 'waiting');
    await fixture.time.advance(1_100);
    assert.equal(await statusOf('later'), 'completed');
    await dispatcher.drain({ graceMilliseconds: 0 });
  });

  it('goes on at its start with what an earlier process left running, without waiting for leases', async () => {
    const id = await fixture.createJob();
    await fixture.store.claimNext({ workerId: 'earlier', leaseMilliseconds: 3_600_000 });
    const { dispatcher, log } = createDispatcher(async () => 'resumed');
    await dispatcher.start();
    await settle();
    assert.equal(await statusOf(id), 'completed');
    assert.ok(log.lines.some((line) => line.fields['interrupted'] === 1));
    await dispatcher.drain({ graceMilliseconds: 0 });
  });

  it('tells a running job of its cancel as soon as it is notified', async () => {
    const gates = createGates();
    const { dispatcher } = createDispatcher(gates.run);
    const id = await fixture.createJob();
    await dispatcher.start();
    await settle();
    await fixture.store.requestCancel(id);
    dispatcher.notify(id);
    await settle();
    assert.equal(await statusOf(id), 'cancelled');
    await dispatcher.drain({ graceMilliseconds: 0 });
  });

  it('drains: takes nothing new, lets work finish, then releases what did not', async () => {
    const gates = createGates();
    const { dispatcher } = createDispatcher(gates.run, { concurrency: 2 });
    const quick = await fixture.createJob();
    const slow = await fixture.createJob();
    const untouched = await fixture.createJob();
    await dispatcher.start();
    await settle();
    let drained = false;
    const draining = dispatcher.drain({ graceMilliseconds: 10_000 }).finally(() => {
      drained = true;
    });
    gates.open.get(quick)?.resolve(null);
    dispatcher.notify(untouched);
    await fixture.time.advance(9_999);
    assert.deepEqual(
      [await statusOf(quick), await statusOf(slow), await statusOf(untouched)],
      ['completed', 'running', 'queued'],
    );
    assert.equal(drained, false);
    await fixture.time.advance(1);
    await draining;
    assert.equal(await statusOf(slow), 'queued');
    assert.equal((await fixture.store.get(untouched))?.attempts, 0);
  });

  it('drains in bounded time even when work ignores its signal', async () => {
    const gates = createGates({ ignoresSignal: true });
    const { dispatcher } = createDispatcher(gates.run);
    const id = await fixture.createJob();
    await dispatcher.start();
    await settle();
    const draining = dispatcher.drain({ graceMilliseconds: 1_000 });
    await fixture.time.advance(6_000);
    await draining;
    assert.equal(await statusOf(id), 'queued');
  });

  it('drains at once when it has nothing to do, or was never started', async () => {
    await createDispatcher(async () => 1).dispatcher.drain({ graceMilliseconds: 60_000 });
    const { dispatcher } = createDispatcher(async () => 1);
    await dispatcher.start();
    await assert.rejects(dispatcher.start(), /once/);
    await dispatcher.drain({ graceMilliseconds: 60_000 });
    await assert.rejects(dispatcher.start(), /once/);
  });

  it('outlives a journal that fails: says so once, and works when it works again', async () => {
    let broken = true;
    const store: JobStore = {
      ...fixture.store,
      claimNext: (options) => (broken ? Promise.reject(new Error('disk full')) : fixture.store.claimNext(options)),
    };
    const { dispatcher, log } = createDispatcher(async () => 1, { store });
    const id = await fixture.createJob();
    await dispatcher.start();
    await fixture.time.advance(5_000);
    assert.equal(log.lines.filter((line) => line.level === 'error').length, 1);
    broken = false;
    await fixture.time.advance(1_000);
    assert.equal(await statusOf(id), 'completed');
    assert.ok(log.lines.some((line) => line.message === 'The journal works again'));
    await dispatcher.drain({ graceMilliseconds: 0 });
  });

  it('refuses a concurrency that is no count', () => {
    for (const concurrency of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => createDispatcher(async () => 1, { concurrency }), RangeError);
    }
  });
});
