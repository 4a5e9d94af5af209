import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../jobs/job.ts';

type Run = Pick<Job, 'id' | 'attempts'>;

/** Of one run alone: a worker that has lost the job without knowing it may still be writing to its own. */
export function workFolderOf(folder: string, { id, attempts }: Run): string {
  return join(folder, `${id}-${attempts}`);
}

/**
 * The folder of a run that is over, and those of earlier runs: one that was killed could not tidy up, and one that goes on
 * without knowing works for nothing. Never that of a later run, which has the job now.
 */
export async function removeWorkFolders(folder: string, { id, attempts }: Run): Promise<void> {
  const prefix = `${id}-`;
  const names = await readdir(folder).catch(() => []);
  const over = names.filter((name) => name.startsWith(prefix) && Number(name.slice(prefix.length)) <= attempts);
  await Promise.all(over.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
