import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FencedError } from '../../../src/jobs/fenced-error.ts';
import { ONCE_ONLY_MILLISECONDS } from '../../../src/jobs/job-store.ts';
import { LEASE_MILLISECONDS, pick, type ContractSubject } from './subject.ts';

/** What the journal promises about new jobs and about who may work on them. */
export function describeAcceptingAndClaiming(subject: ContractSubject): void {
  describe('accepting', () => {
    it('keeps every field of a new job', async () => {
      const input = { script: 'Grüße, 世界 👋 \u0000 "', list: [1, 0.1, -1e300, true, null], nested: { a: {} } };
      const job = await subject.store.create(
        subject.newJob({ id: 'all-fields', userId: 'grace', input, priority: -3 }),
      );
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
        retries: 0,
        priority: -3,
        runAt: subject.clock.time,
        waitingFor: null,
        cancelRequested: false,
        callbackUrl: null,
        createdAt: subject.clock.time,
        startedAt: null,
        finishedAt: null,
        updatedAt: subject.clock.time,
      });
      assert.deepEqual(await subject.store.get('all-fields'), job);
      assert.deepEqual(await subject.store.steps('all-fields'), []);
    });

    it('is idempotent on the id: the first job stays, with one event', async () => {
      const first = await subject.store.create(subject.newJob({ id: 'same', input: { a: 1 } }));
      subject.clock.time += 5;
      const second = await subject.store.create(
        subject.newJob({ id: 'same', userId: 'eve', input: { a: 2 }, priority: 9 }),
      );
      assert.deepEqual(second, first);
      assert.equal((await subject.eventsOf('same')).length, 1);
      await Promise.all(Array.from({ length: 20 }, () => subject.store.create(subject.newJob({ id: 'same-at-once' }))));
      assert.equal((await subject.eventsOf('same-at-once')).length, 1);
    });

    it('makes one job of a request with a key, and gives its first answer again, also after a restart', async () => {
      const once = { key: 'k1', fingerprint: 'f1', answer: { video_id: 'once-1', n: 0.1 } };
      const ask = (id: string, changes: Partial<typeof once> = {}, userId = 'ada') =>
        subject.store.createOnce(subject.newJob({ id, userId }), { ...once, ...changes });
      assert.deepEqual(await ask('once-1'), { answer: once.answer, isReplay: false });
      const again = { answer: once.answer, isReplay: true };
      assert.deepEqual(await ask('once-2', { answer: { video_id: 'once-2', n: 2 } }), again);
      await subject.reopen();
      assert.deepEqual(await ask('once-3'), again);
      for (const id of ['once-2', 'once-3']) assert.equal(await subject.store.get(id), undefined);
      assert.equal((await subject.eventsOf('once-1')).length, 1);

      await assert.rejects(ask('once-4', { fingerprint: 'f2' }), { code: 'idempotency_key_reused' });
      assert.equal(await subject.store.get('once-4'), undefined);
      assert.equal((await ask('once-5', {}, 'grace')).isReplay, false, 'a key counts for its user alone');
      const ids = Array.from({ length: 20 }, (_, index) => `once-at-once-${index}`);
      const answers = await Promise.all(ids.map((id) => ask(id, { key: 'k2', answer: { video_id: id, n: 1 } })));
      assert.equal(answers.filter(({ isReplay }) => !isReplay).length, 1);
      assert.equal(new Set(answers.map(({ answer }) => JSON.stringify(answer))).size, 1);
    });

    it('forgets a key after 24 hours, and not before', async () => {
      const once = { key: 'day', fingerprint: 'f', answer: null };
      await subject.store.createOnce(subject.newJob(), once);
      subject.clock.time += ONCE_ONLY_MILLISECONDS - 1;
      assert.equal((await subject.store.createOnce(subject.newJob(), once)).isReplay, true);
      subject.clock.time += 1;
      const next = subject.newJob();
      assert.equal((await subject.store.createOnce(next, once)).isReplay, false);
      assert.equal((await subject.readJob(next.id)).id, next.id);
    });

    it('does not know a job that was never created', async () => {
      assert.equal(await subject.store.get('nobody'), undefined);
      assert.equal(await subject.store.requestCancel('nobody'), undefined);
      assert.deepEqual(await subject.store.steps('nobody'), []);
    });

    it('refuses ids and numbers that it could not give back unchanged', async () => {
      const refused = { code: 'invalid_input', kind: 'invalid_input' };
      await assert.rejects(subject.store.create(subject.newJob({ id: '' })), refused);
      await assert.rejects(subject.store.create(subject.newJob({ id: 'x'.repeat(201) })), refused);
      await assert.rejects(subject.store.create(subject.newJob({ userId: 'a\ud800' })), refused);
      await assert.rejects(subject.store.create(subject.newJob({ userId: 'a\0b' })), refused);
      await assert.rejects(subject.store.create(subject.newJob({ priority: 0.5 })), refused);
      await assert.rejects(subject.store.create(subject.newJob({ runAt: Number.NaN })), refused);
      await assert.rejects(subject.store.create(subject.newJob({ input: { a: [Number.NaN] } })), { kind: 'internal' });
    });

    it('outlives the process', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'speech');
      await subject.store.completeStep(claim, 'speech', { key: 'audio/1.wav' });
      const before = [
        await subject.readJob(claim.jobId),
        await subject.store.steps(claim.jobId),
        await subject.eventsOf(claim.jobId),
      ];
      await subject.reopen();
      assert.deepEqual(
        [
          await subject.readJob(claim.jobId),
          await subject.store.steps(claim.jobId),
          await subject.eventsOf(claim.jobId),
        ],
        before,
      );
      await subject.store.beginStep(claim, 'render');
    });
  });

  describe('claiming', () => {
    it('gives a job to one worker only', async () => {
      for (let index = 0; index < 10; index += 1) await subject.store.create(subject.newJob());
      const claims = await Promise.all(Array.from({ length: 15 }, () => subject.claimNext()));
      const ids = claims.filter((claim) => claim !== undefined).map((claim) => claim.jobId);
      assert.equal(ids.length, 10);
      assert.equal(new Set(ids).size, 10);
      assert.equal(await subject.claimNext(), undefined);
    });

    it('takes greater priority first, then the earlier time, then the earlier job', async () => {
      const low = await subject.store.create(subject.newJob({ priority: -1 }));
      const late = await subject.store.create(subject.newJob({ runAt: subject.clock.time - 1 }));
      const early = await subject.store.create(subject.newJob({ runAt: subject.clock.time - 2 }));
      const sameTime = await subject.store.create(subject.newJob({ runAt: subject.clock.time - 1 }));
      const urgent = await subject.store.create(subject.newJob({ priority: 7 }));
      const order: (string | undefined)[] = [];
      for (let index = 0; index < 5; index += 1) order.push((await subject.claimNext())?.jobId);
      assert.deepEqual(order, [urgent.id, early.id, late.id, sameTime.id, low.id]);
    });

    it('leaves a job alone until its time', async () => {
      const job = await subject.store.create(subject.newJob({ runAt: subject.clock.time + 1_000, priority: 100 }));
      assert.equal(job.status, 'waiting');
      assert.equal(await subject.claimNext(), undefined);
      subject.clock.time += 999;
      assert.equal(await subject.claimNext(), undefined);
      subject.clock.time += 1;
      assert.equal((await subject.claimNext())?.jobId, job.id);
    });

    it('marks the job running, counts the attempt and remembers the first start', async () => {
      const claim = await subject.createAndClaim();
      const startedAt = subject.clock.time;
      assert.deepEqual(pick(await subject.readJob(claim.jobId), ['status', 'attempts', 'startedAt']), {
        status: 'running',
        attempts: 1,
        startedAt,
      });
      await subject.store.release(claim);
      subject.clock.time += 10;
      const second = await subject.claimNext();
      assert.ok(second && second.jobId === claim.jobId && second.epoch > claim.epoch);
      assert.deepEqual(pick(await subject.readJob(claim.jobId), ['attempts', 'startedAt']), { attempts: 2, startedAt });
    });

    it('gives a job to another worker once its lease has run out, and not before', async () => {
      const claim = await subject.createAndClaim();
      subject.clock.time += LEASE_MILLISECONDS - 1;
      assert.equal(await subject.claimNext(), undefined);
      subject.clock.time += 1;
      const next = await subject.claimNext();
      assert.ok(next && next.jobId === claim.jobId && next.epoch > claim.epoch);
    });

    it('keeps a lease alive by renewal', async () => {
      const claim = await subject.createAndClaim();
      for (let index = 0; index < 5; index += 1) {
        subject.clock.time += LEASE_MILLISECONDS - 1;
        assert.deepEqual(await subject.store.renew(claim, LEASE_MILLISECONDS), { held: true, cancelRequested: false });
        assert.equal(await subject.claimNext(), undefined);
      }
      subject.clock.time += LEASE_MILLISECONDS;
      assert.ok(await subject.claimNext());
      assert.deepEqual(await subject.store.renew(claim, LEASE_MILLISECONDS), { held: false, cancelRequested: false });
    });

    it('ends all leases when it is told to, and the jobs go on', async () => {
      const first = await subject.createAndClaim();
      const second = await subject.createAndClaim();
      await subject.store.beginStep(second, 'render');
      await subject.store.requestCancel(first.jobId);
      assert.equal(await subject.store.expireAllLeases(), 2);
      assert.equal(await subject.store.expireAllLeases(), 0);
      assert.equal((await subject.readJob(first.jobId)).status, 'cancelled');
      assert.equal((await subject.readJob(second.jobId)).status, 'queued');
      assert.equal((await subject.store.steps(second.jobId))[0]?.status, 'interrupted');
      await assert.rejects(subject.store.beginStep(second, 'render'), FencedError);
      assert.equal((await subject.claimNext())?.jobId, second.jobId);
    });
  });
}
