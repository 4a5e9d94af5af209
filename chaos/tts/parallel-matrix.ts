import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { MatrixTask } from './fault-matrix.ts';
import type { MarkedVoices, SpokenTexts } from './marked-voices.ts';
import type { ScriptVerdict } from './script-verdict.ts';

/** What a thread is given. */
export type MatrixShare = { readonly tasks: readonly MatrixTask[]; readonly spokenTexts: SpokenTexts };

/** `runMatrix` with speech that is assembled, on all cores. */
export async function runMatrixInParallel(
  tasks: readonly MatrixTask[],
  voices: MarkedVoices,
): Promise<ScriptVerdict[]> {
  const spokenTexts = await voices.spokenTexts();
  const threadCount = Math.min(availableParallelism(), tasks.length);
  const shares = Array.from({ length: threadCount }, (_, thread): MatrixShare => ({
    tasks: tasks.filter((_task, index) => index % threadCount === thread),
    spokenTexts,
  }));
  const verdicts = await Promise.all(
    shares.map(async (share) => {
      const worker = new Worker(new URL('./matrix-worker.ts', import.meta.url), { workerData: share });
      try {
        // An error in the thread rejects this.
        const [message] = (await once(worker, 'message')) as [ScriptVerdict[]];
        return message;
      } finally {
        await worker.terminate();
      }
    }),
  );
  return verdicts.flat();
}
