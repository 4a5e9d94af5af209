import type { Job } from '../../src/jobs/job.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';

/** Every job of a journal, newest first. */
export async function allJobs(store: JobStore): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await store.list({ limit: 500, ...(cursor !== undefined && { cursor }) });
    jobs.push(...page.jobs);
    cursor = page.nextCursor;
  }
  return jobs;
}
