import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JobContext } from '../../../src/jobs/workflow.ts';
import { createGates } from './gates.ts';
import { createStage, until, type DispatcherPair } from './stage.ts';

const LEASE_MILLISECONDS = 1_500;

/** What happens to the jobs of a process that is gone. */
export function describeDying(pair: DispatcherPair): void {
  const open = { leaseMilliseconds: LEASE_MILLISECONDS, concurrency: 3 };

  it('has the jobs of a dead process finished by another one, from the step where they were cut', async (test) => {
    const stage = await createStage(pair, test);
    const gates = createGates();
    const timesBefore: string[] = [];
    const steps = ['before', 'work'];
    const run = async (context: JobContext) => {
      await context.step('before', async () => timesBefore.push(context.job.id));
      return gates.run(context);
    };
    const dead = await stage.startProcess({ ...open, run, steps });
    const ids = [await stage.submit(dead), await stage.submit(dead), await stage.submit(dead)];
    for (const id of ids) await gates.reached(id);
    dead.freeze();
    const after = createGates();
    const runAfter = async (context: JobContext) => {
      await context.step('before', async () => timesBefore.push(context.job.id));
      return after.run(context);
    };
    await stage.startProcess({ ...open, run: runAfter, steps });
    for (const id of ids) {
      await after.reached(id);
      after.open(id);
    }
    await stage.waitForAll(ids);
    assert.deepEqual(timesBefore.toSorted(), ids.toSorted());
    for (const id of ids) assert.equal((await stage.job(id)).attempts, 2);
  });

  it('refuses what a process writes that was frozen and has lost its job', async (test) => {
    const stage = await createStage(pair, test);
    const gates = createGates({ ignoresSignal: true });
    const frozen = await stage.startProcess({ ...open, run: gates.run });
    const id = await stage.submit(frozen);
    await gates.reached(id);
    frozen.freeze();
    const after = createGates();
    await stage.startProcess({ ...open, run: (context) => after.run(context).then(() => 'by the second') });
    await after.reached(id);
    gates.open(id);
    frozen.thaw();
    const dropped = () => frozen.log.lines.some(({ fields }) => fields['outcome'] === 'dropped');
    await until(dropped, () => 'the first process has dropped the job');
    assert.equal((await stage.job(id)).status, 'running');
    after.open(id);
    assert.equal((await stage.waitForStatus(id, 'completed')).output, 'by the second');
    const completions = (await stage.eventsOf(id)).filter(
      (event) => event.type === 'step' && (event.data as { readonly status: string }).status === 'completed',
    );
    assert.equal(completions.length, 1);
  });

  it('gives up a job whose process dies every time', async (test) => {
    const stage = await createStage(pair, test);
    const options = { ...open, maximumInterruptions: 2 };
    const id = await stage.accept();
    for (let death = 0; death < 2; death += 1) {
      const gates = createGates();
      const doomed = await stage.startProcess({ ...options, run: gates.run });
      await gates.reached(id);
      doomed.freeze();
    }
    await stage.startProcess({ ...options, run: async () => 1 });
    const { error, attempts } = await stage.waitForStatus(id, 'failed');
    assert.deepEqual([error?.code, attempts], ['job_keeps_crashing', 2]);
  });
}
