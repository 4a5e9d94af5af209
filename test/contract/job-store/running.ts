import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JobError } from '../../../src/jobs/job.ts';
import type { Claim } from '../../../src/jobs/job-store.ts';
import { LEASE_MILLISECONDS, pick, type ContractSubject } from './subject.ts';

/** What the journal promises about steps, progress and the end of a job. */
export function describeRunning(subject: ContractSubject): void {
  describe('steps', () => {
    it('counts attempts, keeps descriptions and orders steps by their first begin', async () => {
      const claim = await subject.createAndClaim();
      const begun = await subject.store.beginStep(claim, 'speech');
      assert.deepEqual(begun, {
        name: 'speech',
        status: 'running',
        attempts: 1,
        startedAt: subject.clock.time,
        finishedAt: null,
        provider: null,
        detail: null,
        output: null,
      });
      await subject.store.describeStep(claim, 'speech', { provider: 'offline' });
      await subject.store.describeStep(claim, 'speech', { detail: '2 of 3' });
      subject.clock.time += 50;
      await subject.store.completeStep(claim, 'speech', { seconds: 1.5 });
      await subject.store.beginStep(claim, 'render');
      assert.equal((await subject.readJob(claim.jobId)).step, 'render');
      assert.equal((await subject.store.beginStep(claim, 'render')).attempts, 2);
      const [speech, render] = await subject.store.steps(claim.jobId);
      assert.deepEqual(speech, {
        ...begun,
        status: 'completed',
        provider: 'offline',
        detail: '2 of 3',
        finishedAt: subject.clock.time,
        output: { seconds: 1.5 },
      });
      assert.equal(render?.name, 'render');
    });

    it('keeps a finished step finished, whatever comes after', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'speech');
      await subject.store.completeStep(claim, 'speech', 'first');
      const [finished] = await subject.store.steps(claim.jobId);
      await subject.store.completeStep(claim, 'speech', 'second');
      assert.deepEqual(await subject.store.beginStep(claim, 'speech'), finished);
      subject.clock.time += LEASE_MILLISECONDS;
      const next = await subject.claimNext();
      assert.ok(next);
      assert.deepEqual(await subject.store.beginStep(next, 'speech'), finished);
      await subject.store.fail(next, { code: 'x', kind: 'internal', message: 'x', step: 'speech' });
      assert.deepEqual(await subject.store.steps(claim.jobId), [finished]);
    });

    it('refuses to complete or describe a step that does not run', async () => {
      const claim = await subject.createAndClaim();
      await assert.rejects(subject.store.completeStep(claim, 'render', null), { kind: 'internal' });
      await assert.rejects(subject.store.describeStep(claim, 'render', {}), { kind: 'internal' });
      await subject.store.beginStep(claim, 'render');
      subject.clock.time += LEASE_MILLISECONDS;
      const next = await subject.claimNext();
      assert.ok(next);
      assert.equal((await subject.store.steps(next.jobId))[0]?.status, 'interrupted');
      await assert.rejects(subject.store.completeStep(next, 'render', null), { kind: 'internal' });
      assert.equal((await subject.store.beginStep(next, 'render')).attempts, 2);
    });

    it('records the failed step and its error', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'speech');
      await subject.store.beginStep(claim, 'render');
      const error: JobError = {
        code: 'bad_audio',
        kind: 'bad_audio',
        message: 'The speech must not be silent.',
        step: 'speech',
      };
      await subject.store.fail(claim, error);
      const job = await subject.readJob(claim.jobId);
      assert.deepEqual(pick(job, ['status', 'error', 'finishedAt']), {
        status: 'failed',
        error,
        finishedAt: subject.clock.time,
      });
      assert.deepEqual(
        (await subject.store.steps(claim.jobId)).map((step) => step.status),
        ['failed', 'interrupted'],
      );
    });

    it('refuses results that JSON would change', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'speech');
      await assert.rejects(subject.store.completeStep(claim, 'speech', undefined as never), { kind: 'internal' });
      await assert.rejects(subject.store.completeStep(claim, 'speech', { a: Infinity }), { kind: 'internal' });
      assert.equal((await subject.store.steps(claim.jobId))[0]?.status, 'running');
    });
  });

  describe('progress', () => {
    it('records value, time, speed and detail', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'render');
      await subject.store.reportProgress(claim, {
        progress: 0.25,
        detail: 'frame 30 of 120',
        progressPerSecond: 0.05,
      });
      assert.deepEqual(pick(await subject.readJob(claim.jobId), ['progress', 'progressAt', 'progressPerSecond']), {
        progress: 0.25,
        progressAt: subject.clock.time,
        progressPerSecond: 0.05,
      });
      assert.equal((await subject.store.steps(claim.jobId))[0]?.detail, 'frame 30 of 120');
      subject.clock.time += LEASE_MILLISECONDS;
      assert.ok(await subject.claimNext());
      assert.deepEqual(pick(await subject.readJob(claim.jobId), ['progressAt', 'progressPerSecond']), {
        progressAt: null,
        progressPerSecond: null,
      });
    });

    it('is recorded with the end of a step, in one write', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'speech');
      const before = await subject.store.lastEventSequence();
      await subject.store.completeStep(claim, 'speech', null, { progress: 0.25, progressPerSecond: 0.05 });
      const job = await subject.readJob(claim.jobId);
      assert.deepEqual(pick(job, ['progress', 'progressAt', 'progressPerSecond']), {
        progress: 0.25,
        progressAt: subject.clock.time,
        progressPerSecond: 0.05,
      });
      const events = await subject.store.eventsSince(before, { jobId: claim.jobId, limit: 10 });
      assert.deepEqual(
        events.map(({ type, data }) => [type, data]),
        [
          ['step', { name: 'speech', status: 'completed', attempts: 1, provider: null, detail: null }],
          ['progress', { progress: 0.25, step: 'speech', detail: null }],
        ],
      );
    });

    it('refuses what is no share', async () => {
      const claim = await subject.createAndClaim();
      for (const value of [-0.01, 1.01, Number.NaN]) {
        await assert.rejects(subject.store.reportProgress(claim, { progress: value }), { kind: 'invalid_input' });
      }
      await assert.rejects(subject.store.reportProgress(claim, { progress: 0.5, progressPerSecond: Infinity }), {
        kind: 'invalid_input',
      });
      await subject.store.beginStep(claim, 'speech');
      await assert.rejects(subject.store.completeStep(claim, 'speech', null, { progress: 2 }), {
        kind: 'invalid_input',
      });
      assert.equal((await subject.store.steps(claim.jobId))[0]?.status, 'running');
    });
  });

  describe('ending', () => {
    it('completes with its output and full progress', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.reportProgress(claim, { progress: 0.5, progressPerSecond: 0.1 });
      await subject.store.finish(claim, { videoKey: 'videos/1.mp4' });
      assert.deepEqual(
        pick(await subject.readJob(claim.jobId), ['status', 'output', 'progress', 'finishedAt', 'error']),
        {
          status: 'completed',
          output: { videoKey: 'videos/1.mp4' },
          progress: 1,
          finishedAt: subject.clock.time,
          error: null,
        },
      );
    });

    it('goes back to the queue when it is released', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.release(claim);
      assert.equal((await subject.readJob(claim.jobId)).status, 'queued');
      assert.equal((await subject.claimNext())?.jobId, claim.jobId);
    });

    it('waits without a worker until its time, and says why', async () => {
      const claim = await subject.createAndClaim();
      const waitingFor = { reason: 'provider_works', message: 'The picture is being made.' } as const;
      await subject.store.suspend(claim, { delayMilliseconds: 500, waitingFor });
      assert.deepEqual(pick(await subject.readJob(claim.jobId), ['status', 'runAt', 'waitingFor']), {
        status: 'waiting',
        runAt: subject.clock.time + 500,
        waitingFor,
      });
      assert.equal(await subject.claimNext(), undefined);
      subject.clock.time += 500;
      assert.equal((await subject.claimNext())?.jobId, claim.jobId);
    });

    it('cancels a job that does not run at once, and never starts it', async () => {
      for (const runAt of [subject.clock.time, subject.clock.time + 10]) {
        const job = await subject.store.create(subject.newJob({ runAt }));
        assert.equal((await subject.store.requestCancel(job.id))?.status, 'cancelled');
      }
      subject.clock.time += 10;
      assert.equal(await subject.claimNext(), undefined);
    });

    it('wakes a job that waits while a provider works, and no other', async () => {
      assert.equal(await subject.store.wake('nobody'), false);
      for (const reason of ['provider_works', 'provider_busy'] as const) {
        const claim = await subject.createAndClaim();
        assert.equal(await subject.store.wake(claim.jobId), false, 'it runs');
        const waitingFor = { reason, message: 'It works.' };
        await subject.store.suspend(claim, { delayMilliseconds: 60_000, waitingFor });
        const isWoken = reason === 'provider_works';
        assert.equal(await subject.store.wake(claim.jobId), isWoken);
        assert.equal(await subject.store.wake(claim.jobId), isWoken, 'again');
        assert.equal((await subject.claimNext())?.jobId, isWoken ? claim.jobId : undefined);
      }
    });

    it('leaves a waiting job for which a provider works to a worker, which ends it', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'render');
      const { call: begun } = await subject.store.beginCall(claim, {
        step: 'render',
        provider: 'studio',
        requestHash: 'a'.repeat(64),
        recovery: 'key',
        estimatedUsd: 1,
        isFallback: false,
      });
      await subject.store.referCall(claim, begun.key, 'video_1');
      const waitingFor = { reason: 'provider_works', message: 'It works.' } as const;
      await subject.store.suspend(claim, { delayMilliseconds: 60_000, waitingFor });
      const asked = await subject.store.requestCancel(claim.jobId);
      assert.deepEqual([asked?.status, asked?.cancelRequested], ['waiting', true]);
      const again = await subject.claimNext();
      assert.equal(again?.jobId, claim.jobId);
      assert.equal((await subject.readJob(claim.jobId)).cancelRequested, true);
      await subject.store.endCall(again, begun.key, { state: 'failed', costUsd: 0 });
      await subject.store.markCancelled(again);
      assert.equal((await subject.readJob(claim.jobId)).status, 'cancelled');
    });

    it('tells a running job to stop through its renewal', async () => {
      const claim = await subject.createAndClaim();
      const asked = await subject.store.requestCancel(claim.jobId);
      assert.deepEqual([asked?.status, asked?.cancelRequested], ['running', true]);
      assert.deepEqual(await subject.store.renew(claim, LEASE_MILLISECONDS), { held: true, cancelRequested: true });
      await subject.store.markCancelled(claim);
      assert.equal((await subject.readJob(claim.jobId)).status, 'cancelled');
    });

    it('does not queue a job again that was asked to stop', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.requestCancel(claim.jobId);
      await subject.store.release(claim);
      assert.equal((await subject.readJob(claim.jobId)).status, 'cancelled');
    });

    it('never leaves a terminal state', async () => {
      const ends: Record<string, (claim: Claim) => Promise<void>> = {
        completed: (claim) => subject.store.finish(claim, 1),
        failed: (claim) => subject.store.fail(claim, { code: 'x', kind: 'internal', message: 'x', step: null }),
        cancelled: (claim) => subject.store.markCancelled(claim),
      };
      for (const [status, end] of Object.entries(ends)) {
        const claim = await subject.createAndClaim();
        await end(claim);
        const ended = await subject.readJob(claim.jobId);
        assert.equal(ended.status, status);
        subject.clock.time += 2 * LEASE_MILLISECONDS;
        assert.deepEqual(await subject.store.requestCancel(claim.jobId), ended);
        assert.equal(await subject.store.expireAllLeases(), 0);
        assert.equal(await subject.claimNext(), undefined);
        assert.deepEqual(await subject.store.create(subject.newJob({ id: claim.jobId })), ended);
      }
    });
  });

  describe('retrying', () => {
    it('sends a job that has ended back to the queue, with the named steps to run again and the others kept', async () => {
      const claim = await subject.createAndClaim();
      for (const step of ['speech', 'render']) {
        await subject.store.beginStep(claim, step);
        await subject.store.completeStep(claim, step, step);
      }
      await subject.store.beginStep(claim, 'publish');
      await subject.store.reportProgress(claim, { progress: 0.9 });
      await subject.store.fail(claim, { code: 'x', kind: 'internal', message: 'x', step: 'publish' });
      const retried = await subject.store.retry(claim.jobId, ['render', 'publish']);
      assert.deepEqual(pick(retried!, ['status', 'error', 'progress', 'finishedAt', 'cancelRequested']), {
        status: 'queued',
        error: null,
        progress: 0,
        finishedAt: null,
        cancelRequested: false,
      });
      const next = await subject.claimNext();
      assert.equal(next?.jobId, claim.jobId);
      assert.equal((await subject.store.beginStep(next, 'speech')).output, 'speech');
      const render = await subject.store.beginStep(next, 'render');
      assert.deepEqual(pick(render, ['status', 'attempts', 'output']), {
        status: 'running',
        attempts: 2,
        output: null,
      });
      assert.equal((await subject.store.beginStep(next, 'publish')).attempts, 2);
      await assert.rejects(
        subject.store.finish(claim, null),
        { name: 'FencedError' },
        'the first run has no say any more',
      );
      await subject.store.finish(next, 'again');
      const job = await subject.readJob(claim.jobId);
      assert.deepEqual(pick(job, ['status', 'output', 'attempts']), {
        status: 'completed',
        output: 'again',
        attempts: 2,
      });
      const told = (await subject.eventsOf(claim.jobId)).filter(({ type }) => type === 'status');
      assert.deepEqual(
        told.map(({ data }) => (data as { status: string }).status),
        ['queued', 'running', 'failed', 'queued', 'running', 'completed'],
      );
    });

    it('leaves alone what has not ended, and does not know what was never created', async () => {
      const claim = await subject.createAndClaim();
      const before = await subject.readJob(claim.jobId);
      assert.deepEqual(await subject.store.retry(claim.jobId, ['speech']), before);
      assert.equal(await subject.store.retry('nobody', []), undefined);
    });

    it('lets a cancelled job run again without its cancel', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.requestCancel(claim.jobId);
      await subject.store.markCancelled(claim);
      await subject.store.retry(claim.jobId, []);
      const next = await subject.claimNext();
      assert.ok(next);
      assert.deepEqual(await subject.store.renew(next, LEASE_MILLISECONDS), { held: true, cancelRequested: false });
    });
  });
}
