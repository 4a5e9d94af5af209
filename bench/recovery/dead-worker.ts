import { setTimeout as wait } from 'node:timers/promises';
import { withBenchJournal } from './journal-of-bench.ts';

const JOBS = 4;
/** Longer than any recovery. */
const STEP_MILLISECONDS = 120_000;
const PATIENCE_MILLISECONDS = 60_000;

/** For each SIGKILL of a worker with four running jobs: milliseconds until another, idle one has taken up the last of them. */
export async function measureDeadWorkers(tries: number): Promise<readonly number[]> {
  const milliseconds: number[] = [];
  for (let index = 0; index < tries; index += 1) milliseconds.push(await measureOne(index));
  return milliseconds;
}

async function measureOne(index: number): Promise<number> {
  return withBenchJournal(async (journal) => {
    const doomed = await journal.startWorker(STEP_MILLISECONDS);
    await journal.accept(JOBS);
    await until(async () => (await journal.begun(1)).size === JOBS);
    await journal.startWorker(STEP_MILLISECONDS);
    // At different times between two renewals of the leases.
    await wait((index * 700) % 3_500);
    const killedAt = await journal.now();
    await doomed.kill();
    await until(async () => (await journal.begun(2)).size === JOBS);
    return Math.max(...(await journal.begun(2)).values()) - killedAt;
  });
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  while (!(await isSo())) {
    limit.throwIfAborted();
    await wait(50);
  }
}
