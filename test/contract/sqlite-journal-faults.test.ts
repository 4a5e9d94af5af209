import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AppError } from '../../src/core/errors.ts';
import { createRecordingLog } from '../fixtures/job-run.ts';
import { createManualTime } from '../fixtures/manual-time.ts';
import { createScratchFolder } from '../fixtures/scratch-folder.ts';
import type { Claim, JobStore } from '../../src/jobs/job-store.ts';
import { createEmbeddedDispatcher } from '../../src/jobs/dispatchers/embedded.ts';
import { openSqliteJournal } from '../../src/app/journal.ts';

const LEASE = 30_000;
const DISK_FULL = new AppError({ code: 'storage_failed', kind: 'storage', message: 'The disk is full.' });

/** A journal whose `failAt`th commit fails, counted from 1 behind the migration. */
function openFailingStore(failAt: number) {
  const time = createManualTime();
  const folder = createScratchFolder('sqlite-faults');
  const path = join(folder, 'jobs.db');
  void openSqliteJournal({ path, clock: time.clock }).close();
  let commits = 0;
  const store = openSqliteJournal({
    path,
    clock: time.clock,
    crashPoint(name) {
      if (name !== 'transaction.before_commit') return;
      commits += 1;
      if (commits === failAt) throw DISK_FULL;
    },
  });
  return {
    store,
    time,
    commits: () => commits,
    async dispose() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function snapshot(store: JobStore) {
  return {
    jobs: (await store.list({ limit: 100 })).jobs,
    steps: [await store.steps('a'), await store.steps('b')],
    events: await store.eventsSince(0, { limit: 1_000 }),
  };
}

/** Every kind of write once. */
function everyWrite(store: JobStore, now: number): (() => Promise<unknown>)[] {
  let claim: Claim = { jobId: '', epoch: 0 };
  const claimNext = async () => {
    claim = (await store.claimNext({ workerId: 'w', leaseMilliseconds: LEASE })) ?? claim;
  };
  return [
    () => store.create({ id: 'a', userId: 'ada', input: 1, priority: 0, runAt: now }),
    () => store.create({ id: 'b', userId: 'ada', input: 2, priority: 0, runAt: now }),
    claimNext,
    () => store.beginStep(claim, 'speech'),
    () => store.describeStep(claim, 'speech', { provider: 'offline' }),
    () => store.reportProgress(claim, { progress: 0.5, detail: 'half', progressPerSecond: 0.1 }),
    () => store.completeStep(claim, 'speech', 'done'),
    () => store.renew(claim, LEASE),
    () => store.beginStep(claim, 'render'),
    () => store.release(claim),
    claimNext,
    () => store.expireAllLeases(),
    claimNext,
    () => store.finish(claim, 'output'),
    claimNext,
    () => store.requestCancel('b'),
    () => store.fail(claim, { code: 'x', kind: 'internal', message: 'x', step: null }),
  ];
}

describe('a journal whose disk fails', () => {
  it('leaves no trace of a write that failed at its commit, whichever it is, and does it when asked again', async () => {
    const healthy = openFailingStore(Infinity);
    for (const write of everyWrite(healthy.store, healthy.time.clock.now())) await write();
    const expected = await snapshot(healthy.store);
    const total = healthy.commits();
    await healthy.dispose();
    assert.ok(total >= 17);

    for (let failAt = 1; failAt <= total; failAt += 1) {
      const { store, time, dispose } = openFailingStore(failAt);
      let failures = 0;
      for (const write of everyWrite(store, time.clock.now())) {
        const before = await snapshot(store);
        try {
          await write();
        } catch (error) {
          assert.equal(error, DISK_FULL);
          failures += 1;
          assert.deepEqual(await snapshot(store), before, `commit ${failAt}`);
          await write();
        }
      }
      assert.equal(failures, 1);
      assert.deepEqual(await snapshot(store), expected, `commit ${failAt}`);
      await dispose();
    }
  });

  it('still brings every job to its end, and repeats no step that it has recorded', async () => {
    for (let failAt = 2; failAt <= 8; failAt += 1) {
      const { store, time, commits, dispose } = openFailingStore(failAt);
      await store.create({ id: 'a', userId: 'ada', input: null, priority: 0, runAt: 0 });
      const worked: string[] = [];
      const dispatcher = createEmbeddedDispatcher({
        store,
        instanceLock: { folder: '', release: () => {} },
        concurrency: 1,
        clock: time.clock,
        timer: time.timer,
        log: createRecordingLog(),
        leaseMilliseconds: LEASE,
        workflow: {
          steps: [],
          async run(context) {
            for (const name of ['speech', 'render']) {
              await context.step(name, async () => {
                const recorded = await store.steps('a');
                assert.ok(recorded.every((step) => step.name !== name || step.status !== 'completed'));
                worked.push(name);
                return name;
              });
            }
            return 'output';
          },
        },
      });
      // The first commit of the start may be the one that fails; whoever starts the process tries again.
      await dispatcher.start().catch(() => dispatcher.start());
      await time.advance(2 * LEASE);
      const job = await store.get('a');
      const isFailure = job?.status === 'failed' && job.error?.code === 'storage_failed';
      assert.ok(
        job?.status === 'completed' || isFailure,
        `commit ${failAt}: ${job?.status} after ${commits()} commits`,
      );
      assert.ok(worked.filter((name) => name === 'speech').length <= 2);
      await dispatcher.drain({ graceMilliseconds: 0 });
      await dispose();
    }
  });
});
