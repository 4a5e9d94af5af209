import type { JobStore } from '../jobs/job-store.ts';
import { SPEECH_STEP } from '../pipeline/generate-video.ts';
import type { PaidSpending } from '../tts/analytics/paid-spending.ts';

/** The journal's calls for speech. */
export function createPaidSpending(jobs: Pick<JobStore, 'spending'>): PaidSpending {
  return async (filter) =>
    (await jobs.spending(filter))
      .filter(({ step }) => step === SPEECH_STEP)
      .map(({ provider, day, uncertainRepeats, costUsd, fallbackCostUsd }) => ({
        provider,
        day,
        uncertainRepeats,
        costNanoUsd: Math.round(costUsd * 1e9),
        fallbackCostNanoUsd: Math.round(fallbackCostUsd * 1e9),
      }));
}
