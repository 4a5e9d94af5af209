import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

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

export type Ledger = { append(entry: LedgerEntry): void; close(): void };

/** Every entry is on disk when `append` returns. */
export function openLedger(path: string): Ledger {
  const file = openSync(path, 'a');
  // A killed writer may have left half a line behind.
  writeSync(file, '\n');
  return {
    append(entry) {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      fsyncSync(file);
    },
    close: () => closeSync(file),
  };
}

/** All whole entries, in the order in which they were written. */
export function readLedger(path: string): readonly LedgerEntry[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LedgerEntry);
}
