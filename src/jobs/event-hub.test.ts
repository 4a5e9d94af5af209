import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createRecordingLog, JobRunFixture, LEASE_MILLISECONDS } from '../../test/fixtures/job-run.ts';
import { settle } from '../../test/fixtures/manual-time.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import type { JobEvent } from './job.ts';
import type { Claim, JobStore } from './job-store.ts';

/** Collects until the iterator ends; what it threw comes with it. */
function collect(events: AsyncIterable<JobEvent>) {
  const received: JobEvent[] = [];
  const result = { received, ended: false, error: undefined as unknown };
  const read = async () => {
    for await (const event of events) received.push(event);
  };
  void read()
    .catch((error: unknown) => {
      result.error = error;
    })
    .finally(() => {
      result.ended = true;
    });
  return result;
}

const sequences = (events: readonly JobEvent[]) => events.map((event) => event.sequence);

describe('createEventHub', () => {
  let fixture: JobRunFixture;
  let hub: EventHub;
  let claim: Claim;

  function createHub(store: JobStore = fixture.store, bufferedEvents = 1_000) {
    const log = createRecordingLog();
    return { log, hub: createEventHub({ store, log, timer: fixture.time.timer, bufferedEvents }) };
  }

  async function claimJob(): Promise<Claim> {
    await fixture.createJob();
    const next = await fixture.store.claimNext({ workerId: 'w', leaseMilliseconds: LEASE_MILLISECONDS });
    assert.ok(next);
    return next;
  }

  const report = (of: Claim = claim) => fixture.store.reportProgress(of, { progress: 0.5 });
  const all = (jobId?: string) => fixture.store.eventsSince(0, { limit: 1_000, ...(jobId !== undefined && { jobId }) });

  beforeEach(async () => {
    fixture = new JobRunFixture();
    hub = createHub().hub;
    claim = await claimJob();
  });
  afterEach(async () => {
    await hub.close();
    assert.equal(fixture.time.pendingTimers, 0);
    await fixture.dispose();
  });

  it('gives the past, then the present, of one job or of all', async () => {
    const other = await claimJob();
    const one = collect(hub.subscribe({ jobId: claim.jobId, afterSequence: 0 }));
    const every = collect(hub.subscribe({ afterSequence: 0 }));
    const resumed = collect(hub.subscribe({ afterSequence: 3 }));
    await settle();
    for (let index = 0; index < 5; index += 1) {
      await report();
      await report(other);
      await settle();
    }
    assert.deepEqual(one.received, await all(claim.jobId));
    assert.deepEqual(every.received, await all());
    assert.deepEqual(resumed.received, (await all()).slice(3));
    assert.equal(every.ended, false);
  });

  it('starts from the call when no place is named', async () => {
    const last = await fixture.store.lastEventSequence();
    const events = hub.subscribe({});
    await report();
    const now = collect(events);
    await report();
    await settle();
    assert.deepEqual(sequences(now.received), [last + 1, last + 2]);
  });

  it('leaves no gap and gives nothing twice, whenever subscribers come and however slow they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('write', 'other', 'subscribe', 'pull', 'turn'), { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 2, max: 40 }),
        async (actions, bufferedEvents) => {
          const { hub: own } = createHub(fixture.store, bufferedEvents);
          const other = await claimJob();
          const subscribers: {
            readonly from: number;
            readonly iterator: AsyncIterator<JobEvent>;
            readonly pulls: Promise<unknown>[];
            readonly received: JobEvent[];
          }[] = [];
          for (const action of actions) {
            if (action === 'write') await report();
            if (action === 'other') await report(other);
            if (action === 'turn') await settle();
            if (action === 'subscribe') {
              const from = Math.max(0, (await fixture.store.lastEventSequence()) - 3);
              const iterator = own.subscribe({ jobId: claim.jobId, afterSequence: from });
              subscribers.push({ from, iterator, pulls: [], received: [] });
            }
            if (action === 'pull') {
              for (const { iterator, pulls, received } of subscribers) {
                pulls.push(
                  iterator.next().then(
                    (next) => (next.done ? undefined : received.push(next.value)),
                    () => undefined,
                  ),
                );
              }
            }
          }
          await settle();
          await own.close();
          const events = await all(claim.jobId);
          for (const { from, received, pulls } of subscribers) {
            await Promise.all(pulls);
            const expected = sequences(events).filter((sequence) => sequence > from);
            assert.deepEqual(sequences(received), expected.slice(0, received.length));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaves no gap when the journal answers late where the present begins', async () => {
    const gate = Promise.withResolvers<void>();
    const late: JobStore = {
      ...fixture.store,
      lastEventSequence: () => gate.promise.then(() => fixture.store.lastEventSequence()),
    };
    const { hub: own } = createHub(late);
    const events = collect(own.subscribe({ afterSequence: 0 }));
    await settle();
    await report();
    gate.resolve();
    await settle();
    await report();
    await settle();
    assert.deepEqual(events.received, await all());
    await own.close();
  });

  it('reads on in the journal when more is written than it keeps while it reads the past', async () => {
    const { hub: small } = createHub(fixture.store, 3);
    for (let index = 0; index < 5; index += 1) await report();
    const events: JobEvent[] = [];
    for await (const event of small.subscribe({ afterSequence: 0 })) {
      events.push(event);
      if (events.length === 17) break;
      if (events.length !== 3) continue;
      for (let index = 0; index < 10; index += 1) await report();
      await settle();
    }
    assert.deepEqual(events, await all());
    await small.close();
  });

  it('reads a long past in pages, with writes in between', async () => {
    for (let index = 0; index < 520; index += 1) await report();
    const events: JobEvent[] = [];
    for await (const event of hub.subscribe({ afterSequence: 0 })) {
      events.push(event);
      if (events.length % 200 === 0) await report();
      if (events.length === 524) break;
    }
    assert.deepEqual(
      sequences(events),
      Array.from({ length: 524 }, (_, index) => index + 1),
    );
  });

  it('finds within a second what it was not woken for', async () => {
    const { hub: deaf } = createHub({ ...fixture.store, watchEvents: () => () => {} });
    const events = collect(deaf.subscribe({}));
    await settle();
    await report();
    await fixture.time.advance(999);
    assert.equal(events.received.length, 0);
    await fixture.time.advance(1);
    assert.equal(events.received.length, 1);
    await deaf.close();
  });

  it('drops a subscriber that stands still, and only that one', async () => {
    const { hub: small } = createHub(fixture.store, 10);
    const stalled = small.subscribe({});
    const first = stalled.next();
    const healthy = collect(small.subscribe({}));
    await settle();
    for (let index = 0; index < 12; index += 1) {
      await report();
      await settle();
    }
    assert.equal((await first).done, false);
    await assert.rejects(stalled.next(), { code: 'subscriber_too_slow' });
    assert.equal((await stalled.next()).done, true);
    assert.equal(healthy.received.length, 12);
    await small.close();
  });

  it('ends by return, by signal and by closing, and then reads no more', async () => {
    let reads = 0;
    const counting: JobStore = {
      ...fixture.store,
      eventsSince: (...parameters) => {
        reads += 1;
        return fixture.store.eventsSince(...parameters);
      },
    };
    const { hub: own } = createHub(counting);
    const controller = new AbortController();
    const iterator = own.subscribe({});
    const pending = iterator.next();
    const bySignal = collect(own.subscribe({ signal: controller.signal }));
    await settle();
    await iterator.return?.();
    assert.equal((await pending).done, true);
    controller.abort();
    await settle();
    assert.deepEqual([bySignal.ended, bySignal.error], [true, undefined]);
    const before = reads;
    await report();
    await fixture.time.advance(5_000);
    assert.equal(reads, before);

    const again = collect(own.subscribe({}));
    await settle();
    await report();
    await settle();
    assert.equal(again.received.length, 1);
    await own.close();
    await settle();
    assert.equal(again.ended, true);
    assert.equal((await own.subscribe({}).next()).done, true);
    assert.equal((await own.subscribe({ signal: AbortSignal.abort() }).next()).done, true);
  });

  it('says once that the journal cannot be read, and goes on when it can', async () => {
    let broken = false;
    const flaky: JobStore = {
      ...fixture.store,
      eventsSince: (...parameters) =>
        broken ? Promise.reject(new Error('disk I/O error')) : fixture.store.eventsSince(...parameters),
    };
    const { hub: own, log } = createHub(flaky);
    const events = collect(own.subscribe({}));
    await settle();
    broken = true;
    for (let index = 0; index < 3; index += 1) {
      await report();
      await settle();
    }
    assert.equal(log.lines.filter((line) => line.level === 'error').length, 1);
    broken = false;
    await fixture.time.advance(1_000);
    assert.equal(events.received.length, 3);
    await own.close();
  });
});
