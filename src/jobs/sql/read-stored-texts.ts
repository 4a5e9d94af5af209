import type { JobStore } from '../job-store.ts';
import type { SqlDatabase, SqlRow } from '../../sql/sql-database.ts';
import { requirePageSize } from './requirements.ts';

/** What jobs have stored, for whoever has to know what is still in use. */
export function readStoredTexts(database: Pick<SqlDatabase, 'read'>): Pick<JobStore, 'jobsInUse' | 'storedTexts'> {
  return {
    async jobsInUse({ endedSince }) {
      const rows = await database.read(({ all }) =>
        all(
          `SELECT id FROM jobs WHERE state IN ('queued', 'running', 'waiting')
           UNION ALL SELECT id FROM jobs WHERE finished_at >= $1`,
          endedSince,
        ),
      );
      return rows.map((row) => row['id'] as string);
    },

    async storedTexts(jobIds) {
      if (jobIds.length === 0) return [];
      requirePageSize(jobIds.length);
      const list = jobIds.map((_, index) => `$${index + 1}`).join(', ');
      const [jobs, steps, calls] = await database.read(async ({ all }) => [
        await all(`SELECT id AS job_id, finished_at, input, output FROM jobs WHERE id IN (${list})`, ...jobIds),
        await all(`SELECT job_id, output FROM job_steps WHERE job_id IN (${list})`, ...jobIds),
        await all(`SELECT job_id, result AS output FROM provider_calls WHERE job_id IN (${list})`, ...jobIds),
      ]);
      const texts = Map.groupBy([...(steps ?? []), ...(calls ?? [])], idOf);
      return (jobs ?? []).map((job) => ({
        finishedAt: job['finished_at'] as number | null,
        texts: [job['input'], job['output'], ...(texts.get(idOf(job)) ?? []).map((row) => row['output'])] as string[],
      }));
    },
  };
}

function idOf(row: SqlRow): string {
  return row['job_id'] as string;
}
