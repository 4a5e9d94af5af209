import type { JobStore } from '../job-store.ts';
import type { SqlDatabase, SqlRow, SqlSession } from '../../sql/sql-database.ts';
import { queueDueJobs, takeTurn } from './fair-turns.ts';
import type { JournalTransaction, RunTransaction } from './journal-transaction.ts';
import { requireInteger, requireLease } from './requirements.ts';
import { JOB_COLUMNS, toJob } from './rows.ts';

/** A job that kills its worker each time would be taken up for ever, and take the others on that worker down with it. */
const MAXIMUM_INTERRUPTIONS = 10;

/** So that a cleaning keeps nobody waiting for long. */
const JOBS_FORGOTTEN_AT_ONCE = 20;

type Claiming = 'claimNext' | 'renew' | 'release' | 'suspend' | 'expireAllLeases' | 'forgetProgress';

/** Who holds a job, until when, and how it comes free. */
export function claimJobs(
  database: Pick<SqlDatabase, 'lockRow' | 'lockFreeRow'>,
  transaction: RunTransaction,
): Pick<JobStore, Claiming> {
  return {
    async claimNext({ workerId, leaseMilliseconds, maximumInterruptions = MAXIMUM_INTERRUPTIONS }) {
      requireLease(leaseMilliseconds);
      return transaction(async (session, journal) => {
        const { now, get } = session;
        const waits = await whatWaits(session);
        if (waits.due) await queueDueJobs(session, journal, database);
        const next =
          (waits.abandoned && (await takeAbandoned(session, journal, { ...database, maximumInterruptions }))) ||
          (waits.goingOn &&
            (await get(
              `SELECT number FROM jobs WHERE state = 'waiting' AND started_at IS NOT NULL AND run_at <= $1
               ORDER BY run_at, number LIMIT 1 ${database.lockFreeRow}`,
              now,
            ))) ||
          (await takeTurn(session, database));
        if (next === undefined) return undefined;
        const row = await get(
          `UPDATE jobs SET state = 'running', epoch = epoch + 1, attempts = attempts + 1, worker_id = $1,
             lease_until = $2, started_at = coalesce(started_at, $3), progress_at = NULL, progress_per_second = NULL,
             waiting_for = NULL, updated_at = $3
           WHERE number = $4 RETURNING ${JOB_COLUMNS}, epoch`,
          workerId,
          now + leaseMilliseconds,
          now,
          next['number'] as number,
        );
        if (row === undefined) return undefined;
        const job = toJob(row);
        journal.appendStatus(job);
        return { jobId: job.id, epoch: row['epoch'] as number, job };
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

    async release(claim) {
      await transaction(async ({ now }, journal) => {
        const { cancelRequested } = await journal.fence(claim);
        if (cancelRequested) {
          await journal.cancel(claim.jobId);
          return;
        }
        await journal.interruptSteps(claim.jobId);
        await journal.queue(claim.jobId, now);
      });
    },

    async suspend(claim, { delayMilliseconds, waitingFor }) {
      requireInteger('delayMilliseconds', delayMilliseconds);
      await transaction(async ({ now, send }, journal) => {
        const { cancelRequested } = await journal.fence(claim);
        if (cancelRequested) {
          await journal.cancel(claim.jobId);
          return;
        }
        send(`UPDATE job_steps SET suspended = 1 WHERE job_id = $1 AND state = 'running'`, claim.jobId);
        await journal.wait(claim.jobId, now + delayMilliseconds, waitingFor);
      });
    },

    async forgetProgress({ endedBefore }) {
      return transaction(async ({ all, send }) => {
        const rows = await all(
          `SELECT id FROM jobs WHERE finished_at IS NOT NULL AND progress_forgotten = 0 AND finished_at < $1
           ORDER BY finished_at LIMIT ${JOBS_FORGOTTEN_AT_ONCE} ${database.lockFreeRow}`,
          endedBefore,
        );
        for (const row of rows) {
          const jobId = row['id'] as string;
          send(`DELETE FROM job_events WHERE job_id = $1 AND type = 'progress'`, jobId);
          send('UPDATE jobs SET progress_forgotten = 1 WHERE id = $1', jobId);
        }
        return rows.length;
      });
    },

    async expireAllLeases({ maximumInterruptions = MAXIMUM_INTERRUPTIONS } = {}) {
      return transaction(async (session, journal) => {
        const rows = await session.all(
          `SELECT number, id, run_at, cancel_requested, interruptions FROM jobs WHERE state = 'running'
           ORDER BY number ${database.lockRow}`,
        );
        for (const row of rows) {
          if (await countInterruption(session, journal, row, maximumInterruptions)) continue;
          const jobId = row['id'] as string;
          if (row['cancel_requested'] === 1) await journal.cancel(jobId);
          else await journal.queue(jobId, row['run_at'] as number);
        }
        return rows.length;
      });
    },
  };
}

/** What there is besides queued jobs, most often nothing: one look, and no row is locked that is not taken. */
async function whatWaits({ now, get }: SqlSession): Promise<{ due: boolean; abandoned: boolean; goingOn: boolean }> {
  const row = await get(
    `SELECT
       EXISTS (SELECT 1 FROM jobs WHERE state = 'waiting' AND started_at IS NULL AND run_at <= $1) AS due,
       EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND lease_until <= $1) AS abandoned,
       EXISTS (SELECT 1 FROM jobs WHERE state = 'waiting' AND started_at IS NOT NULL AND run_at <= $1) AS going_on`,
    now,
  );
  return { due: row?.['due'] === 1, abandoned: row?.['abandoned'] === 1, goingOn: row?.['going_on'] === 1 };
}

/** The job whose lease has been over for longest; those that have killed too many workers are ended on the way. */
async function takeAbandoned(
  session: SqlSession,
  journal: JournalTransaction,
  options: Pick<SqlDatabase, 'lockFreeRow'> & { readonly maximumInterruptions: number },
): Promise<SqlRow | undefined> {
  for (;;) {
    const row = await session.get(
      `SELECT number, id, interruptions FROM jobs WHERE state = 'running' AND lease_until <= $1
       ORDER BY lease_until, number LIMIT 1 ${options.lockFreeRow}`,
      session.now,
    );
    if (row === undefined) return undefined;
    if (!(await countInterruption(session, journal, row, options.maximumInterruptions))) return row;
  }
}

/** True when that was one too many, and the job has failed. */
async function countInterruption(
  { send }: SqlSession,
  journal: JournalTransaction,
  row: SqlRow,
  maximum: number,
): Promise<boolean> {
  const jobId = row['id'] as string;
  const interruptions = (row['interruptions'] as number) + 1;
  await journal.interruptSteps(jobId);
  send('UPDATE jobs SET interruptions = $1 WHERE id = $2', interruptions, jobId);
  if (interruptions < maximum) return false;
  const { step } = await journal.requireJob(jobId);
  await journal.fail(jobId, {
    code: 'job_keeps_crashing',
    kind: 'internal',
    message: `The process that worked on this job died ${interruptions} times in a row without finishing a step.`,
    step,
  });
  return true;
}
