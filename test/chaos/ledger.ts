import { type LineLedger, openLineLedger, readLineLedger } from '../../chaos/support/line-ledger.ts';

/**
 * What really happened, written by the processes under test and believed by the checker. `accepted`: a client was told
 * that the job exists. `start`, `end`: the work of a step began, ended. `recorded`: the journal said that the step is
 * finished.
 */
export type LedgerEntry = {
  readonly kind: 'accepted' | 'start' | 'end' | 'recorded';
  /** Which process, counted from 0. */
  readonly generation: number;
  readonly job: string;
  readonly step: string;
  /** Different for every execution of a step. */
  readonly token: string;
};

export type Ledger = LineLedger<LedgerEntry>;

export const openLedger = (path: string): Ledger => openLineLedger<LedgerEntry>(path);

/** All whole entries, in the order in which they were written. */
export function readLedger(path: string): readonly LedgerEntry[] {
  return readLineLedger(path) as readonly LedgerEntry[];
}
