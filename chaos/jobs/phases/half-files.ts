import { watch } from 'node:fs';
import { once } from 'node:events';
import type { Stage } from '../stage.ts';
import type { PhaseCounts } from './phase-result.ts';

/** Kills workers from outside as soon as the file that they write shows up. */
export async function killWhilePublishing(
  stage: Stage,
  { kills }: { readonly kills: number },
  counts: PhaseCounts,
): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    const worker = stage.start();
    await worker.ready;
    await stage.resubmit(worker);
    await worker.idle();
    const watcher = watch(stage.publishFolder);
    const appeared = once(watcher, 'change');
    await stage.submit(worker);
    await Promise.race([appeared, worker.idle()]);
    worker.signal('SIGKILL');
    await worker.ended;
    watcher.close();
    counts.kills += 1;
  }
}
