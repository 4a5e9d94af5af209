import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { MarkedVoices, SpokenTexts } from '../tts/marked-voices.ts';
import type { Batch } from './batch.ts';
import type { BatchSummary } from './batch-summary.ts';

/** What a thread is given. */
export type BatchShare = { readonly batches: readonly Batch[]; readonly spokenTexts: SpokenTexts };

/** `runBatches` on all cores. */
export async function runBatchesInParallel(
  batches: readonly Batch[],
  { voices, tell }: { readonly voices: MarkedVoices; readonly tell: (summary: BatchSummary) => void },
): Promise<readonly BatchSummary[]> {
  const spokenTexts = await voices.spokenTexts();
  const threadCount = Math.min(availableParallelism(), batches.length);
  const summaries: BatchSummary[] = [];
  await Promise.all(
    Array.from({ length: threadCount }, async (_, thread) => {
      const share: BatchShare = {
        batches: batches.filter((_batch, index) => index % threadCount === thread),
        spokenTexts,
      };
      const worker = new Worker(new URL('./batch-worker.ts', import.meta.url), { workerData: share });
      worker.on('message', (summary: BatchSummary) => {
        summaries.push(summary);
        tell(summary);
      });
      // An error in the thread rejects this.
      await once(worker, 'exit');
    }),
  );
  return summaries;
}
