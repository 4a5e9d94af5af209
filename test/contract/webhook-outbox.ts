import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { openStage } from '../webhooks/sender-fixture.ts';

type Stage = ReturnType<typeof openStage>;

const LEASE = 60_000;
const claimOptions = { leaseMilliseconds: LEASE, exceptHosts: [] };
const failed = { status: 500, error: 'x', durationMilliseconds: 3 };

/** The promises of the WebhookOutbox port, for every implementation of it. */
export function webhookOutboxContract(name: string, open: (context: TestContext) => Promise<Stage>): void {
  describe(`WebhookOutbox: ${name}`, () => {
    it('each end of a job with a callback has a delivery, whichever end it is; a job without has none', async (context) => {
      const { jobs, outbox, time, endJob, delivery } = await open(context);
      assert.equal(await outbox.millisecondsUntilDue(), null);
      const id = await endJob('http://127.0.0.1:1/a');
      const { delivery: first, attempts } = await delivery(id);
      assert.deepEqual(
        [first.jobStatus, first.state, first.attempts, first.nextAttemptAt],
        ['completed', 'pending', 0, time.clock.now()],
      );
      assert.deepEqual([first.userId, first.url, attempts], ['ada', 'http://127.0.0.1:1/a', []]);
      assert.equal(await outbox.millisecondsUntilDue(), 0);

      await jobs.retry(id, []);
      const again = await jobs.claimNext({ workerId: 'w', leaseMilliseconds: LEASE });
      assert.ok(again);
      await jobs.fail(again, { code: 'x', kind: 'internal', message: 'x', step: null });
      await jobs.retry(id, []);
      await jobs.requestCancel(id);
      const all = await outbox.list(id);
      assert.deepEqual(
        all.map(({ delivery }) => delivery.jobStatus),
        ['cancelled', 'failed', 'completed'],
      );
      assert.equal(new Set(all.map(({ delivery }) => delivery.id)).size, 3);
      assert.deepEqual(await outbox.list(await endJob(null)), []);
      assert.equal((await jobs.get(id))?.callbackUrl, 'http://127.0.0.1:1/a');
    });

    it('a delivery is with one sender at a time; when its lease runs out the attempt counts as cut off', async (context) => {
      const { outbox, time, endJob, delivery } = await open(context);
      const id = await endJob('http://a.example/');
      const claims = await Promise.all(Array.from({ length: 20 }, () => outbox.claimDue(claimOptions)));
      const [first, ...others] = claims.filter((claim) => claim !== undefined);
      assert.ok(first);
      assert.deepEqual([first.attemptNumber, others], [1, []]);
      assert.equal(await outbox.millisecondsUntilDue(), LEASE);
      await time.advance(LEASE);
      assert.equal(await outbox.millisecondsUntilDue(), 0);
      const second = await outbox.claimDue(claimOptions);
      assert.equal(second?.attemptNumber, 2);
      const late = await outbox.recordAttempt(first, { ...failed, next: { state: 'failed' } });
      assert.equal(late, false, 'who has lost the lease does not count');
      const isRecorded = await outbox.recordAttempt(second, {
        status: 200,
        error: null,
        durationMilliseconds: 7,
        next: { state: 'delivered' },
      });
      assert.equal(isRecorded, true);
      const { delivery: end, attempts } = await delivery(id);
      assert.deepEqual(
        [end.state, end.attempts, end.lastStatus, end.deliveredAt, end.nextAttemptAt],
        ['delivered', 1, 200, time.clock.now(), null],
      );
      assert.deepEqual(
        attempts.map(({ number, status, error, durationMilliseconds }) => [
          number,
          status,
          error,
          durationMilliseconds,
        ]),
        [
          [1, null, 'The process that made the attempt ended.', null],
          [2, 200, null, 7],
        ],
      );
      assert.equal(await outbox.claimDue(claimOptions), undefined);
      assert.equal(await outbox.millisecondsUntilDue(), null);
    });

    it('the one that is due for longest comes first, and hosts that have enough are left out', async (context) => {
      const { outbox, time, endJob } = await open(context);
      const ids: string[] = [];
      for (const host of ['a', 'b', 'a', 'c']) {
        ids.push(await endJob(`http://${host}.example:8080/`));
        await time.advance(1);
      }
      const next = async (...exceptHosts: string[]) =>
        (await outbox.claimDue({ leaseMilliseconds: LEASE, exceptHosts }))?.delivery.jobId;
      assert.equal(await next('a.example'), ids[1]);
      assert.equal(await next('a.example', 'c.example'), undefined);
      assert.equal(await next(), ids[0]);
      assert.equal(await next('c.example'), ids[2]);
      assert.equal(await next(), ids[3]);
    });

    it('a replay begins a new round under the same id, also in the middle of the last attempt of the old one', async (context) => {
      const { outbox, time, endJob, delivery } = await open(context);
      const id = await endJob('http://a.example/');
      const fail = async (next: 'failed' | 'disabled' | null) => {
        const claim = await outbox.claimDue(claimOptions);
        assert.ok(claim);
        const pending = { state: 'pending', delayMilliseconds: 5000, counts: true } as const;
        await outbox.recordAttempt(claim, { ...failed, next: next === null ? pending : { state: next } });
        return claim;
      };
      const { delivery: first } = await fail(null);
      assert.equal(await outbox.millisecondsUntilDue(), 5000);
      await time.advance(5000);
      await fail('failed');
      const replayed = await outbox.replay(id, first.id);
      assert.deepEqual(
        [replayed?.delivery.state, replayed?.delivery.attempts, replayed?.attempts.length],
        ['pending', 0, 2],
      );
      assert.equal(await outbox.millisecondsUntilDue(), 0);
      await fail(null);
      await time.advance(5000);

      const underWay = await outbox.claimDue(claimOptions);
      assert.ok(underWay);
      await outbox.replay(id, first.id);
      assert.equal(await outbox.claimDue(claimOptions), undefined, 'the attempt keeps its lease');
      await outbox.recordAttempt(underWay, { ...failed, next: { state: 'failed' } });
      const { delivery: now } = await delivery(id);
      assert.deepEqual([now.state, now.attempts, now.id], ['pending', 0, first.id]);
      assert.equal(await outbox.millisecondsUntilDue(), 0);

      assert.equal(await outbox.replay(id, 'msg_nobody'), undefined);
      assert.equal(await outbox.replay('job-nobody', first.id), undefined);
    });
  });
}
