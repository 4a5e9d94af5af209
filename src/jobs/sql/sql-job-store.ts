import { AppError } from '../../core/errors.ts';
import type { JobStore } from '../job-store.ts';
import { decodeCursor, encodeCursor } from '../page-cursor.ts';
import { toStoredJson } from '../stored-json.ts';
import { JournalTransaction } from './journal-transaction.ts';
import { EVENT_COLUMNS, JOB_COLUMNS, STEP_COLUMNS, toJob, toJobEvent, toStepRecord } from './rows.ts';
import type { SqlDatabase, SqlSession } from './sql-database.ts';

const MAXIMUM_PAGE = 1_000;
const MAXIMUM_ID_LENGTH = 200;

/** The journal, in whatever database is handed in; closing the store closes it. */
export function createSqlJobStore(database: SqlDatabase): JobStore {
  const listeners = new Set<() => void>();

  async function transaction<T>(work: (session: SqlSession, journal: JournalTransaction) => Promise<T>): Promise<T> {
    let hasAppended = false;
    const result = await database.transaction(async (session) => {
      const journal = new JournalTransaction(session);
      const value = await work(session, journal);
      hasAppended = journal.hasAppended;
      return value;
    });
    // Behind the commit and outside the caller's stack: a listener that throws cannot make a durable write look failed.
    if (hasAppended) for (const listener of listeners) queueMicrotask(listener);
    return result;
  }

  return {
    async create(job) {
      requireId('job id', job.id);
      requireId('userId', job.userId);
      requireInteger('priority', job.priority);
      requireInteger('runAt', job.runAt);
      const input = toStoredJson(job.input, 'The input of a job');
      return transaction(async ({ now, run }, journal) => {
        const changes = await run(
          `INSERT INTO jobs (id, user_id, state, input, priority, run_at, created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
          job.id,
          job.userId,
          job.runAt > now ? 'waiting' : 'queued',
          input,
          job.priority,
          job.runAt,
          now,
          now,
        );
        if (changes === 1) await journal.appendStatus(job.id);
        return journal.requireJob(job.id);
      });
    },

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

    watchEvents(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },

    async claimNext({ workerId, leaseMilliseconds }) {
      requireLease(leaseMilliseconds);
      const { lockFreeRow } = database;
      return transaction(async ({ now, get }, journal) => {
        const next =
          (await get(
            `SELECT number FROM jobs WHERE state = 'running' AND lease_until <= $1
             ORDER BY lease_until, number LIMIT 1 ${lockFreeRow}`,
            now,
          )) ??
          (await get(
            `SELECT number FROM jobs WHERE state IN ('queued', 'waiting') AND run_at <= $1
             ORDER BY priority DESC, run_at, number LIMIT 1 ${lockFreeRow}`,
            now,
          ));
        if (next === undefined) return undefined;
        const row = await get(
          `UPDATE jobs SET state = 'running', epoch = epoch + 1, attempts = attempts + 1, worker_id = $1,
             lease_until = $2, started_at = coalesce(started_at, $3), progress_at = NULL, progress_per_second = NULL,
             updated_at = $3
           WHERE number = $4 RETURNING id, epoch`,
          workerId,
          now + leaseMilliseconds,
          now,
          next['number'] as number,
        );
        const claim = { jobId: row?.['id'] as string, epoch: row?.['epoch'] as number };
        await journal.interruptSteps(claim.jobId);
        await journal.appendStatus(claim.jobId);
        return claim;
      });
    },

    async renew(claim, leaseMilliseconds) {
      requireLease(leaseMilliseconds);
      return transaction(async ({ now, get }) => {
        const row = await get(
          `UPDATE jobs SET lease_until = $1 WHERE id = $2 AND epoch = $3 AND state = 'running' RETURNING cancel_requested`,
          now + leaseMilliseconds,
          claim.jobId,
          claim.epoch,
        );
        return { held: row !== undefined, cancelRequested: row?.['cancel_requested'] === 1 };
      });
    },

    async beginStep(claim, step) {
      requireId('step name', step);
      return transaction(async ({ now, run }, journal) => {
        await journal.fence(claim);
        const changes = await run(
          `INSERT INTO job_steps (job_id, name, state, attempts, started_at) VALUES ($1, $2, 'running', 1, $3)
           ON CONFLICT (job_id, name) DO UPDATE
           SET state = 'running', attempts = job_steps.attempts + 1, started_at = excluded.started_at, finished_at = NULL,
             provider = NULL, detail = NULL
           WHERE job_steps.state <> 'completed'`,
          claim.jobId,
          step,
          now,
        );
        if (changes === 1) {
          await run('UPDATE jobs SET step = $1 WHERE id = $2', step, claim.jobId);
          await journal.appendStep(claim.jobId, step);
        }
        return journal.requireStep(claim.jobId, step);
      });
    },

    async describeStep(claim, step, description) {
      await transaction(async ({ run }, journal) => {
        await journal.fence(claim);
        const changes = await run(
          `UPDATE job_steps SET provider = coalesce($1, provider), detail = coalesce($2, detail)
           WHERE job_id = $3 AND name = $4 AND state = 'running'`,
          description.provider ?? null,
          description.detail ?? null,
          claim.jobId,
          step,
        );
        if (changes === 0) throw notRunning(claim.jobId, step);
        await journal.appendStep(claim.jobId, step);
      });
    },

    async completeStep(claim, step, output) {
      const text = toStoredJson(output, `The result of step "${step}"`);
      await transaction(async ({ now, run }, journal) => {
        await journal.fence(claim);
        const changes = await run(
          `UPDATE job_steps SET state = 'completed', output = $1, finished_at = $2
           WHERE job_id = $3 AND name = $4 AND state = 'running'`,
          text,
          now,
          claim.jobId,
          step,
        );
        if (changes === 1) await journal.appendStep(claim.jobId, step);
        else if ((await journal.readStep(claim.jobId, step))?.status !== 'completed')
          throw notRunning(claim.jobId, step);
      });
    },

    async reportProgress(claim, progress, detail, progressPerSecond) {
      if (!(progress >= 0 && progress <= 1)) throw invalid(`"progress" must be from 0 to 1; got ${progress}.`);
      if (progressPerSecond !== undefined && !(progressPerSecond >= 0 && Number.isFinite(progressPerSecond))) {
        throw invalid(`"progressPerSecond" must be a finite number of 0 or more; got ${progressPerSecond}.`);
      }
      await transaction(async ({ now, run }, journal) => {
        const { step } = await journal.fence(claim);
        await run(
          'UPDATE jobs SET progress = $1, progress_at = $2, progress_per_second = $3 WHERE id = $4',
          progress,
          now,
          progressPerSecond ?? null,
          claim.jobId,
        );
        if (detail !== undefined && step !== null) {
          await run(
            `UPDATE job_steps SET detail = $1 WHERE job_id = $2 AND name = $3 AND state = 'running'`,
            detail,
            claim.jobId,
            step,
          );
        }
        await journal.appendEvent(claim.jobId, 'progress', { progress, step, detail: detail ?? null });
      });
    },

    async finish(claim, output) {
      const text = toStoredJson(output, 'The output of a job');
      await transaction(async ({ now, run }, journal) => {
        await journal.fence(claim);
        // A step that is still open was given up by a workflow that went on without it.
        await run(
          `UPDATE job_steps SET state = 'failed', finished_at = $1 WHERE job_id = $2 AND state = 'running'`,
          now,
          claim.jobId,
        );
        await run('UPDATE jobs SET output = $1, progress = 1 WHERE id = $2', text, claim.jobId);
        await journal.end(claim.jobId, 'completed');
      });
    },

    async fail(claim, { code, message, step }) {
      await transaction(async ({ now, run }, journal) => {
        await journal.fence(claim);
        if (step !== null) {
          await run(
            `UPDATE job_steps SET state = 'failed', finished_at = $1 WHERE job_id = $2 AND name = $3 AND state = 'running'`,
            now,
            claim.jobId,
            step,
          );
        }
        await journal.interruptSteps(claim.jobId);
        await run('UPDATE jobs SET error = $1 WHERE id = $2', JSON.stringify({ code, message, step }), claim.jobId);
        await journal.end(claim.jobId, 'failed');
      });
    },

    async release(claim, runAt) {
      requireInteger('runAt', runAt);
      await transaction(async ({ now }, journal) => {
        const { cancelRequested } = await journal.fence(claim);
        await journal.interruptSteps(claim.jobId);
        if (cancelRequested) await journal.end(claim.jobId, 'cancelled');
        else await journal.queue(claim.jobId, { state: runAt > now ? 'waiting' : 'queued', runAt });
      });
    },

    async markCancelled(claim) {
      await transaction(async (_session, journal) => {
        await journal.fence(claim);
        await journal.interruptSteps(claim.jobId);
        await journal.end(claim.jobId, 'cancelled');
      });
    },

    async requestCancel(jobId) {
      return transaction(async ({ now, get, run }, journal) => {
        const row = await get(`SELECT state FROM jobs WHERE id = $1 ${database.lockRow}`, jobId);
        const state = row?.['state'];
        if (state === 'queued' || state === 'waiting') await journal.end(jobId, 'cancelled');
        if (state === 'running') {
          await run('UPDATE jobs SET cancel_requested = 1, updated_at = $1 WHERE id = $2', now, jobId);
        }
        return journal.readJob(jobId);
      });
    },

    async expireAllLeases() {
      return transaction(async ({ all }, journal) => {
        const rows = await all(
          `SELECT id, run_at, cancel_requested FROM jobs WHERE state = 'running' ORDER BY number ${database.lockRow}`,
        );
        for (const row of rows) {
          const jobId = row['id'] as string;
          await journal.interruptSteps(jobId);
          if (row['cancel_requested'] === 1) await journal.end(jobId, 'cancelled');
          else await journal.queue(jobId, { state: 'queued', runAt: row['run_at'] as number });
        }
        return rows.length;
      });
    },

    close: () => database.close(),
  };
}

function requirePageSize(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAXIMUM_PAGE) {
    throw invalid(`"limit" must be a whole number from 1 to ${MAXIMUM_PAGE}; got ${limit}.`);
  }
}

function requireInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw invalid(`"${name}" must be a whole number; got ${value}.`);
}

function requireLease(leaseMilliseconds: number): void {
  if (!Number.isSafeInteger(leaseMilliseconds) || leaseMilliseconds < 1) {
    throw invalid(`"leaseMilliseconds" must be a whole number of 1 or more; got ${leaseMilliseconds}.`);
  }
}

/** SQLite would store a lone surrogate or cut at a NUL, and two different ids could become one. */
function requireId(name: string, value: string): void {
  const fits = value.length >= 1 && value.length <= MAXIMUM_ID_LENGTH && value.isWellFormed() && !value.includes('\0');
  if (!fits) {
    throw invalid(
      `"${name}" must be 1 to ${MAXIMUM_ID_LENGTH} well-formed characters without NUL; got ${JSON.stringify(value.slice(0, MAXIMUM_ID_LENGTH))}.`,
    );
  }
}

function invalid(message: string): AppError {
  return new AppError({ code: 'invalid_input', kind: 'invalid_input', message });
}

function notRunning(jobId: string, step: string): AppError {
  return new AppError({
    code: 'internal_error',
    kind: 'internal',
    message: `A step must be running to be described or completed; "${step}" of job ${jobId} is not.`,
  });
}
