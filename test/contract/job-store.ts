import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { AppError } from '../../src/core/errors.ts';
import { FencedError } from '../../src/jobs/fenced-error.ts';
import type { JobEvent, JobStatus } from '../../src/jobs/job.ts';
import type { Claim, JobStore, NewJob } from '../../src/jobs/job-store.ts';

/** What a store under test is made with: an empty journal, and a clock that only the suite moves. */
export type StoreUnderTest = {
  readonly store: JobStore;
  /** A second connection to the same journal, as after a restart; the first one is closed. */
  reopen(): Promise<JobStore>;
  dispose(): Promise<void>;
};

const START = Date.UTC(2026, 0, 1);
const LEASE = 30_000;

/** The promises of the JobStore port, for every implementation of it. */
export function jobStoreContract(name: string, create: (clock: { now(): number }) => Promise<StoreUnderTest>): void {
  describe(`JobStore: ${name}`, () => {
    const clock = { time: START, now: () => clock.time };
    let underTest: StoreUnderTest;
    let store: JobStore;

    before(async () => {
      underTest = await create(clock);
      store = underTest.store;
    });
    after(() => underTest.dispose());
    beforeEach(async () => {
      // One journal for the whole suite keeps it fast; each test starts with nothing left to claim.
      clock.time += 24 * 3_600_000;
      for (let claim = await claimNext(); claim !== undefined; claim = await claimNext())
        await store.finish(claim, null);
    });

    let lastId = 0;
    function newJob(overrides: Partial<NewJob> = {}): NewJob {
      lastId += 1;
      return { id: `job-${lastId}`, userId: 'ada', input: { text: 'x' }, priority: 0, runAt: clock.time, ...overrides };
    }

    const claimNext = () => store.claimNext({ workerId: 'worker', leaseMilliseconds: LEASE });

    async function createAndClaim(overrides: Partial<NewJob> = {}): Promise<Claim> {
      const job = await store.create(newJob(overrides));
      const claim = await claimNext();
      assert.equal(claim?.jobId, job.id);
      return claim;
    }

    async function readJob(jobId: string) {
      const job = await store.get(jobId);
      assert.ok(job);
      return job;
    }

    const eventsOf = (jobId: string) => store.eventsSince(0, { jobId, limit: 1_000 });

    describe('accepting', () => {
      it('keeps every field of a new job', async () => {
        const input = { script: 'Grüße, 世界 👋 \u0000 "', list: [1, 0.1, -1e300, true, null], nested: { a: {} } };
        const job = await store.create(newJob({ id: 'all-fields', userId: 'grace', input, priority: -3 }));
        assert.deepEqual(job, {
          id: 'all-fields',
          userId: 'grace',
          status: 'queued',
          input,
          output: null,
          error: null,
          step: null,
          progress: 0,
          progressAt: null,
          progressPerSecond: null,
          attempts: 0,
          priority: -3,
          runAt: clock.time,
          cancelRequested: false,
          createdAt: clock.time,
          startedAt: null,
          finishedAt: null,
          updatedAt: clock.time,
        });
        assert.deepEqual(await store.get('all-fields'), job);
        assert.deepEqual(await store.steps('all-fields'), []);
      });

      it('is idempotent on the id: the first job stays, with one event', async () => {
        const first = await store.create(newJob({ id: 'same', input: { a: 1 } }));
        clock.time += 5;
        const second = await store.create(newJob({ id: 'same', userId: 'eve', input: { a: 2 }, priority: 9 }));
        assert.deepEqual(second, first);
        assert.equal((await eventsOf('same')).length, 1);
        await Promise.all(Array.from({ length: 20 }, () => store.create(newJob({ id: 'same-at-once' }))));
        assert.equal((await eventsOf('same-at-once')).length, 1);
      });

      it('does not know a job that was never created', async () => {
        assert.equal(await store.get('nobody'), undefined);
        assert.equal(await store.requestCancel('nobody'), undefined);
        assert.deepEqual(await store.steps('nobody'), []);
      });

      it('refuses ids and numbers that it could not give back unchanged', async () => {
        const refused = { code: 'invalid_input', kind: 'invalid_input' };
        await assert.rejects(store.create(newJob({ id: '' })), refused);
        await assert.rejects(store.create(newJob({ id: 'x'.repeat(201) })), refused);
        await assert.rejects(store.create(newJob({ userId: 'a\ud800' })), refused);
        await assert.rejects(store.create(newJob({ userId: 'a\0b' })), refused);
        await assert.rejects(store.create(newJob({ priority: 0.5 })), refused);
        await assert.rejects(store.create(newJob({ runAt: Number.NaN })), refused);
        await assert.rejects(store.create(newJob({ input: { a: [Number.NaN] } })), { kind: 'internal' });
      });

      it('outlives the process', async () => {
        const claim = await createAndClaim();
        await store.beginStep(claim, 'speech');
        await store.completeStep(claim, 'speech', { key: 'audio/1.wav' });
        const before = [await readJob(claim.jobId), await store.steps(claim.jobId), await eventsOf(claim.jobId)];
        store = await underTest.reopen();
        assert.deepEqual(
          [await readJob(claim.jobId), await store.steps(claim.jobId), await eventsOf(claim.jobId)],
          before,
        );
        await store.beginStep(claim, 'render');
      });
    });

    describe('claiming', () => {
      it('gives a job to one worker only', async () => {
        for (let index = 0; index < 10; index += 1) await store.create(newJob());
        const claims = await Promise.all(Array.from({ length: 15 }, () => claimNext()));
        const ids = claims.filter((claim) => claim !== undefined).map((claim) => claim.jobId);
        assert.equal(ids.length, 10);
        assert.equal(new Set(ids).size, 10);
        assert.equal(await claimNext(), undefined);
      });

      it('takes greater priority first, then the earlier time, then the earlier job', async () => {
        const low = await store.create(newJob({ priority: -1 }));
        const late = await store.create(newJob({ runAt: clock.time - 1 }));
        const early = await store.create(newJob({ runAt: clock.time - 2 }));
        const sameTime = await store.create(newJob({ runAt: clock.time - 1 }));
        const urgent = await store.create(newJob({ priority: 7 }));
        const order: (string | undefined)[] = [];
        for (let index = 0; index < 5; index += 1) order.push((await claimNext())?.jobId);
        assert.deepEqual(order, [urgent.id, early.id, late.id, sameTime.id, low.id]);
      });

      it('leaves a job alone until its time', async () => {
        const job = await store.create(newJob({ runAt: clock.time + 1_000, priority: 100 }));
        assert.equal(job.status, 'waiting');
        assert.equal(await claimNext(), undefined);
        clock.time += 999;
        assert.equal(await claimNext(), undefined);
        clock.time += 1;
        assert.equal((await claimNext())?.jobId, job.id);
      });

      it('marks the job running, counts the attempt and remembers the first start', async () => {
        const claim = await createAndClaim();
        const startedAt = clock.time;
        assert.deepEqual(pick(await readJob(claim.jobId), ['status', 'attempts', 'startedAt']), {
          status: 'running',
          attempts: 1,
          startedAt,
        });
        await store.release(claim, clock.time);
        clock.time += 10;
        const second = await claimNext();
        assert.ok(second && second.jobId === claim.jobId && second.epoch > claim.epoch);
        assert.deepEqual(pick(await readJob(claim.jobId), ['attempts', 'startedAt']), { attempts: 2, startedAt });
      });

      it('gives a job to another worker once its lease has run out, and not before', async () => {
        const claim = await createAndClaim();
        clock.time += LEASE - 1;
        assert.equal(await claimNext(), undefined);
        clock.time += 1;
        const next = await claimNext();
        assert.ok(next && next.jobId === claim.jobId && next.epoch > claim.epoch);
      });

      it('keeps a lease alive by renewal', async () => {
        const claim = await createAndClaim();
        for (let index = 0; index < 5; index += 1) {
          clock.time += LEASE - 1;
          assert.deepEqual(await store.renew(claim, LEASE), { held: true, cancelRequested: false });
          assert.equal(await claimNext(), undefined);
        }
        clock.time += LEASE;
        assert.ok(await claimNext());
        assert.deepEqual(await store.renew(claim, LEASE), { held: false, cancelRequested: false });
      });

      it('ends all leases when it is told to, and the jobs go on', async () => {
        const first = await createAndClaim();
        const second = await createAndClaim();
        await store.beginStep(second, 'render');
        await store.requestCancel(first.jobId);
        assert.equal(await store.expireAllLeases(), 2);
        assert.equal(await store.expireAllLeases(), 0);
        assert.equal((await readJob(first.jobId)).status, 'cancelled');
        assert.equal((await readJob(second.jobId)).status, 'queued');
        assert.equal((await store.steps(second.jobId))[0]?.status, 'interrupted');
        await assert.rejects(store.beginStep(second, 'render'), FencedError);
        assert.equal((await claimNext())?.jobId, second.jobId);
      });
    });

    describe('fencing', () => {
      const writes: Record<string, (claim: Claim) => Promise<unknown>> = {
        beginStep: (claim) => store.beginStep(claim, 'render'),
        describeStep: (claim) => store.describeStep(claim, 'speech', { detail: 'zombie' }),
        completeStep: (claim) => store.completeStep(claim, 'speech', 'zombie'),
        reportProgress: (claim) => store.reportProgress(claim, 0.9, 'zombie', 9),
        finish: (claim) => store.finish(claim, 'zombie'),
        fail: (claim) => store.fail(claim, { code: 'zombie', message: 'zombie', step: 'speech' }),
        release: (claim) => store.release(claim, clock.time + 99_999),
        markCancelled: (claim) => store.markCancelled(claim),
      };
      const endings: Record<string, (claim: Claim) => Promise<unknown>> = {
        'another worker has claimed the job': async () => {
          clock.time += LEASE;
          const next = await claimNext();
          assert.ok(next);
          await store.beginStep(next, 'speech');
        },
        'the job was released': (claim) => store.release(claim, clock.time),
        'the job has completed': (claim) => store.finish(claim, 'real'),
        'the job has failed': (claim) => store.fail(claim, { code: 'real', message: 'real', step: null }),
        'the job was cancelled': (claim) => store.markCancelled(claim),
        'all leases were ended': () => store.expireAllLeases(),
      };
      for (const [ending, end] of Object.entries(endings)) {
        it(`refuses every write after ${ending}, and changes nothing`, async () => {
          const claim = await createAndClaim();
          await store.beginStep(claim, 'speech');
          await end(claim);
          const snapshot = async () => [
            await readJob(claim.jobId),
            await store.steps(claim.jobId),
            await eventsOf(claim.jobId),
          ];
          const before = await snapshot();
          clock.time += 7;
          for (const [method, write] of Object.entries(writes)) {
            await assert.rejects(write(claim), FencedError, method);
            assert.deepEqual(await snapshot(), before, method);
          }
          assert.equal((await store.renew(claim, LEASE)).held, false);
          assert.deepEqual(await snapshot(), before, 'renew');
        });
      }

      it('refuses an epoch that has not been given out', async () => {
        const claim = await createAndClaim();
        const future = { ...claim, epoch: claim.epoch + 1 };
        for (const [method, write] of Object.entries(writes)) await assert.rejects(write(future), FencedError, method);
        await assert.rejects(store.finish({ jobId: 'nobody', epoch: 1 }, null), FencedError);
      });
    });

    describe('steps', () => {
      it('counts attempts, keeps descriptions and orders steps by their first begin', async () => {
        const claim = await createAndClaim();
        const begun = await store.beginStep(claim, 'speech');
        assert.deepEqual(begun, {
          name: 'speech',
          status: 'running',
          attempts: 1,
          startedAt: clock.time,
          finishedAt: null,
          provider: null,
          detail: null,
          output: null,
        });
        await store.describeStep(claim, 'speech', { provider: 'offline' });
        await store.describeStep(claim, 'speech', { detail: '2 of 3' });
        clock.time += 50;
        await store.completeStep(claim, 'speech', { seconds: 1.5 });
        await store.beginStep(claim, 'render');
        assert.equal((await readJob(claim.jobId)).step, 'render');
        assert.equal((await store.beginStep(claim, 'render')).attempts, 2);
        const [speech, render] = await store.steps(claim.jobId);
        assert.deepEqual(speech, {
          ...begun,
          status: 'completed',
          provider: 'offline',
          detail: '2 of 3',
          finishedAt: clock.time,
          output: { seconds: 1.5 },
        });
        assert.equal(render?.name, 'render');
      });

      it('keeps a finished step finished, whatever comes after', async () => {
        const claim = await createAndClaim();
        await store.beginStep(claim, 'speech');
        await store.completeStep(claim, 'speech', 'first');
        const [finished] = await store.steps(claim.jobId);
        await store.completeStep(claim, 'speech', 'second');
        assert.deepEqual(await store.beginStep(claim, 'speech'), finished);
        clock.time += LEASE;
        const next = await claimNext();
        assert.ok(next);
        assert.deepEqual(await store.beginStep(next, 'speech'), finished);
        await store.fail(next, { code: 'x', message: 'x', step: 'speech' });
        assert.deepEqual(await store.steps(claim.jobId), [finished]);
      });

      it('refuses to complete or describe a step that does not run', async () => {
        const claim = await createAndClaim();
        await assert.rejects(store.completeStep(claim, 'render', null), { kind: 'internal' });
        await assert.rejects(store.describeStep(claim, 'render', {}), { kind: 'internal' });
        await store.beginStep(claim, 'render');
        clock.time += LEASE;
        const next = await claimNext();
        assert.ok(next);
        assert.equal((await store.steps(next.jobId))[0]?.status, 'interrupted');
        await assert.rejects(store.completeStep(next, 'render', null), { kind: 'internal' });
        assert.equal((await store.beginStep(next, 'render')).attempts, 2);
      });

      it('records the failed step and its error', async () => {
        const claim = await createAndClaim();
        await store.beginStep(claim, 'speech');
        await store.beginStep(claim, 'render');
        const error = { code: 'bad_audio', message: 'The speech must not be silent.', step: 'speech' };
        await store.fail(claim, error);
        const job = await readJob(claim.jobId);
        assert.deepEqual(pick(job, ['status', 'error', 'finishedAt']), {
          status: 'failed',
          error,
          finishedAt: clock.time,
        });
        assert.deepEqual(
          (await store.steps(claim.jobId)).map((step) => step.status),
          ['failed', 'interrupted'],
        );
      });

      it('refuses results that JSON would change', async () => {
        const claim = await createAndClaim();
        await store.beginStep(claim, 'speech');
        await assert.rejects(store.completeStep(claim, 'speech', undefined as never), { kind: 'internal' });
        await assert.rejects(store.completeStep(claim, 'speech', { a: Infinity }), { kind: 'internal' });
        assert.equal((await store.steps(claim.jobId))[0]?.status, 'running');
      });
    });

    describe('ending', () => {
      it('completes with its output and full progress', async () => {
        const claim = await createAndClaim();
        await store.reportProgress(claim, 0.5, undefined, 0.1);
        await store.finish(claim, { videoKey: 'videos/1.mp4' });
        assert.deepEqual(pick(await readJob(claim.jobId), ['status', 'output', 'progress', 'finishedAt', 'error']), {
          status: 'completed',
          output: { videoKey: 'videos/1.mp4' },
          progress: 1,
          finishedAt: clock.time,
          error: null,
        });
      });

      it('waits until the time it was released to', async () => {
        const claim = await createAndClaim();
        await store.release(claim, clock.time + 500);
        assert.deepEqual(pick(await readJob(claim.jobId), ['status', 'runAt']), {
          status: 'waiting',
          runAt: clock.time + 500,
        });
        assert.equal(await claimNext(), undefined);
        clock.time += 500;
        assert.equal((await claimNext())?.jobId, claim.jobId);
      });

      it('cancels a job that does not run at once, and never starts it', async () => {
        for (const runAt of [clock.time, clock.time + 10]) {
          const job = await store.create(newJob({ runAt }));
          assert.equal((await store.requestCancel(job.id))?.status, 'cancelled');
        }
        clock.time += 10;
        assert.equal(await claimNext(), undefined);
      });

      it('tells a running job to stop through its renewal', async () => {
        const claim = await createAndClaim();
        const asked = await store.requestCancel(claim.jobId);
        assert.deepEqual([asked?.status, asked?.cancelRequested], ['running', true]);
        assert.deepEqual(await store.renew(claim, LEASE), { held: true, cancelRequested: true });
        await store.markCancelled(claim);
        assert.equal((await readJob(claim.jobId)).status, 'cancelled');
      });

      it('does not queue a job again that was asked to stop', async () => {
        const claim = await createAndClaim();
        await store.requestCancel(claim.jobId);
        await store.release(claim, clock.time);
        assert.equal((await readJob(claim.jobId)).status, 'cancelled');
      });

      it('never leaves a terminal state', async () => {
        const ends: Record<string, (claim: Claim) => Promise<void>> = {
          completed: (claim) => store.finish(claim, 1),
          failed: (claim) => store.fail(claim, { code: 'x', message: 'x', step: null }),
          cancelled: (claim) => store.markCancelled(claim),
        };
        for (const [status, end] of Object.entries(ends)) {
          const claim = await createAndClaim();
          await end(claim);
          const ended = await readJob(claim.jobId);
          assert.equal(ended.status, status);
          clock.time += 2 * LEASE;
          assert.deepEqual(await store.requestCancel(claim.jobId), ended);
          assert.equal(await store.expireAllLeases(), 0);
          assert.equal(await claimNext(), undefined);
          assert.deepEqual(await store.create(newJob({ id: claim.jobId })), ended);
        }
      });
    });

    describe('progress', () => {
      it('records value, time, speed and detail', async () => {
        const claim = await createAndClaim();
        await store.beginStep(claim, 'render');
        await store.reportProgress(claim, 0.25, 'frame 30 of 120', 0.05);
        assert.deepEqual(pick(await readJob(claim.jobId), ['progress', 'progressAt', 'progressPerSecond']), {
          progress: 0.25,
          progressAt: clock.time,
          progressPerSecond: 0.05,
        });
        assert.equal((await store.steps(claim.jobId))[0]?.detail, 'frame 30 of 120');
        clock.time += LEASE;
        assert.ok(await claimNext());
        assert.deepEqual(pick(await readJob(claim.jobId), ['progressAt', 'progressPerSecond']), {
          progressAt: null,
          progressPerSecond: null,
        });
      });

      it('refuses what is no share', async () => {
        const claim = await createAndClaim();
        for (const value of [-0.01, 1.01, Number.NaN]) {
          await assert.rejects(store.reportProgress(claim, value), { kind: 'invalid_input' });
        }
        await assert.rejects(store.reportProgress(claim, 0.5, undefined, Infinity), { kind: 'invalid_input' });
      });
    });

    describe('listing', () => {
      it('shows a user only their own jobs, newest first', async () => {
        const mine: string[] = [];
        for (let index = 0; index < 6; index += 1) {
          mine.unshift((await store.create(newJob({ userId: 'list-mine' }))).id);
          await store.create(newJob({ userId: 'list-other' }));
        }
        const page = await store.list({ userId: 'list-mine', limit: 10 });
        assert.deepEqual(
          page.jobs.map((job) => job.id),
          mine,
        );
        assert.equal(page.nextCursor, null);
        const exact = await store.list({ userId: 'list-mine', limit: 6 });
        assert.equal(exact.nextCursor, null);
      });

      it('does not open a user to another through a cursor', async () => {
        for (let index = 0; index < 3; index += 1) await store.create(newJob({ userId: 'cursor-a' }));
        for (let index = 0; index < 3; index += 1) await store.create(newJob({ userId: 'cursor-b' }));
        const { nextCursor } = await store.list({ userId: 'cursor-b', limit: 1 });
        assert.ok(nextCursor);
        const page = await store.list({ userId: 'cursor-a', limit: 10, cursor: nextCursor });
        assert.ok(page.jobs.every((job) => job.userId === 'cursor-a'));
      });

      it('filters by status', async () => {
        const userId = 'list-status';
        const claim = await createAndClaim({ userId });
        await store.create(newJob({ userId, runAt: clock.time + 1 }));
        await store.create(newJob({ userId }));
        const count = async (status: JobStatus) => (await store.list({ userId, status, limit: 10 })).jobs.length;
        assert.deepEqual([await count('running'), await count('waiting'), await count('queued')], [1, 1, 1]);
        await store.finish(claim, null);
        assert.deepEqual([await count('running'), await count('completed')], [0, 1]);
        const all = await store.list({ status: 'waiting', limit: 1_000 });
        assert.ok(all.jobs.every((job) => job.status === 'waiting'));
      });

      it('pages without a gap or a double while jobs come in and end, even when the clock goes back', async () => {
        const userId = 'list-paging';
        const before: string[] = [];
        for (let index = 0; index < 25; index += 1) {
          if (index % 7 === 0) clock.time -= 1_000;
          before.unshift((await store.create(newJob({ userId, runAt: 0 }))).id);
        }
        const seen: string[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page = await store.list({ userId, limit: 4, ...(cursor !== undefined && { cursor }) });
          seen.push(...page.jobs.map((job) => job.id));
          cursor = page.nextCursor;
          for (let index = 0; index < 3; index += 1) await store.create(newJob({ userId }));
          const claim = await claimNext();
          assert.ok(claim);
          await store.finish(claim, null);
        }
        assert.deepEqual(seen, before);
      });

      it('refuses a cursor that it did not make and a limit that is no page', async () => {
        const refused = (error: unknown) => error instanceof AppError && error.kind === 'invalid_input';
        const forged = (text: string) => Buffer.from(text).toString('base64url');
        for (const cursor of [
          '',
          'x',
          '1',
          '%00',
          `${'A'.repeat(500)}`,
          forged('after:0'),
          forged('after:-1'),
          forged('after:1.5'),
          forged('after: 7'),
          forged('after:1e3'),
          forged("after:1' OR 1=1"),
        ]) {
          await assert.rejects(store.list({ limit: 5, cursor }), refused, cursor);
        }
        for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) await assert.rejects(store.list({ limit }), refused);
      });
    });

    describe('events', () => {
      it('tells a whole run in order', async () => {
        const claim = await createAndClaim();
        await store.beginStep(claim, 'speech');
        await store.describeStep(claim, 'speech', { provider: 'offline', detail: 'x' });
        await store.reportProgress(claim, 0.5);
        await store.completeStep(claim, 'speech', 'secret result');
        await store.finish(claim, 'secret output');
        const events = await eventsOf(claim.jobId);
        const step = { name: 'speech', attempts: 1, provider: 'offline', detail: 'x' };
        assert.deepEqual(
          events.map(({ type, data }) => ({ type, data })),
          [
            { type: 'status', data: { status: 'queued', error: null } },
            { type: 'status', data: { status: 'running', error: null } },
            { type: 'step', data: { ...step, status: 'running', provider: null, detail: null } },
            { type: 'step', data: { ...step, status: 'running' } },
            { type: 'progress', data: { progress: 0.5, step: 'speech', detail: null } },
            { type: 'step', data: { ...step, status: 'completed' } },
            { type: 'status', data: { status: 'completed', error: null } },
          ],
        );
      });

      it('numbers them upwards over all jobs, and pages from any of them', async () => {
        const from = await store.lastEventSequence();
        const claims: Claim[] = [];
        for (let index = 0; index < 4; index += 1) claims.push(await createAndClaim());
        for (const claim of claims) await store.finish(claim, null);
        const all = await store.eventsSince(from, { limit: 1_000 });
        assert.equal(all.length, 12);
        assert.ok(all.every((event, index) => index === 0 || event.sequence > (all[index - 1]?.sequence ?? 0)));
        assert.equal(all.at(-1)?.sequence, await store.lastEventSequence());
        const paged: JobEvent[] = [];
        for (let position = from; ; position = paged.at(-1)?.sequence ?? position) {
          const page = await store.eventsSince(position, { limit: 5 });
          if (page.length === 0) break;
          paged.push(...page);
        }
        assert.deepEqual(paged, all);
        const one = claims[2]?.jobId ?? '';
        assert.deepEqual(
          await store.eventsSince(from, { jobId: one, limit: 100 }),
          all.filter((event) => event.jobId === one),
        );
      });

      it('wakes watchers after a write that told something, until they leave', async () => {
        let calls = 0;
        const stop = store.watchEvents(() => (calls += 1));
        const claim = await createAndClaim();
        await new Promise(setImmediate);
        assert.equal(calls, 2);
        await store.renew(claim, LEASE);
        await assert.rejects(store.finish({ ...claim, epoch: 99 }, null), FencedError);
        await new Promise(setImmediate);
        assert.equal(calls, 2);
        stop();
        await store.finish(claim, null);
        await new Promise(setImmediate);
        assert.equal(calls, 2);
      });
    });
  });
}

function pick<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<T, K>;
}
