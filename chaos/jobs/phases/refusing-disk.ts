import type { Stage } from '../stage.ts';
import type { PhaseCounts } from './phase-result.ts';

/** One job for every write that one job makes, and the disk refuses that write. */
export async function refuseEveryWrite(
  stage: Stage,
  { writes }: { readonly writes: number },
  counts: PhaseCounts,
): Promise<void> {
  const worker = stage.start();
  await worker.ready;
  for (let hit = 1; hit <= writes; hit += 1) {
    await worker.arm({ name: 'transaction.before_commit', hit, action: 'refuse' });
    await stage.submit(worker);
    await stage.resubmit(worker);
    await worker.idle();
    counts.kills += 1;
  }
  await worker.drain();
}
