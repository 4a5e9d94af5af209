import type { Stage } from '../stage.ts';
import type { CrashPlan } from '../worker-protocol.ts';
import type { WorkerUnderTest } from '../worker-under-test.ts';
import type { PhaseCounts } from './phase-result.ts';

/** Every crash point that one job reaches, from its acceptance to its end, as plans to kill there. */
export async function recordPlans(stage: Stage): Promise<readonly CrashPlan[]> {
  const worker = stage.start();
  await worker.ready;
  await worker.record();
  await stage.submit(worker);
  await worker.idle();
  const reached = await worker.reached();
  await worker.drain();
  return reached.map((point) => ({ ...point, action: 'kill' }));
}

/**
 * One new job, and one kill at the planned moment of it, for each plan. Each process first finishes what the one before has
 * left; in mode `distributed` it does not wait for that, because a dead worker's lease has to end first.
 */
export async function sweepKills(stage: Stage, plans: readonly CrashPlan[], counts: PhaseCounts): Promise<void> {
  let survivor: WorkerUnderTest | undefined;
  for (const plan of plans) {
    const worker: WorkerUnderTest = survivor ?? stage.start();
    survivor = undefined;
    await worker.ready;
    await stage.resubmit(worker);
    if (stage.mode === 'embedded') await worker.idle();
    await worker.arm(plan);
    await stage.submit(worker);
    await worker.idle();
    if (worker.hasEnded) counts.kills += 1;
    else {
      counts.unreached += 1;
      survivor = worker;
    }
  }
  await survivor?.drain();
}

/** Kills the process that has just begun to recover from a kill, at any moment of that. */
export async function killRecoveries(
  stage: Stage,
  options: { readonly plans: readonly CrashPlan[]; readonly rounds: number; readonly random: () => number },
  counts: PhaseCounts,
): Promise<void> {
  const { plans, rounds, random } = options;
  const draw = (): CrashPlan | undefined => plans[Math.floor(random() * plans.length)];
  for (let round = 0; round < rounds; round += 1) {
    const first = draw();
    if (first === undefined) return;
    await sweepKills(stage, [first], counts);
    const second = draw();
    // A recovery reaches fewer points than a whole job.
    const crash = second && { ...second, hit: 1 + Math.floor(random() * Math.min(second.hit, 4)) };
    const recovering = stage.start(crash === undefined ? {} : { crash });
    await recovering.ready;
    await recovering.idle();
    if (recovering.hasEnded) counts.kills += 1;
    else {
      counts.unreached += 1;
      await recovering.drain();
    }
  }
}
