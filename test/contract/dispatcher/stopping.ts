import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createGates } from './gates.ts';
import { createStage, type ContractProcess, type DispatcherPair, type Stage } from './stage.ts';

const LEASE_MILLISECONDS = 1_500;

/** How jobs end that their users or their process want to end. */
export function describeStopping(pair: DispatcherPair): void {
  const cancel = async (stage: Stage, told: ContractProcess, id: string): Promise<void> => {
    await stage.reader.requestCancel(id);
    told.dispatcher.notify(id);
  };

  it('cancels a queued and a waiting job without running them', async (test) => {
    const stage = await createStage(pair, test);
    const gates = createGates();
    const process = await stage.startProcess({ run: gates.run, concurrency: 1 });
    const running = await stage.submit(process);
    await gates.reached(running);
    const queued = await stage.submit(process);
    const waiting = await stage.submit(process, { runAt: Date.now() + 60_000 });
    for (const id of [queued, waiting]) await cancel(stage, process, id);
    gates.open(running);
    const last = await stage.submit(process);
    await gates.reached(last);
    gates.open(last);
    await stage.waitForAll([running, last]);
    await stage.waitForAll([queued, waiting], 'cancelled');
    assert.deepEqual((await stage.startOrder()).toSorted(), [running, last].toSorted());
  });

  it('tells a running job of its cancel', async (test) => {
    const stage = await createStage(pair, test);
    const gates = createGates();
    const process = await stage.startProcess({ run: gates.run, leaseMilliseconds: 60_000 });
    const id = await stage.submit(process);
    await gates.reached(id);
    await cancel(stage, process, id);
    await stage.waitForStatus(id, 'cancelled');
    assert.deepEqual(gates.waiting, []);
  });

  it('tells a job that runs in another process of its cancel', async (test) => {
    if (!pair.isShared) return test.skip('one process at a time works on this journal');
    const stage = await createStage(pair, test);
    const gates = createGates();
    const worker = await stage.startProcess({ run: gates.run, leaseMilliseconds: LEASE_MILLISECONDS });
    const other = await stage.openProcess({ run: gates.run });
    const id = await stage.submit(worker);
    await gates.reached(id);
    await cancel(stage, other, id);
    await stage.waitForStatus(id, 'cancelled');
    assert.deepEqual(gates.waiting, []);
  });

  it('drains: takes nothing new, releases what is not done within its grace, and the next process goes on', async (test) => {
    const stage = await createStage(pair, test);
    const gates = createGates();
    const steps = ['before', 'work'];
    const timesBefore: string[] = [];
    const run: typeof gates.run = async (context) => {
      await context.step('before', async () => timesBefore.push(context.job.id));
      return gates.run(context);
    };
    const first = await stage.startProcess({ run, steps, concurrency: 2 });
    const slow = await stage.submit(first);
    const quick = await stage.submit(first);
    await Promise.all([slow, quick].map(gates.reached));
    const draining = first.dispatcher.drain({ graceMilliseconds: 300 });
    const untouched = await stage.submit(first);
    gates.open(quick);
    await draining;
    assert.deepEqual((await stage.startOrder()).toSorted(), [slow, quick].toSorted());
    const statuses = await Promise.all([slow, quick, untouched].map(async (id) => (await stage.job(id)).status));
    assert.deepEqual(statuses, ['queued', 'completed', 'queued']);

    await stage.startProcess({ run, steps });
    for (const id of [slow, untouched]) {
      await gates.reached(id);
      gates.open(id);
    }
    await stage.waitForAll([slow, untouched]);
    // What was recorded before the stop was not done again.
    assert.deepEqual(timesBefore.toSorted(), [slow, quick, untouched].toSorted());
  });

  it('can be drained before it has started, and twice', async (test) => {
    const stage = await createStage(pair, test);
    const { dispatcher } = await stage.openProcess({ run: async () => 1 });
    await dispatcher.drain({ graceMilliseconds: 60_000 });
    await dispatcher.drain({ graceMilliseconds: 60_000 });
  });
}
