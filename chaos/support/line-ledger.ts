import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

export type LineLedger<T> = { append(entry: T): void; close(): void };

/** A file of JSON lines. An entry is on disk when `append` returns; several processes may write one file. */
export function openLineLedger<T>(path: string): LineLedger<T> {
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
export function readLineLedger(path: string): readonly unknown[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line): unknown => JSON.parse(line));
}
