import type { JobStore } from '../job-store.ts';
import { decodeCursor, encodeCursor } from '../page-cursor.ts';
import { JournalTransaction } from './journal-transaction.ts';
import { requireInteger, requirePageSize } from './requirements.ts';
import { EVENT_COLUMNS, JOB_COLUMNS, STEP_COLUMNS, toJob, toJobEvent, toStepRecord } from './rows.ts';
import type { SqlDatabase } from '../../sql/sql-database.ts';

/** What the journal can be asked. */
export function readJobs(
  database: Pick<SqlDatabase, 'read'>,
): Pick<JobStore, 'get' | 'steps' | 'list' | 'eventsSince' | 'lastEventSequence' | 'readyJobs' | 'statistics'> {
  return {
    get: (jobId) => database.read((session) => new JournalTransaction(session).readJob(jobId)),

    async steps(jobId) {
      const sql = `SELECT ${STEP_COLUMNS} FROM job_steps WHERE job_id = $1 ORDER BY number`;
      return (await database.read(({ all }) => all(sql, jobId))).map(toStepRecord);
    },

    async list(filter) {
      requirePageSize(filter.limit);
      const conditions: string[] = [];
      const values: (string | number)[] = [];
      const demand = (column: string, value: string | number): void => {
        values.push(value);
        conditions.push(`${column} $${values.length}`);
      };
      if (filter.userId !== undefined) demand('user_id =', filter.userId);
      if (filter.status !== undefined) demand('state =', filter.status);
      if (filter.failureKind !== undefined) demand("state = 'failed' AND failure_kind =", filter.failureKind);
      if (filter.cursor !== undefined) demand('number <', decodeCursor(filter.cursor));
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      const sql = `SELECT ${JOB_COLUMNS} FROM jobs ${where} ORDER BY number DESC LIMIT $${values.length + 1}`;
      // One row more than asked for tells whether there is a next page.
      const rows = await database.read(({ all }) => all(sql, ...values, filter.limit + 1));
      const page = rows.slice(0, filter.limit);
      const last = page.at(-1);
      const nextCursor = rows.length > filter.limit && last ? encodeCursor(last['number'] as number) : null;
      return { jobs: page.map(toJob), nextCursor };
    },

    async eventsSince(sequence, { jobId, limit }) {
      requirePageSize(limit);
      requireInteger('sequence', sequence);
      const select = `SELECT ${EVENT_COLUMNS} FROM job_events WHERE`;
      const rows = await database.read(({ all }) =>
        jobId === undefined
          ? all(`${select} sequence > $1 ORDER BY sequence LIMIT $2`, sequence, limit)
          : all(`${select} job_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`, jobId, sequence, limit),
      );
      return rows.map(toJobEvent);
    },

    async lastEventSequence() {
      const row = await database.read(({ get }) => get('SELECT coalesce(max(sequence), 0) AS last FROM job_events'));
      return row?.['last'] as number;
    },

    async readyJobs({ limit }) {
      const rows = await database.read(async ({ now, all }) => {
        const select = 'SELECT id, attempts FROM jobs WHERE';
        const found = [
          ...(await all(`${select} state = 'running' AND lease_until <= $1 ORDER BY lease_until LIMIT $2`, now, limit)),
          ...(await all(`${select} state = 'waiting' AND run_at <= $1 ORDER BY run_at LIMIT $2`, now, limit)),
        ];
        const rest = limit - found.length;
        return rest <= 0
          ? found
          : [...found, ...(await all(`${select} state = 'queued' ORDER BY turn, number LIMIT $1`, rest))];
      });
      return rows.map((row) => ({ jobId: row['id'] as string, attempts: row['attempts'] as number }));
    },

    async statistics() {
      const row = await database.read(({ now, get }) =>
        get(
          `SELECT
             (SELECT count(*) FROM jobs WHERE state = 'queued') AS queued,
             (SELECT count(*) FROM jobs WHERE state = 'waiting' AND run_at <= $1) AS due,
             (SELECT count(*) FROM jobs WHERE state = 'waiting' AND run_at > $1) AS waiting,
             (SELECT count(*) FROM jobs WHERE state = 'running' AND lease_until <= $1) AS abandoned,
             (SELECT count(*) FROM jobs WHERE state = 'running' AND lease_until > $1) AS running,
             (SELECT min(run_at) FROM jobs WHERE state = 'queued') AS oldest_queued,
             (SELECT min(run_at) FROM jobs WHERE state = 'waiting' AND run_at <= $1) AS oldest_due,
             (SELECT min(lease_until) FROM jobs WHERE state = 'running' AND lease_until <= $1) AS oldest_abandoned,
             CAST($1 AS BIGINT) AS now`,
          now,
        ),
      );
      const count = (name: string): number => Number(row?.[name] ?? 0);
      const since = ['oldest_queued', 'oldest_due', 'oldest_abandoned'].flatMap((name) => row?.[name] ?? []);
      const oldest = Math.min(count('now'), ...since.map(Number));
      return {
        ready: count('queued') + count('due') + count('abandoned'),
        running: count('running'),
        waiting: count('waiting'),
        oldestReadySeconds: (count('now') - oldest) / 1000,
      };
    },
  };
}
