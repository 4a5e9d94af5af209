import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createGates } from './gates.ts';
import { createStage, until, type DispatcherPair } from './stage.ts';

/** Which jobs are begun, when, and in which order. */
export function describeTakingUp(pair: DispatcherPair): void {
  it('runs what it finds and what it is told of, at most `concurrency` at once', async (test) => {
    const stage = await createStage(pair, test);
    const found = [await stage.accept(), await stage.accept(), await stage.accept()];
    const gates = createGates();
    const process = await stage.startProcess({ run: gates.run, concurrency: 2 });
    const ids = [...found, await stage.submit(process), await stage.submit(process)];
    for (let done = 0; done < ids.length; done += 1) {
      const wanted = Math.min(2, ids.length - done);
      await until(
        () => gates.waiting.length === wanted,
        () => `${wanted} jobs run after ${done} have ended`,
      );
      gates.open(gates.waiting[0] ?? '');
    }
    await stage.waitForAll(ids);
    assert.equal(gates.mostAtOnce, 2);
    for (const id of ids) assert.deepEqual(await stage.statuses(id), ['queued', 'running', 'completed']);
  });

  it('finds a job that nobody told it of', async (test) => {
    const stage = await createStage(pair, test);
    await stage.startProcess({ run: async () => 1 });
    const id = await stage.accept();
    assert.equal((await stage.waitForStatus(id, 'completed')).attempts, 1);
  });

  it('begins a delayed job when its time has come, not before, and soon after', async (test) => {
    const stage = await createStage(pair, test);
    const process = await stage.startProcess({ run: async () => 1, concurrency: 8 });
    const now = Date.now();
    const times = [300, 600, 900].map((delay) => now + delay);
    const ids = await Promise.all(times.map((runAt) => stage.submit(process, { runAt })));
    // In the journal's own time: by the time this one is due, all that were due well before it must have begun.
    const after = await stage.submit(process, { runAt: now + 3_400 });
    await stage.waitForAll([...ids, after]);
    const { runAt: afterIsDue } = await stage.job(after);
    for (const id of [...ids, after]) {
      const { startedAt, runAt } = await stage.job(id);
      assert.ok(startedAt !== null && startedAt >= runAt, `${id} began at ${startedAt}, its time was ${runAt}`);
      if (id !== after) assert.ok(startedAt < afterIsDue, `${id} began at ${startedAt}, ${startedAt - runAt} ms late`);
    }
  });

  it('takes jobs in the order of the journal: turns between users, priority and age within one', async (test) => {
    const stage = await createStage(pair, test);
    // Names say whose job it is and as which of them it came.
    const accept = (id: string, priority = 0) => stage.accept({ id, userId: id.slice(0, 3), priority });
    for (const id of ['ann-1', 'ann-2', 'ann-3']) await accept(id);
    await accept('ann-urgent', 9);
    for (const id of ['bob-1', 'bob-2']) await accept(id);
    await accept('cat-1', -5);
    const ids = ['ann-urgent', 'bob-1', 'cat-1', 'ann-1', 'bob-2', 'ann-2', 'ann-3'];
    await stage.startProcess({ run: async () => 1, concurrency: 1 });
    await stage.waitForAll(ids);
    assert.deepEqual(await stage.startOrder(), ids);
  });

  it('gives a job to one process only, however many ask at once', async (test) => {
    if (!pair.isShared) return test.skip('one process at a time works on this journal');
    const stage = await createStage(pair, test);
    const ran: string[] = [];
    const run = async (context: { readonly job: { readonly id: string } }) => ran.push(context.job.id);
    const processes = await Promise.all([1, 2, 3].map(() => stage.startProcess({ run, concurrency: 4 })));
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, index) => stage.submit(processes[index % 3]!, { userId: `user-${index % 5}` })),
    );
    await stage.waitForAll(ids);
    assert.deepEqual(ran.toSorted(), ids.toSorted());
    assert.deepEqual((await stage.startOrder()).toSorted(), ids.toSorted());
  });
}
