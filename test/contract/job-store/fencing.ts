import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FencedError } from '../../../src/jobs/fenced-error.ts';
import type { Claim } from '../../../src/jobs/job-store.ts';
import { LEASE_MILLISECONDS, type ContractSubject } from './subject.ts';

const WORKS = { reason: 'provider_works', message: 'It works.' } as const;
const CALL = {
  step: 'speech',
  provider: 'zombie',
  requestHash: 'x',
  recovery: 'none',
  estimatedUsd: 0,
  isFallback: false,
} as const;

/** No write of a worker that lost its job may change anything. */
export function describeFencing(subject: ContractSubject): void {
  describe('fencing', () => {
    const writes: Record<string, (claim: Claim) => Promise<unknown>> = {
      beginStep: (claim) => subject.store.beginStep(claim, 'render'),
      describeStep: (claim) => subject.store.describeStep(claim, 'speech', { detail: 'zombie' }),
      completeStep: (claim) => subject.store.completeStep(claim, 'speech', 'zombie'),
      reportProgress: (claim) =>
        subject.store.reportProgress(claim, { progress: 0.9, detail: 'zombie', progressPerSecond: 9 }),
      finish: (claim) => subject.store.finish(claim, 'zombie'),
      fail: (claim) =>
        subject.store.fail(claim, { code: 'zombie', kind: 'internal', message: 'zombie', step: 'speech' }),
      release: (claim) => subject.store.release(claim),
      suspend: (claim) => subject.store.suspend(claim, { delayMilliseconds: 99_999, waitingFor: WORKS }),
      retryLater: (claim) =>
        subject.store.retryLater(claim, { step: 'speech', delayMilliseconds: 99_999, waitingFor: WORKS }),
      beginCall: (claim) => subject.store.beginCall(claim, CALL),
      resendCall: (claim) => subject.store.resendCall(claim, 'key', { uncertain: true }),
      withdrawSending: (claim) => subject.store.withdrawSending(claim, 'key', { uncertain: true }),
      referCall: (claim) => subject.store.referCall(claim, 'key', 'reference'),
      endCall: (claim) => subject.store.endCall(claim, 'key', { state: 'failed', costUsd: 0 }),
      markCancelled: (claim) => subject.store.markCancelled(claim),
    };
    const endings: Record<string, (claim: Claim) => Promise<unknown>> = {
      'another worker has claimed the job': async () => {
        subject.clock.time += LEASE_MILLISECONDS;
        const next = await subject.claimNext();
        assert.ok(next);
        await subject.store.beginStep(next, 'speech');
      },
      'the job was released': (claim) => subject.store.release(claim),
      'the job has completed': (claim) => subject.store.finish(claim, 'real'),
      'the job has failed': (claim) =>
        subject.store.fail(claim, { code: 'real', kind: 'internal', message: 'real', step: null }),
      'the job was cancelled': (claim) => subject.store.markCancelled(claim),
      'all leases were ended': () => subject.store.expireAllLeases(),
    };
    for (const [ending, end] of Object.entries(endings)) {
      it(`refuses every write after ${ending}, and changes nothing`, async () => {
        const claim = await subject.createAndClaim();
        await subject.store.beginStep(claim, 'speech');
        await end(claim);
        const snapshot = async () => [
          await subject.readJob(claim.jobId),
          await subject.store.steps(claim.jobId),
          await subject.eventsOf(claim.jobId),
        ];
        const before = await snapshot();
        subject.clock.time += 7;
        for (const [method, write] of Object.entries(writes)) {
          await assert.rejects(write(claim), FencedError, method);
          assert.deepEqual(await snapshot(), before, method);
        }
        assert.equal((await subject.store.renew(claim, LEASE_MILLISECONDS)).held, false);
        assert.deepEqual(await snapshot(), before, 'renew');
      });
    }

    it('refuses an epoch that has not been given out', async () => {
      const claim = await subject.createAndClaim();
      const future = { ...claim, epoch: claim.epoch + 1 };
      for (const [method, write] of Object.entries(writes)) await assert.rejects(write(future), FencedError, method);
      await assert.rejects(subject.store.finish({ jobId: 'nobody', epoch: 1 }, null), FencedError);
    });
  });
}
