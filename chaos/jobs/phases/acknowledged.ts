import type { Stage } from '../stage.ts';
import type { PhaseCounts } from './phase-result.ts';

/** Kills workers from outside as soon as they have said that a job is accepted. */
export async function killWhenAcknowledged(
  stage: Stage,
  { kills }: { readonly kills: number },
  counts: PhaseCounts,
): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    const worker = stage.start();
    await worker.ready;
    await stage.submit(worker);
    worker.signal('SIGKILL');
    await worker.ended;
    counts.kills += 1;
  }
}
