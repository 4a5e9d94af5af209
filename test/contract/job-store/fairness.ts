import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { LEASE_MILLISECONDS, type ContractSubject } from './subject.ts';

/** What the journal promises about whose job is next. */
export function describeFairness(subject: ContractSubject): void {
  const claimedUsers = async (count: number): Promise<string[]> => {
    const users: string[] = [];
    while (users.length < count) {
      const claim = await subject.claimNext();
      if (claim === undefined) break;
      users.push((await subject.readJob(claim.jobId)).userId);
      await subject.store.finish(claim, null);
    }
    return users;
  };

  describe('fairness', () => {
    it('serves a user with one job right after the one that runs, however many jobs another user has', async () => {
      for (let index = 0; index < 200; index += 1) await subject.store.create(subject.newJob({ userId: 'ann' }));
      assert.deepEqual(await claimedUsers(3), ['ann', 'ann', 'ann']);
      await subject.store.create(subject.newJob({ userId: 'bob', priority: -5 }));
      assert.deepEqual((await claimedUsers(2)).includes('bob'), true);
    });

    it('gives nobody a turn for having been idle, and takes none from who was busy alone', async () => {
      for (let index = 0; index < 50; index += 1) await subject.store.create(subject.newJob({ userId: 'ann' }));
      await claimedUsers(50);
      for (let index = 0; index < 10; index += 1) await subject.store.create(subject.newJob({ userId: 'newcomer' }));
      for (let index = 0; index < 10; index += 1) await subject.store.create(subject.newJob({ userId: 'ann' }));
      const users = await claimedUsers(20);
      for (let index = 0; index < 20; index += 2) {
        assert.deepEqual(users.slice(index, index + 2).toSorted(), ['ann', 'newcomer'], `turns ${index}`);
      }
    });

    it('orders a user’s own jobs by priority, then by age, whatever turns they hold', async () => {
      const ids: string[] = [];
      for (const priority of [0, 0, 5, 0, 9]) {
        ids.push((await subject.store.create(subject.newJob({ userId: 'ann', priority }))).id);
      }
      const order: string[] = [];
      for (let index = 0; index < 5; index += 1) {
        const claim = await subject.claimNext();
        assert.ok(claim);
        order.push(claim.jobId);
        await subject.store.finish(claim, null);
      }
      assert.deepEqual(order, [ids[4], ids[2], ids[0], ids[1], ids[3]]);
    });

    it('lets a job that goes on go before new ones', async () => {
      const suspended = await subject.createAndClaim();
      const waitingFor = { reason: 'provider_works', message: 'It works.' } as const;
      await subject.store.suspend(suspended, { delayMilliseconds: 10, waitingFor });
      await subject.store.create(subject.newJob({ priority: 100 }));
      subject.clock.time += 10;
      assert.equal((await subject.claimNext())?.jobId, suspended.jobId);
    });

    it('never lets more jobs of one user pass a waiting one of another than that user’s turns allow', async () => {
      const user = fc.constantFrom('a', 'b', 'c', 'd');
      const action = fc.oneof(
        { weight: 3, arbitrary: fc.record({ do: fc.constant('create'), user, priority: fc.constantFrom(0, 0, 3) }) },
        { weight: 2, arbitrary: fc.record({ do: fc.constant('claim'), user, priority: fc.constant(0) }) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 80, size: 'max' }), async (actions) => {
          await subject.finishAll();
          /** For each user with a queued job: what others were served since that user was last served or came. */
          const queued = new Map<string, number>();
          const passed = new Map<string, Map<string, number>>();
          for (const { do: kind, user: who, priority } of actions) {
            if (kind === 'create') {
              if ((queued.get(who) ?? 0) === 0) passed.set(who, new Map());
              queued.set(who, (queued.get(who) ?? 0) + 1);
              await subject.store.create(subject.newJob({ userId: who, priority }));
              continue;
            }
            const claim = await subject.claimNext();
            if (claim === undefined) continue;
            const { userId } = await subject.readJob(claim.jobId);
            await subject.store.finish(claim, null);
            queued.set(userId, (queued.get(userId) ?? 0) - 1);
            passed.set(userId, new Map());
            for (const [waiting, count] of queued) {
              if (waiting === userId || count === 0) continue;
              const times = (passed.get(waiting)?.get(userId) ?? 0) + 1;
              passed.get(waiting)?.set(userId, times);
              // One turn that began before, one that began after.
              assert.ok(times <= 2, `${userId} was served ${times} times while ${waiting} waited`);
            }
          }
        }),
        { numRuns: 15 },
      );
    });
  });

  describe('a job that kills its workers', () => {
    it('fails for good when that has happened too often, and counts anew once a step has finished', async () => {
      const { id: jobId } = await subject.store.create(subject.newJob());
      const options = { workerId: 'worker', leaseMilliseconds: LEASE_MILLISECONDS, maximumInterruptions: 3 };
      for (let deaths = 0; deaths < 2; deaths += 1) {
        assert.equal((await subject.store.claimNext(options))?.jobId, jobId);
        subject.clock.time += LEASE_MILLISECONDS;
      }
      const third = await subject.store.claimNext(options);
      assert.ok(third);
      await subject.store.beginStep(third, 'speech');
      await subject.store.completeStep(third, 'speech', 'done');
      for (let deaths = 0; deaths < 2; deaths += 1) {
        subject.clock.time += LEASE_MILLISECONDS;
        const claim = await subject.store.claimNext(options);
        assert.ok(claim);
        assert.equal(claim.jobId, jobId);
        await subject.store.beginStep(claim, 'render');
      }
      subject.clock.time += LEASE_MILLISECONDS;
      assert.equal(await subject.store.claimNext(options), undefined);
      const { status, error } = await subject.readJob(jobId);
      assert.equal(status, 'failed');
      assert.deepEqual([error?.code, error?.kind, error?.step], ['job_keeps_crashing', 'internal', 'render']);
      const dead = await subject.store.list({ failureKind: 'internal', limit: 10 });
      assert.ok(dead.jobs.some(({ id }) => id === jobId));
    });
  });
}
