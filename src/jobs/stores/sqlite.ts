import { AppError } from '../../core/errors.ts';
import type { Clock } from '../../core/clock.ts';
import type { CrashPoint } from '../crash-point.ts';
import type { JobStore } from '../job-store.ts';
import { decodeCursor, encodeCursor } from '../page-cursor.ts';
import { toStoredJson } from '../stored-json.ts';
import { openSqliteDatabase } from '../../core/sqlite-database.ts';
import { createJournalWriter } from './sqlite/journal-writer.ts';
import { MIGRATIONS } from './sqlite/migrations.ts';
import { EVENT_COLUMNS, JOB_COLUMNS, STEP_COLUMNS, toJob, toJobEvent, toStepRecord } from './sqlite/rows.ts';

const MAXIMUM_PAGE = 1_000;
const MAXIMUM_ID_LENGTH = 200;

/**
 * The journal in one SQLite file. Its directory must exist. Calls block the event loop for the time of one commit
 * (0.2 to 3 ms on a local disk). Throws an AppError of kind `storage` when the file cannot be used.
 */
export function openSqliteJobStore(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly crashPoint?: CrashPoint;
}): JobStore {
  const { path, clock } = options;
  const database = openSqliteDatabase({
    path,
    migrations: MIGRATIONS,
    ...(options.crashPoint !== undefined && { crashPoint: options.crashPoint }),
  });
  const journal = createJournalWriter({ database, clock });
  const { transaction, fence, appendStatus, appendStep, appendEvent, interruptSteps, readJob } = journal;

  return {
    async create(job) {
      requireId('job id', job.id);
      requireId('userId', job.userId);
      requireInteger('priority', job.priority);
      requireInteger('runAt', job.runAt);
      const input = toStoredJson(job.input, 'The input of a job');
      return transaction((now) => {
        const { changes } = database
          .statement(
            `INSERT INTO jobs (id, user_id, state, input, priority, run_at, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
          )
          .run(job.id, job.userId, job.runAt > now ? 'waiting' : 'queued', input, job.priority, job.runAt, now, now);
        if (changes === 1) appendStatus(job.id);
        return journal.requireJob(job.id);
      });
    },

    async get(jobId) {
      return database.read(() => readJob(jobId));
    },

    async steps(jobId) {
      return database.read(() =>
        database
          .statement(`SELECT ${STEP_COLUMNS} FROM job_steps WHERE job_id = ? ORDER BY number`)
          .all(jobId)
          .map(toStepRecord),
      );
    },

    async list(filter) {
      requirePageSize(filter.limit);
      const conditions: string[] = [];
      const values: (string | number)[] = [];
      if (filter.userId !== undefined) {
        conditions.push('user_id = ?');
        values.push(filter.userId);
      }
      if (filter.status !== undefined) {
        conditions.push('state = ?');
        values.push(filter.status);
      }
      if (filter.cursor !== undefined) {
        conditions.push('number < ?');
        values.push(decodeCursor(filter.cursor));
      }
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      return database.read(() => {
        // One row more than asked for tells whether there is a next page.
        const rows = database
          .statement(`SELECT ${JOB_COLUMNS} FROM jobs ${where} ORDER BY number DESC LIMIT ?`)
          .all(...values, filter.limit + 1);
        const page = rows.slice(0, filter.limit);
        const last = page.at(-1);
        const nextCursor = rows.length > filter.limit && last ? encodeCursor(last['number'] as number) : null;
        return { jobs: page.map(toJob), nextCursor };
      });
    },

    async eventsSince(sequence, filter) {
      requirePageSize(filter.limit);
      requireInteger('sequence', sequence);
      return database.read(() => {
        const rows =
          filter.jobId === undefined
            ? database
                .statement(`SELECT ${EVENT_COLUMNS} FROM job_events WHERE sequence > ? ORDER BY sequence LIMIT ?`)
                .all(sequence, filter.limit)
            : database
                .statement(
                  `SELECT ${EVENT_COLUMNS} FROM job_events WHERE job_id = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
                )
                .all(filter.jobId, sequence, filter.limit);
        return rows.map(toJobEvent);
      });
    },

    async lastEventSequence() {
      return database.read(
        () => database.statement('SELECT coalesce(max(sequence), 0) AS last FROM job_events').get()?.['last'] as number,
      );
    },

    watchEvents: (listener) => journal.watch(listener),

    async claimNext({ workerId, leaseMilliseconds }) {
      requireLease(leaseMilliseconds);
      return transaction((now) => {
        const next =
          database
            .statement(
              `SELECT number FROM jobs WHERE state = 'running' AND lease_until <= ? ORDER BY lease_until, number LIMIT 1`,
            )
            .get(now) ??
          database
            .statement(
              `SELECT number FROM jobs WHERE state IN ('queued', 'waiting') AND run_at <= ?
               ORDER BY priority DESC, run_at, number LIMIT 1`,
            )
            .get(now);
        if (next === undefined) return undefined;
        const row = database
          .statement(
            `UPDATE jobs SET state = 'running', epoch = epoch + 1, attempts = attempts + 1, worker_id = ?,
               lease_until = ?, started_at = coalesce(started_at, ?), progress_at = NULL, progress_per_second = NULL,
               updated_at = ?
             WHERE number = ? RETURNING id, epoch`,
          )
          .get(workerId, now + leaseMilliseconds, now, now, next['number'] as number);
        const claim = { jobId: row?.['id'] as string, epoch: row?.['epoch'] as number };
        interruptSteps(claim.jobId);
        appendStatus(claim.jobId);
        return claim;
      });
    },

    async renew(claim, leaseMilliseconds) {
      requireLease(leaseMilliseconds);
      return transaction((now) => {
        const row = database
          .statement(
            `UPDATE jobs SET lease_until = ? WHERE id = ? AND epoch = ? AND state = 'running' RETURNING cancel_requested`,
          )
          .get(now + leaseMilliseconds, claim.jobId, claim.epoch);
        return { held: row !== undefined, cancelRequested: row?.['cancel_requested'] === 1 };
      });
    },

    async beginStep(claim, step) {
      requireId('step name', step);
      return transaction((now) => {
        fence(claim);
        const { changes } = database
          .statement(
            `INSERT INTO job_steps (job_id, name, state, attempts, started_at) VALUES (?, ?, 'running', 1, ?)
             ON CONFLICT (job_id, name) DO UPDATE
             SET state = 'running', attempts = attempts + 1, started_at = excluded.started_at, finished_at = NULL,
               provider = NULL, detail = NULL
             WHERE state <> 'completed'`,
          )
          .run(claim.jobId, step, now);
        if (changes === 1) {
          database.statement('UPDATE jobs SET step = ? WHERE id = ?').run(step, claim.jobId);
          appendStep(claim.jobId, step);
        }
        return journal.requireStep(claim.jobId, step);
      });
    },

    async describeStep(claim, step, description) {
      transaction(() => {
        fence(claim);
        const { changes } = database
          .statement(
            `UPDATE job_steps SET provider = coalesce(?, provider), detail = coalesce(?, detail)
             WHERE job_id = ? AND name = ? AND state = 'running'`,
          )
          .run(description.provider ?? null, description.detail ?? null, claim.jobId, step);
        if (changes === 0) throw notRunning(claim.jobId, step);
        appendStep(claim.jobId, step);
      });
    },

    async completeStep(claim, step, output) {
      const text = toStoredJson(output, `The result of step "${step}"`);
      transaction((now) => {
        fence(claim);
        const { changes } = database
          .statement(
            `UPDATE job_steps SET state = 'completed', output = ?, finished_at = ?
             WHERE job_id = ? AND name = ? AND state = 'running'`,
          )
          .run(text, now, claim.jobId, step);
        if (changes === 1) appendStep(claim.jobId, step);
        else if (journal.readStep(claim.jobId, step)?.status !== 'completed') throw notRunning(claim.jobId, step);
      });
    },

    async reportProgress(claim, progress, detail, progressPerSecond) {
      if (!(progress >= 0 && progress <= 1)) throw invalid(`"progress" must be from 0 to 1; got ${progress}.`);
      if (progressPerSecond !== undefined && !(progressPerSecond >= 0 && Number.isFinite(progressPerSecond))) {
        throw invalid(`"progressPerSecond" must be a finite number of 0 or more; got ${progressPerSecond}.`);
      }
      transaction((now) => {
        const { step } = fence(claim);
        database
          .statement('UPDATE jobs SET progress = ?, progress_at = ?, progress_per_second = ? WHERE id = ?')
          .run(progress, now, progressPerSecond ?? null, claim.jobId);
        if (detail !== undefined && step !== null) {
          database
            .statement(`UPDATE job_steps SET detail = ? WHERE job_id = ? AND name = ? AND state = 'running'`)
            .run(detail, claim.jobId, step);
        }
        appendEvent(claim.jobId, 'progress', { progress, step, detail: detail ?? null });
      });
    },

    async finish(claim, output) {
      const text = toStoredJson(output, 'The output of a job');
      transaction((now) => {
        fence(claim);
        // A step that is still open was given up by a workflow that went on without it.
        database
          .statement(`UPDATE job_steps SET state = 'failed', finished_at = ? WHERE job_id = ? AND state = 'running'`)
          .run(now, claim.jobId);
        database.statement('UPDATE jobs SET output = ?, progress = 1 WHERE id = ?').run(text, claim.jobId);
        journal.end(claim.jobId, 'completed');
      });
    },

    async fail(claim, error) {
      transaction((now) => {
        fence(claim);
        if (error.step !== null) {
          database
            .statement(
              `UPDATE job_steps SET state = 'failed', finished_at = ? WHERE job_id = ? AND name = ? AND state = 'running'`,
            )
            .run(now, claim.jobId, error.step);
        }
        interruptSteps(claim.jobId);
        const { code, message, step } = error;
        database
          .statement('UPDATE jobs SET error = ? WHERE id = ?')
          .run(JSON.stringify({ code, message, step }), claim.jobId);
        journal.end(claim.jobId, 'failed');
      });
    },

    async release(claim, runAt) {
      requireInteger('runAt', runAt);
      transaction((now) => {
        const { cancelRequested } = fence(claim);
        interruptSteps(claim.jobId);
        if (cancelRequested) journal.end(claim.jobId, 'cancelled');
        else journal.queue(claim.jobId, { state: runAt > now ? 'waiting' : 'queued', runAt });
      });
    },

    async markCancelled(claim) {
      transaction(() => {
        fence(claim);
        interruptSteps(claim.jobId);
        journal.end(claim.jobId, 'cancelled');
      });
    },

    async requestCancel(jobId) {
      return transaction((now) => {
        const job = readJob(jobId);
        if (job?.status === 'queued' || job?.status === 'waiting') journal.end(jobId, 'cancelled');
        if (job?.status === 'running') {
          database.statement('UPDATE jobs SET cancel_requested = 1, updated_at = ? WHERE id = ?').run(now, jobId);
        }
        return readJob(jobId);
      });
    },

    async expireAllLeases() {
      return transaction(() => {
        const rows = database
          .statement(`SELECT id, run_at, cancel_requested FROM jobs WHERE state = 'running' ORDER BY number`)
          .all();
        for (const row of rows) {
          const jobId = row['id'] as string;
          interruptSteps(jobId);
          if (row['cancel_requested'] === 1) journal.end(jobId, 'cancelled');
          else journal.queue(jobId, { state: 'queued', runAt: row['run_at'] as number });
        }
        return rows.length;
      });
    },

    async close() {
      database.close();
    },
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
