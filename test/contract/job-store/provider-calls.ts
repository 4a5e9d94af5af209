import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Claim } from '../../../src/jobs/job-store.ts';
import type { NewProviderCall } from '../../../src/jobs/provider-call.ts';
import { LEASE_MILLISECONDS, pick, type ContractSubject } from './subject.ts';

/** What the journal promises about calls that cost money. */
export function describeProviderCalls(subject: ContractSubject): void {
  let lastProvider = 0;
  const newCall = (overrides: Partial<NewProviderCall> = {}): NewProviderCall => ({
    step: 'speech',
    provider: `provider-${(lastProvider += 1)}`,
    requestHash: 'a'.repeat(64),
    recovery: 'none',
    estimatedUsd: 0.25,
    isFallback: false,
    ...overrides,
  });
  const complete = (claim: Claim, key: string, costUsd = 0.25) =>
    subject.store.endCall(claim, key, { state: 'completed', result: { audioKey: 'x' }, costUsd });
  const isBusy = (error: unknown) => (error as { readonly code?: string }).code === 'provider_busy';

  describe('provider calls', () => {
    it('keeps the intent, the reference, the repeats and the end of a call', async () => {
      const claim = await subject.createAndClaim({ userId: 'grace' });
      const asked = newCall({ recovery: 'key' });
      const begun = await subject.store.beginCall(claim, asked);
      assert.equal(begun.isNew, true);
      assert.match(begun.call.key, /^[A-Za-z0-9_:.-]{1,255}$/);
      assert.deepEqual(begun.call, {
        ...asked,
        key: begun.call.key,
        jobId: claim.jobId,
        state: 'intent',
        sends: 1,
        uncertainRepeats: 0,
        reference: null,
        result: null,
        costUsd: 0,
        startedAt: subject.clock.time,
        finishedAt: null,
      });
      await subject.store.referCall(claim, begun.call.key, 'video-77');
      await subject.store.resendCall(claim, begun.call.key, { uncertain: true });
      const again = await subject.store.beginCall(claim, asked);
      assert.deepEqual(again, {
        call: { ...begun.call, reference: 'video-77', sends: 2, uncertainRepeats: 1 },
        isNew: false,
      });
      subject.clock.time += 5;
      await complete(claim, begun.call.key);
      await subject.store.endCall(claim, begun.call.key, { state: 'failed', costUsd: 9 });
      const [ended] = await subject.store.calls(claim.jobId);
      assert.deepEqual(pick(ended!, ['state', 'result', 'costUsd', 'finishedAt']), {
        state: 'completed',
        result: { audioKey: 'x' },
        costUsd: 0.25,
        finishedAt: subject.clock.time,
      });
    });

    it('is found by the next run of the job, and only by the same request of the same step to the same provider', async () => {
      const first = await subject.createAndClaim();
      const asked = newCall();
      const { call } = await subject.store.beginCall(first, asked);
      subject.clock.time += LEASE_MILLISECONDS;
      const next = await subject.claimNext();
      assert.equal(next?.jobId, first.jobId);
      assert.deepEqual(await subject.store.beginCall(next, asked), { call, isNew: false });
      for (const other of [{ step: 'render' }, { provider: 'other' }, { requestHash: 'b'.repeat(64) }]) {
        const begun = await subject.store.beginCall(next, { ...asked, ...other });
        assert.equal(begun.isNew, true);
        assert.notEqual(begun.call.key, call.key);
      }
      const elsewhere = await subject.createAndClaim();
      assert.equal((await subject.store.beginCall(elsewhere, asked)).isNew, true);
    });

    it('makes a call anew, under another key, after it has failed or its finished step is to run again', async () => {
      const claim = await subject.createAndClaim();
      const asked = newCall();
      const keys = new Set<string>();
      const { call } = await subject.store.beginCall(claim, asked);
      keys.add(call.key);
      await subject.store.endCall(claim, call.key, { state: 'failed', costUsd: 0 });
      await subject.store.beginStep(claim, 'speech');
      const second = await subject.store.beginCall(claim, asked);
      keys.add(second.call.key);
      await complete(claim, second.call.key);
      await subject.store.completeStep(claim, 'speech', 1);
      await subject.store.finish(claim, null);

      await subject.store.retry(claim.jobId, ['speech']);
      const retried = await subject.claimNext();
      assert.ok(retried);
      const third = await subject.store.beginCall(retried, asked);
      keys.add(third.call.key);
      assert.equal(third.isNew, true);
      assert.equal(keys.size, 3);
    });

    it('makes a call with an uncertain payment anew only when its user has the job run again', async () => {
      const claim = await subject.createAndClaim();
      await subject.store.beginStep(claim, 'speech');
      const asked = newCall();
      const first = await subject.store.beginCall(claim, asked);
      assert.deepEqual([first.isNew, (await subject.store.beginCall(claim, asked)).isNew], [true, false]);
      await subject.store.resendCall(claim, first.call.key, { uncertain: true });
      const error = { code: 'payment_uncertain', kind: 'uncertain', message: 'Who knows?', step: 'speech' } as const;
      await subject.store.fail(claim, error);
      await subject.store.retry(claim.jobId, ['speech']);
      const again = await subject.claimNext();
      assert.ok(again);
      await subject.store.beginStep(again, 'speech');
      const second = await subject.store.beginCall(again, asked);
      assert.equal(second.isNew, true);
      assert.notEqual(second.call.key, first.call.key);
      const calls = await subject.store.calls(claim.jobId);
      assert.deepEqual(
        calls.map(({ state, uncertainRepeats }) => [state, uncertainRepeats]),
        [
          ['failed', 1],
          ['intent', 0],
        ],
      );
    });

    it('keeps what was paid for in a step that failed', async () => {
      const claim = await subject.createAndClaim();
      const asked = newCall();
      await subject.store.beginStep(claim, 'speech');
      const { call } = await subject.store.beginCall(claim, asked);
      await complete(claim, call.key);
      await subject.store.fail(claim, { code: 'x', kind: 'internal', message: 'x', step: 'speech' });
      await subject.store.retry(claim.jobId, ['speech']);
      const retried = await subject.claimNext();
      assert.ok(retried);
      const again = await subject.store.beginCall(retried, asked);
      assert.deepEqual([again.isNew, again.call.state], [false, 'completed']);
    });

    it('lets a provider have no more open calls than its limit, over all jobs', async () => {
      const asked = newCall();
      const claims = [await subject.createAndClaim(), await subject.createAndClaim(), await subject.createAndClaim()];
      const limit = { concurrency: 2 };
      const [one] = await Promise.all(claims.slice(0, 2).map((claim) => subject.store.beginCall(claim, asked, limit)));
      await assert.rejects(subject.store.beginCall(claims[2]!, asked, limit), isBusy);
      assert.equal(
        (await subject.store.beginCall(claims[0]!, asked, limit)).isNew,
        false,
        'its own call has its place',
      );
      await complete(claims[0]!, one!.call.key);
      assert.equal((await subject.store.beginCall(claims[2]!, asked, limit)).isNew, true);
      await subject.store.fail(claims[1]!, { code: 'x', kind: 'internal', message: 'x', step: null });
      const other = { ...asked, requestHash: 'c'.repeat(64) };
      assert.equal(
        (await subject.store.beginCall(claims[0]!, other, limit)).isNew,
        true,
        'a job that ended holds no place',
      );
    });

    it('lets a provider have no more calls a minute than its limit, and says when the next may be', async () => {
      const claim = await subject.createAndClaim();
      const provider = newCall().provider;
      const limit = { perMinute: 3 };
      let hash = 0;
      const call = () =>
        subject.store.beginCall(claim, newCall({ provider, requestHash: `hash-${(hash += 1)}` }), limit);
      for (let index = 0; index < 3; index += 1) await call();
      await assert.rejects(
        call(),
        (error) => isBusy(error) && (error as { retryAfterSeconds: number }).retryAfterSeconds === 20,
      );
      subject.clock.time += 19_999;
      await subject.store.renew(claim, LEASE_MILLISECONDS);
      await assert.rejects(call(), isBusy);
      subject.clock.time += 1;
      await call();
      await assert.rejects(call(), isBusy);
    });

    it('sums what was spent by provider, step and day, of one user or of all', async () => {
      const from = subject.clock.time;
      const provider = newCall().provider;
      for (const [userId, costUsd] of [
        ['ann', 0.1],
        ['ann', 0.2],
        ['bob', 0.4],
      ] as const) {
        const claim = await subject.createAndClaim({ userId });
        const { call } = await subject.store.beginCall(claim, newCall({ provider, isFallback: userId === 'bob' }));
        await subject.store.resendCall(claim, call.key, { uncertain: true });
        await complete(claim, call.key, costUsd);
      }
      const day = new Date(from).toISOString().slice(0, 10);
      const sum = { provider, step: 'speech', day };
      const spent = async (userId: string | null) =>
        (await subject.store.spending({ userId, from })).filter((row) => row.provider === provider);
      assert.deepEqual(await spent('ann'), [
        { ...sum, calls: 2, uncertainRepeats: 2, costUsd: 0.3, fallbackCostUsd: 0 },
      ]);
      assert.deepEqual(await spent(null), [
        { ...sum, calls: 3, uncertainRepeats: 3, costUsd: 0.7, fallbackCostUsd: 0.4 },
      ]);
      assert.deepEqual(await subject.store.spending({ userId: null, from: from + 1e9 }), []);
    });
  });

  describe('statistics', () => {
    it('counts what could run, what runs, and what is not due yet', async () => {
      await subject.finishAll();
      assert.deepEqual(await subject.store.statistics(), { ready: 0, running: 0, waiting: 0, oldestReadySeconds: 0 });
      await subject.createAndClaim();
      subject.clock.time += 1_000;
      await subject.store.create(subject.newJob());
      await subject.store.create(subject.newJob({ runAt: subject.clock.time + 2_000 }));
      await subject.store.create(subject.newJob({ runAt: subject.clock.time + 90_000 }));
      subject.clock.time += 5_000;
      assert.deepEqual(await subject.store.statistics(), { ready: 2, running: 1, waiting: 1, oldestReadySeconds: 5 });
      subject.clock.time += LEASE_MILLISECONDS;
      assert.deepEqual(await subject.store.statistics(), { ready: 3, running: 0, waiting: 1, oldestReadySeconds: 35 });
    });
  });
}
