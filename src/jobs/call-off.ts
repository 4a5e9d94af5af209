import type { JobLog } from './job-log.ts';
import type { Claim, JobStore } from './job-store.ts';
import type { Workflow } from './workflow.ts';

const PATIENCE_MILLISECONDS = 15_000;

/**
 * A cancelled job's work that goes on at a vendor without us is called off, so that it is not charged for. What could not be
 * called off stays open in the books: nobody knows what it will cost, and a retry finds it again.
 */
export async function callOffOpenCalls(options: {
  readonly store: Pick<JobStore, 'calls' | 'endCall'>;
  readonly claim: Claim;
  readonly workflow: Pick<Workflow, 'callOff'>;
  readonly log: JobLog;
}): Promise<void> {
  const { store, claim, workflow, log } = options;
  if (workflow.callOff === undefined) return;
  const open = (await store.calls(claim.jobId)).filter(
    ({ state, reference }) => state === 'intent' && reference !== null,
  );
  for (const call of open) {
    const { provider, key } = call;
    const end = await workflow
      .callOff(call, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) })
      .catch((error: unknown) => {
        log.warn({ jobId: claim.jobId, provider, err: error }, 'Work at a provider could not be called off');
      });
    if (end === undefined) continue;
    await store.endCall(claim, key, { state: 'failed', costUsd: end.costUsd });
    log.info({ jobId: claim.jobId, provider, costUsd: end.costUsd }, 'Work at a provider was called off');
  }
}
