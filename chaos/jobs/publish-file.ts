import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Long enough for a kill from outside. */
const BETWEEN_HALVES_MILLISECONDS = 10;
const FILLING = 'x'.repeat(32_768);

/** What the file of a job must hold, whole. */
export function publishedText(job: string, results: unknown): string {
  return `${JSON.stringify({ job, results })}\n${FILLING}\nend of ${job}\n`;
}

/** The job's file, under its final name only when it is whole and on disk. One that is there already is left as it is. */
export async function publishFile(
  folder: string,
  options: { readonly job: string; readonly text: string; readonly inPlace: boolean; readonly signal: AbortSignal },
): Promise<string> {
  const { job, text, inPlace, signal } = options;
  const path = join(folder, `${job}.txt`);
  if (existsSync(path)) return path;
  const written = inPlace ? path : `${path}.${randomUUID()}.tmp`;
  const file = openSync(written, 'w');
  try {
    // In two halves: a writer that is killed in between leaves one.
    const middle = Math.floor(text.length / 2);
    writeSync(file, text.slice(0, middle));
    await pause(BETWEEN_HALVES_MILLISECONDS, undefined, { signal });
    writeSync(file, text.slice(middle));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (!inPlace) renameSync(written, path);
  return path;
}
