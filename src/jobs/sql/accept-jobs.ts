import { AppError } from '../../core/errors.ts';
import type { Job, Json, WaitingFor } from '../job.ts';
import { ONCE_ONLY_MILLISECONDS, type JobStore, type NewJob, type OnceOnly } from '../job-store.ts';
import { toStoredJson } from '../stored-json.ts';
import { nextTurn } from './fair-turns.ts';
import type { JournalTransaction, RunTransaction } from './journal-transaction.ts';
import { requireId, requireInteger } from './requirements.ts';
import { JOB_COLUMNS, STEP_COLUMNS, toJob, toStepRecord } from './rows.ts';
import type { SqlDatabase, SqlRow, SqlSession } from '../../sql/sql-database.ts';

const MAXIMUM_KEY_LENGTH = 255;
const FIRST_ANSWER = 'SELECT fingerprint, answer FROM idempotency_keys WHERE user_id = $1 AND key = $2';
const SCHEDULED: WaitingFor = { reason: 'schedule', message: 'The job was asked for a later time.' };

/** How jobs come into the journal, and how those who asked for them take them back. */
export function acceptJobs(
  database: Pick<SqlDatabase, 'lockRow' | 'read'>,
  transaction: RunTransaction,
): Pick<JobStore, 'create' | 'createOnce' | 'answerOf' | 'wake' | 'requestCancel' | 'retry'> {
  return {
    async create(job) {
      const input = checkNewJob(job);
      return transaction((session, journal) => insertJob(session, journal, job, input));
    },

    async createOnce(job, { key, fingerprint, answer }) {
      const input = checkNewJob(job);
      requireId('idempotency key', key, MAXIMUM_KEY_LENGTH);
      const answerText = toStoredJson(answer, 'The answer to a request');
      return transaction(async (session, journal) => {
        const { now, run, get, send } = session;
        send('DELETE FROM idempotency_keys WHERE created_at <= $1', now - ONCE_ONLY_MILLISECONDS);
        const changes = await run(
          `INSERT INTO idempotency_keys (user_id, key, fingerprint, answer, created_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (user_id, key) DO NOTHING`,
          job.userId,
          key,
          fingerprint,
          answerText,
          now,
        );
        if (changes === 1) {
          await insertJob(session, journal, job, input);
          return { answer: JSON.parse(answerText) as Json, isReplay: false };
        }
        const first = await get(FIRST_ANSWER, job.userId, key);
        return { answer: answerIn(first ?? {}, { key, fingerprint }), isReplay: true };
      });
    },

    async wake(jobId) {
      return transaction(async ({ now, get }, journal) => {
        const row = await get(
          `SELECT ${JOB_COLUMNS} FROM jobs WHERE id = $1 AND state = 'waiting' ${database.lockRow}`,
          jobId,
        );
        const job = row && toJob(row);
        if (job?.waitingFor?.reason !== 'provider_works') return false;
        if (job.runAt > now) await journal.wait(jobId, now, job.waitingFor);
        return true;
      });
    },

    async answerOf(userId, once) {
      const row = await database.read(({ now, get }) =>
        get(`${FIRST_ANSWER} AND created_at > $3`, userId, once.key, now - ONCE_ONLY_MILLISECONDS),
      );
      return row && answerIn(row, once);
    },

    async requestCancel(jobId) {
      return transaction(async ({ now, get, send }, journal) => {
        const row = await get(`SELECT state FROM jobs WHERE id = $1 ${database.lockRow}`, jobId);
        const state = row?.['state'];
        if (state === 'queued' || state === 'waiting') await journal.cancel(jobId);
        if (state === 'running') {
          send('UPDATE jobs SET cancel_requested = 1, updated_at = $1 WHERE id = $2', now, jobId);
        }
        return journal.readJob(jobId);
      });
    },

    async retry(jobId, steps) {
      return transaction(async (session, journal) => {
        const { now, get, send } = session;
        const row = await get(`SELECT finished_at, user_id FROM jobs WHERE id = $1 ${database.lockRow}`, jobId);
        if (typeof row?.['finished_at'] !== 'number') return journal.readJob(jobId);
        for (const step of steps) {
          const changed = await get(
            `UPDATE job_steps SET state = 'interrupted', output = 'null' WHERE job_id = $1 AND name = $2 AND state = 'completed'
             RETURNING ${STEP_COLUMNS}`,
            jobId,
            step,
          );
          if (changed === undefined) continue;
          journal.appendStep(jobId, toStepRecord(changed));
          // Whoever has a finished step run again wants another result.
          send('UPDATE provider_calls SET superseded = 1 WHERE job_id = $1 AND step = $2', jobId, step);
        }
        send(
          `UPDATE jobs SET output = 'null', error = NULL, failure_kind = NULL, finished_at = NULL, cancel_requested = 0,
             progress = 0, progress_at = NULL, progress_per_second = NULL, progress_forgotten = 0, retries = 0, interruptions = 0, turn = $1,
             state = 'queued' WHERE id = $2`,
          await nextTurn(session, row['user_id'] as string),
          jobId,
        );
        // Whoever has it run again after an uncertain payment has decided to pay once more.
        send(
          `UPDATE provider_calls SET state = 'failed', finished_at = $1
           WHERE job_id = $2 AND state = 'intent' AND recovery = 'none' AND uncertain_repeats > 0`,
          now,
          jobId,
        );
        await journal.queue(jobId, now);
        return journal.readJob(jobId);
      });
    },
  };
}

/** Throws unless the job can be stored; gives its input as it is stored. */
function checkNewJob(job: NewJob): string {
  requireId('job id', job.id);
  requireId('userId', job.userId);
  requireInteger('priority', job.priority);
  requireInteger('runAt', job.runAt);
  return toStoredJson(job.input, 'The input of a job');
}

async function insertJob(session: SqlSession, journal: JournalTransaction, job: NewJob, input: string): Promise<Job> {
  const { now, get } = session;
  const isDelayed = job.runAt > now;
  const row = await get(
    `INSERT INTO jobs
       (id, user_id, state, input, priority, run_at, waiting_for, turn, callback_url, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING
     RETURNING ${JOB_COLUMNS}`,
    job.id,
    job.userId,
    isDelayed ? 'waiting' : 'queued',
    input,
    job.priority,
    job.runAt,
    isDelayed ? JSON.stringify(SCHEDULED) : null,
    isDelayed ? 0 : await nextTurn(session, job.userId),
    job.callbackUrl ?? null,
    now,
    now,
  );
  if (row === undefined) return journal.requireJob(job.id);
  const accepted = toJob(row);
  journal.appendStatus(accepted);
  return accepted;
}

function answerIn(row: SqlRow, { key, fingerprint }: Pick<OnceOnly, 'key' | 'fingerprint'>): Json {
  if (row['fingerprint'] !== fingerprint) throw keyReused(key);
  return JSON.parse(row['answer'] as string) as Json;
}

function keyReused(key: string): AppError {
  return new AppError({
    code: 'idempotency_key_reused',
    kind: 'invalid_input',
    message: `An idempotency key may be used for one request; ${JSON.stringify(key)} came with another one before.`,
  });
}
