import type { SpeechFilter } from './speech-ledger.ts';

/** Sums over the paid calls to one provider on one day. */
export type SpeechPayments = {
  readonly provider: string;
  /** YYYY-MM-DD in UTC, of the start of the calls. */
  readonly day: string;
  readonly costNanoUsd: number;
  /** The part of it that was for a provider that stood in for another. */
  readonly fallbackCostNanoUsd: number;
  /** Calls that were sent again and may have been charged twice. */
  readonly uncertainRepeats: number;
};

/**
 * PORT. What was paid for the speech of videos, as it was written down around each call: also by processes that were killed
 * before their operation could end.
 */
export type PaidSpending = (filter: SpeechFilter) => Promise<readonly SpeechPayments[]>;
