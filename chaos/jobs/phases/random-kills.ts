import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import type { WorkerUnderTest } from '../worker-under-test.ts';
import type { PhaseCounts } from './phase-result.ts';

const JOBS_PER_KILL = 2;
const LONGEST_LIFE_MILLISECONDS = 160;
const LONGEST_PAUSE_MILLISECONDS = 120;
const SHARE_OF_CANCELS = 0.1;

export const RANDOM_FAULTS = { refused: 0.03, failed: 0.03, lost: 0.04 };

type Options = { readonly kills: number; readonly random: () => number };

/** Asks for new jobs, without waiting for the answers, and takes one back now and then. */
function giveWork(stage: Stage, worker: WorkerUnderTest, random: () => number): void {
  for (let count = 0; count < JOBS_PER_KILL; count += 1) {
    void stage.submit(worker).then(async (key) => {
      if (random() < SHARE_OF_CANCELS) await stage.cancel(worker, key);
    });
  }
}

/** Kills one process after the other at random moments, each of which has new jobs and those that the last has left. */
export async function killAtRandom(stage: Stage, { kills, random }: Options, counts: PhaseCounts): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    const worker = stage.start();
    // Some die before they are ready: while they open, or take over.
    if (random() < 0.85) {
      await worker.ready;
      void stage.resubmit(worker);
      giveWork(stage, worker, random);
    }
    await pause(random() * LONGEST_LIFE_MILLISECONDS);
    worker.signal('SIGKILL');
    await worker.ended;
    counts.kills += 1;
  }
}

/** Kills a random one of several workers again and again; another takes its place, and the others go on. */
export async function killOneOfMany(
  stage: Stage,
  { kills, workers: count, random }: Options & { readonly workers: number },
  counts: PhaseCounts,
): Promise<void> {
  const workers = Array.from({ length: count }, () => stage.start());
  await Promise.all(workers.map((worker) => worker.ready));
  for (let kill = 0; kill < kills; kill += 1) {
    const index = Math.floor(random() * count);
    const victim = workers[index];
    if (victim === undefined) continue;
    if (random() < 0.9) await victim.ready;
    giveWork(stage, victim, random);
    await pause(random() * LONGEST_PAUSE_MILLISECONDS);
    victim.signal('SIGKILL');
    await victim.ended;
    counts.kills += 1;
    const heir = stage.start();
    workers[index] = heir;
    void heir.ready.then(() => stage.resubmit(heir));
  }
  for (const worker of workers) await worker.ready;
  await Promise.all(workers.map((worker) => worker.drain()));
}
