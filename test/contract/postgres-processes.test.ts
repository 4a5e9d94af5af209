import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRecordingLog } from '../fixtures/job-run.ts';
import { createTestSchema, WITHOUT_DATABASE } from '../fixtures/services.ts';
import { AppError } from '../../src/core/errors.ts';
import { openPostgresJournal } from '../../src/app/journal.ts';
import { createEventHub } from '../../src/jobs/event-hub.ts';
import type { JobEvent } from '../../src/jobs/job.ts';
import type { Claim, JobStore } from '../../src/jobs/job-store.ts';

const LEASE_MILLISECONDS = 30_000;
const JOBS = 200;
const CLAIMERS = 24;

/** What two processes see of one journal: each has a pool of its own. */
describe('several processes on one journal in PostgreSQL', { skip: WITHOUT_DATABASE, timeout: 60_000 }, () => {
  const schema = createTestSchema();
  const stores: JobStore[] = [];
  const open = () => openPostgresJournal({ url: schema.url, schema: schema.name, log: createRecordingLog() });
  const newJob = (id: string) => ({ id, userId: 'ada', input: null, priority: 0, runAt: 0 });

  before(async () => {
    stores.push(...(await Promise.all([open(), open()])));
  });
  after(async () => {
    for (const store of stores) await store.close();
    await schema.drop();
  });
  const storeOf = (index: number): JobStore => stores[index % stores.length] as JobStore;

  it('give every job to one claimer only, and followers every event once and in order', async (test) => {
    const hub = createEventHub({ store: storeOf(0), log: createRecordingLog(), bufferedEvents: 100_000 });
    test.after(() => hub.close());
    const received: JobEvent[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const event of hub.subscribe({ afterSequence: 0, signal: stop.signal })) received.push(event);
    })();
    const ids = Array.from({ length: JOBS }, (_, index) => `job-${index}`);
    await Promise.all(ids.map((id, index) => storeOf(index).create(newJob(id))));

    const claims: Claim[] = [];
    const work = async (index: number): Promise<void> => {
      const options = { workerId: `worker-${index}`, leaseMilliseconds: LEASE_MILLISECONDS };
      for (;;) {
        const claim = await storeOf(index).claimNext(options);
        if (claim === undefined) return;
        claims.push(claim);
        // The other process may end what this one has begun: only the epoch counts.
        await storeOf(index + 1).finish(claim, null);
      }
    };
    await Promise.all(Array.from({ length: CLAIMERS }, (_, index) => work(index)));
    assert.equal(claims.length, JOBS);
    assert.deepEqual(new Set(claims.map((claim) => claim.jobId)), new Set(ids));
    assert.ok(claims.every((claim) => claim.epoch === 1));

    while (received.length < 3 * JOBS) await new Promise<void>((resolve) => void setTimeout(resolve, 10));
    stop.abort();
    await following;
    const byJob = Map.groupBy(received, (event) => event.jobId);
    assert.equal(byJob.size, JOBS);
    for (const events of byJob.values()) {
      const statuses = events.map(({ data }) => (data as { status: string }).status);
      assert.deepEqual(statuses, ['queued', 'running', 'completed']);
      assert.ok(events.every((event, index) => index === 0 || event.sequence > (events[index - 1]?.sequence ?? 0)));
    }
  });

  it('make one job of one request with a key, however many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        storeOf(index).createOnce(newJob(`once-${index}`), { key: 'k', fingerprint: 'f', answer: index }),
      ),
    );
    assert.equal(new Set(answers.map(({ answer }) => answer)).size, 1);
    assert.equal(answers.filter(({ isReplay }) => !isReplay).length, 1);
    const [claim, none] = [
      await storeOf(0).claimNext({ workerId: 'w', leaseMilliseconds: LEASE_MILLISECONDS }),
      await storeOf(1).claimNext({ workerId: 'w', leaseMilliseconds: LEASE_MILLISECONDS }),
    ];
    assert.ok(claim);
    assert.equal(none, undefined);
    await storeOf(0).finish(claim, null);
  });

  it('wake each other when they append events', async () => {
    const heard = Promise.withResolvers<void>();
    const stop = storeOf(1).watchEvents(heard.resolve);
    await storeOf(0).create(newJob('announced'));
    await heard.promise;
    stop();
    await storeOf(0).requestCancel('announced');
  });

  it('see their errors when the server restarts, and then go on, woken by each other as before', async () => {
    const [own, other] = [storeOf(0), storeOf(1)];
    await own.create(newJob('before'));
    const failures: unknown[] = [];
    const progress = { isOver: false, hints: 0 };
    const reads = Array.from({ length: 8 }, async () => {
      while (!progress.isOver) await own.get('before').catch((error: unknown) => failures.push(error));
    });
    assert.ok((await schema.endConnections()) >= 4);
    progress.isOver = true;
    await Promise.all(reads);
    assert.ok(failures.every((error) => error instanceof AppError && error.kind === 'storage'));
    assert.equal((await own.get('before'))?.id, 'before');

    const stop = other.watchEvents(() => (progress.hints += 1));
    for (let count = 0; progress.hints === 0; count += 1) {
      await own.create(newJob(`after-${count}`));
      await new Promise<void>((resolve) => void setTimeout(resolve, 50));
    }
    stop();
  });
});
