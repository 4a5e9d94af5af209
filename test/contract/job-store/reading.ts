import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../../../src/core/errors.ts';
import { FencedError } from '../../../src/jobs/fenced-error.ts';
import type { JobEvent, JobStatus } from '../../../src/jobs/job.ts';
import type { Claim } from '../../../src/jobs/job-store.ts';
import { LEASE_MILLISECONDS, type ContractSubject } from './subject.ts';

/** What the journal promises to those who list jobs and follow events. */
export function describeReading(subject: ContractSubject): void {
  describe('listing', () => {
    it('shows a user only their own jobs, newest first', async () => {
      const mine: string[] = [];
      for (let index = 0; index < 6; index += 1) {
        mine.unshift((await subject.store.create(subject.newJob({ userId: 'list-mine' }))).id);
        await subject.store.create(subject.newJob({ userId: 'list-other' }));
      }
      const page = await subject.store.list({ userId: 'list-mine', limit: 10 });
      assert.deepEqual(
        page.jobs.map((job) => job.id),
        mine,
      );
      assert.equal(page.nextCursor, null);
      const exact = await subject.store.list({ userId: 'list-mine', limit: 6 });
      assert.equal(exact.nextCursor, null);
    });

    it('does not open a user to another through a cursor', async () => {
      for (let index = 0; index < 3; index += 1) await subject.store.create(subject.newJob({ userId: 'cursor-a' }));
      for (let index = 0; index < 3; index += 1) await subject.store.create(subject.newJob({ userId: 'cursor-b' }));
      const { nextCursor } = await subject.store.list({ userId: 'cursor-b', limit: 1 });
      assert.ok(nextCursor);
      const page = await subject.store.list({ userId: 'cursor-a', limit: 10, cursor: nextCursor });
      assert.ok(page.jobs.every((job) => job.userId === 'cursor-a'));
    });

    it('filters by status', async () => {
      const userId = 'list-status';
      const claim = await subject.createAndClaim({ userId });
      await subject.store.create(subject.newJob({ userId, runAt: subject.clock.time + 1 }));
      await subject.store.create(subject.newJob({ userId }));
      const count = async (status: JobStatus) => (await subject.store.list({ userId, status, limit: 10 })).jobs.length;
      assert.deepEqual([await count('running'), await count('waiting'), await count('queued')], [1, 1, 1]);
      await subject.store.finish(claim, null);
      assert.deepEqual([await count('running'), await count('completed')], [0, 1]);
      const all = await subject.store.list({ status: 'waiting', limit: 1_000 });
      assert.ok(all.jobs.every((job) => job.status === 'waiting'));
    });

    it('pages without a gap or a double while jobs come in and end, even when the clock goes back', async () => {
      const userId = 'list-paging';
      const before: string[] = [];
      for (let index = 0; index < 25; index += 1) {
        if (index % 7 === 0) subject.clock.time -= 1_000;
        before.unshift((await subject.store.create(subject.newJob({ userId, runAt: 0 }))).id);
      }
      const seen: string[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const page = await subject.store.list({ userId, limit: 4, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.jobs.map((job) => job.id));
        cursor = page.nextCursor;
        for (let index = 0; index < 3; index += 1) await subject.store.create(subject.newJob({ userId }));
        const claim = await subject.claimNext();
        assert.ok(claim);
        await subject.store.finish(claim, null);
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
        'A'.repeat(500),
        forged('after:0'),
        forged('after:-1'),
        forged('after:1.5'),
        forged('after: 7'),
        forged('after:1e3'),
        forged("after:1' OR 1=1"),
      ]) {
        await assert.rejects(subject.store.list({ limit: 5, cursor }), refused, cursor);
      }
      for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) await assert.rejects(subject.store.list({ limit }), refused);
    });
  });

  describe('what is in use', () => {
    it('names every job that is not final, or ended at or after a time', async () => {
      const { store, clock } = subject;
      const early = await subject.createAndClaim();
      await store.finish(early, null);
      clock.time += 1_000;
      const endedSince = clock.time;
      const late = await subject.createAndClaim();
      await store.fail(late, { code: 'x', kind: 'internal', message: 'x', step: null });
      const running = await subject.createAndClaim();
      const waiting = await store.create(subject.newJob({ runAt: clock.time + 1 }));
      const queued = await store.create(subject.newJob());
      const expected = [late.jobId, running.jobId, waiting.id, queued.id];
      assert.deepEqual((await store.jobsInUse({ endedSince })).toSorted(), expected.toSorted());
      assert.ok((await store.jobsInUse({ endedSince: endedSince - 1_000 })).includes(early.jobId));
      await store.retry(early.jobId, []);
      assert.ok((await store.jobsInUse({ endedSince })).includes(early.jobId));
    });

    it('tells all that a job has stored: input, output, steps, calls', async () => {
      const { store } = subject;
      const claim = await subject.createAndClaim({ input: { from: 'input' } });
      await store.beginStep(claim, 'speech');
      const call = { step: 'speech', provider: 'in-use', requestHash: 'c'.repeat(64), recovery: 'none' } as const;
      const { key } = (await store.beginCall(claim, { ...call, estimatedUsd: 0, isFallback: false })).call;
      await store.endCall(claim, key, { state: 'completed', result: { from: 'call' }, costUsd: 0 });
      const told = async () =>
        (await store.storedTexts([claim.jobId, 'not-there'])).map(({ finishedAt, texts }) => ({
          finishedAt,
          found: texts
            .join()
            .match(/"from":"\w+"/g)
            ?.toSorted(),
        }));
      assert.deepEqual(await told(), [{ finishedAt: null, found: ['"from":"call"', '"from":"input"'] }]);
      await store.completeStep(claim, 'speech', { from: 'step' });
      await store.finish(claim, { from: 'output' });
      const found = ['"from":"call"', '"from":"input"', '"from":"output"', '"from":"step"'];
      assert.deepEqual(await told(), [{ finishedAt: subject.clock.time, found }]);
      assert.deepEqual(await store.storedTexts([]), []);
      const tooMany = Array.from({ length: 1_001 }, (_, index) => `none-${index}`);
      await assert.rejects(store.storedTexts(tooMany), { kind: 'invalid_input' });
    });
  });

  describe('events', () => {
    it('tells a whole run in order', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'speech');
      await subject.store.describeStep(claim, 'speech', { provider: 'offline', detail: 'x' });
      await subject.store.reportProgress(claim, { progress: 0.5 });
      await subject.store.completeStep(claim, 'speech', 'secret result');
      await subject.store.finish(claim, 'secret output');
      const events = await subject.eventsOf(claim.jobId);
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

    it('forgets the progress of jobs that ended long ago, and nothing else', async () => {
      const old = await subject.createAndClaim();
      await subject.store.reportProgress(old, { progress: 0.5 });
      await subject.store.finish(old, null);
      const running = await subject.createAndClaim();
      await subject.store.reportProgress(running, { progress: 0.5 });
      subject.clock.time += 1_000;
      const recent = await subject.createAndClaim();
      await subject.store.reportProgress(recent, { progress: 0.5 });
      await subject.store.finish(recent, null);
      const endedBefore = subject.clock.time;
      while ((await subject.store.forgetProgress({ endedBefore })) > 0);
      const types = async (jobId: string) => (await subject.eventsOf(jobId)).map(({ type }) => type);
      assert.deepEqual(await types(old.jobId), ['status', 'status', 'status']);
      assert.deepEqual(await types(running.jobId), ['status', 'status', 'progress']);
      assert.deepEqual(await types(recent.jobId), ['status', 'status', 'progress', 'status']);
      assert.equal((await subject.readJob(old.jobId)).progress, 1);
    });

    it('numbers them upwards over all jobs, and pages from any of them', async () => {
      const from = await subject.store.lastEventSequence();
      const claims: Claim[] = [];
      for (let index = 0; index < 4; index += 1) claims.push(await subject.createAndClaim());
      for (const claim of claims) await subject.store.finish(claim, null);
      const all = await subject.store.eventsSince(from, { limit: 1_000 });
      assert.equal(all.length, 12);
      assert.ok(all.every((event, index) => index === 0 || event.sequence > (all[index - 1]?.sequence ?? 0)));
      assert.equal(all.at(-1)?.sequence, await subject.store.lastEventSequence());
      const paged: JobEvent[] = [];
      for (let position = from; ; position = paged.at(-1)?.sequence ?? position) {
        const page = await subject.store.eventsSince(position, { limit: 5 });
        if (page.length === 0) break;
        paged.push(...page);
      }
      assert.deepEqual(paged, all);
      const one = claims[2]?.jobId ?? '';
      assert.deepEqual(
        await subject.store.eventsSince(from, { jobId: one, limit: 100 }),
        all.filter((event) => event.jobId === one),
      );
    });

    it('wakes watchers after a write that told something, until they leave', async () => {
      let calls = 0;
      const stop = subject.store.watchEvents(() => (calls += 1));
      // Where other processes write, too, there is one more once it listens to them, for what it may have missed.
      const extra = subject.store.eventsSettleMilliseconds > 0 ? 1 : 0;
      const claim = await subject.createAndClaim();
      await new Promise(setImmediate);
      assert.ok(calls >= 2);
      await subject.store.renew(claim, LEASE_MILLISECONDS);
      await assert.rejects(subject.store.finish({ ...claim, epoch: 99 }, null), FencedError);
      await new Promise(setImmediate);
      assert.ok(calls <= 2 + extra);
      stop();
      const before = calls;
      await subject.store.finish(claim, null);
      await new Promise(setImmediate);
      assert.equal(calls, before);
    });
  });
}
