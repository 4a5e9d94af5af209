import { runBatch, type Batch, type Studio } from './batch.ts';
import { summariseBatch, type BatchSummary } from './batch-summary.ts';

/** Several side by side, each with vendors of its own: where a vendor hangs they only wait. */
export async function runBatches(
  batches: readonly Batch[],
  { lanes, tell, ...studio }: Studio & { readonly lanes: number; readonly tell?: (summary: BatchSummary) => void },
): Promise<readonly BatchSummary[]> {
  const summaries: BatchSummary[] = [];
  const left = batches.values();
  const runLane = async (): Promise<void> => {
    for (const batch of left) {
      const summary = summariseBatch(batch, await runBatch(batch, studio));
      summaries.push(summary);
      tell?.(summary);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, batches.length) }, runLane));
  return summaries;
}
