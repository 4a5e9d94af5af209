import { AppError } from '../../core/errors.ts';
import type { JobStore } from '../job-store.ts';
import { toStoredJson } from '../stored-json.ts';
import type { RunTransaction } from './journal-transaction.ts';
import { invalid, requireId, requireInteger, requireLease } from './requirements.ts';
import type { SqlDatabase } from '../../sql/sql-database.ts';

type Running =
  | 'claimNext'
  | 'renew'
  | 'beginStep'
  | 'describeStep'
  | 'completeStep'
  | 'reportProgress'
  | 'finish'
  | 'fail'
  | 'release'
  | 'markCancelled'
  | 'expireAllLeases';

/** What workers do with jobs: claim them, run their steps, and end or release them. */
export function runJobs(
  database: Pick<SqlDatabase, 'lockRow' | 'lockFreeRow'>,
  transaction: RunTransaction,
): Pick<JobStore, Running> {
  return {
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
  };
}

function notRunning(jobId: string, step: string): AppError {
  return new AppError({
    code: 'internal_error',
    kind: 'internal',
    message: `A step must be running to be described or completed; "${step}" of job ${jobId} is not.`,
  });
}
