import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, Json } from '../../src/jobs/job.ts';
import { publishedText } from './publish-file.ts';

/** A file under its final name is whole; that of a completed job is there and holds its results. */
export function checkPublished(job: Job, folder: string): readonly string[] {
  const path = join(folder, `${job.id}.txt`);
  if (!existsSync(path)) return job.status === 'completed' ? [`${job.id} is completed and its file is missing`] : [];
  const text = readFileSync(path, 'utf8');
  if (!text.endsWith(`\nend of ${job.id}\n`)) return [`the file of ${job.id} is a half one`];
  if (job.status !== 'completed') return [];
  const results = (job.output as readonly Json[]).slice(0, -1);
  return text === publishedText(job.id, results) ? [] : [`the file of ${job.id} holds other results`];
}
