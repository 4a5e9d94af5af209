import { AppError } from '../../core/errors.ts';
import type { JobStore, ProgressReport } from '../job-store.ts';
import { toStoredJson } from '../stored-json.ts';
import type { JournalTransaction, RunTransaction } from './journal-transaction.ts';
import { invalid, requireId, requireInteger } from './requirements.ts';
import { STEP_COLUMNS, toStepRecord } from './rows.ts';
import type { SqlSession } from '../../sql/sql-database.ts';

type Running =
  | 'beginStep'
  | 'describeStep'
  | 'completeStep'
  | 'reportProgress'
  | 'finish'
  | 'fail'
  | 'retryLater'
  | 'markCancelled';

/**
 * What workers do with the jobs that they hold: run their steps, and end them. Who holds a job is decided by its epoch, so the
 * times in here are for people.
 */
export function runJobs(runTransaction: RunTransaction): Pick<JobStore, Running> {
  const transaction: RunTransaction = (work) => runTransaction(work, { time: 'close' });
  return {
    async beginStep(claim, step) {
      requireId('step name', step);
      return transaction(async ({ now, get }, journal) => {
        const row = await journal.behindFence(claim, { step }, () =>
          get(
            `INSERT INTO job_steps (job_id, name, state, attempts, started_at) VALUES ($1, $2, 'running', 1, $3)
             ON CONFLICT (job_id, name) DO UPDATE
             SET state = 'running', attempts = job_steps.attempts + 1 - job_steps.suspended, finished_at = NULL, suspended = 0,
               started_at = CASE job_steps.suspended WHEN 1 THEN job_steps.started_at ELSE excluded.started_at END,
               provider = CASE job_steps.suspended WHEN 1 THEN job_steps.provider END,
               detail = CASE job_steps.suspended WHEN 1 THEN job_steps.detail END
             WHERE job_steps.state <> 'completed' RETURNING ${STEP_COLUMNS}`,
            claim.jobId,
            step,
            now,
          ),
        );
        if (row === undefined) return journal.requireStep(claim.jobId, step);
        const record = toStepRecord(row);
        journal.appendStep(claim.jobId, record);
        return record;
      });
    },

    async describeStep(claim, step, description) {
      await transaction(async ({ get }, journal) => {
        const row = await journal.behindFence(claim, {}, () =>
          get(
            `UPDATE job_steps SET provider = coalesce($1, provider), detail = coalesce($2, detail)
             WHERE job_id = $3 AND name = $4 AND state = 'running' RETURNING ${STEP_COLUMNS}`,
            description.provider ?? null,
            description.detail ?? null,
            claim.jobId,
            step,
          ),
        );
        if (row === undefined) throw notRunning(claim.jobId, step);
        journal.appendStep(claim.jobId, toStepRecord(row));
      });
    },

    async completeStep(claim, step, output, report) {
      const text = toStoredJson(output, `The result of step "${step}"`);
      if (report !== undefined) requireProgress(report);
      await transaction(async ({ now, get }, journal) => {
        const changes = { retries: 0, interruptions: 0, ...(report && progressColumns(report, now)) };
        const row = await journal.behindFence(claim, changes, () =>
          get(
            `UPDATE job_steps SET state = 'completed', output = $1, finished_at = $2
             WHERE job_id = $3 AND name = $4 AND state = 'running' RETURNING ${STEP_COLUMNS}`,
            text,
            now,
            claim.jobId,
            step,
          ),
        );
        if (row !== undefined) {
          journal.appendStep(claim.jobId, toStepRecord(row));
          if (report !== undefined) journal.appendProgress(claim.jobId, step, report);
        } else if ((await journal.readStep(claim.jobId, step))?.status !== 'completed') {
          throw notRunning(claim.jobId, step);
        }
      });
    },

    async reportProgress(claim, report) {
      requireProgress(report);
      await transaction(async ({ now, send }, journal) => {
        const { step } = await journal.fence(claim, progressColumns(report, now));
        if (report.detail !== undefined && step !== null) {
          send(
            `UPDATE job_steps SET detail = $1 WHERE job_id = $2 AND name = $3 AND state = 'running'`,
            report.detail,
            claim.jobId,
            step,
          );
        }
        journal.appendProgress(claim.jobId, step, report);
      });
    },

    async finish(claim, output) {
      const text = toStoredJson(output, 'The output of a job');
      await transaction(async ({ now, send }, journal) => {
        await journal.behindFence(claim, { output: text, progress: 1 }, () => {
          // A step that is still open was given up by a workflow that went on without it.
          send(
            `UPDATE job_steps SET state = 'failed', finished_at = $1 WHERE job_id = $2 AND state = 'running'`,
            now,
            claim.jobId,
          );
          return journal.end(claim.jobId, 'completed');
        });
      });
    },

    async fail(claim, error) {
      await transaction(async (session, journal) => {
        await journal.fence(claim);
        await failStep(session, journal, claim.jobId, error.step);
        await journal.fail(claim.jobId, error);
      });
    },

    async retryLater(claim, { step, delayMilliseconds, waitingFor }) {
      requireInteger('delayMilliseconds', delayMilliseconds);
      // Every process compares the time of the next try with the database's.
      await runTransaction(async (session, journal) => {
        const { cancelRequested } = await journal.fence(claim);
        await failStep(session, journal, claim.jobId, step);
        if (cancelRequested) {
          await journal.cancel(claim.jobId);
          return;
        }
        await journal.interruptSteps(claim.jobId);
        if (waitingFor.reason === 'retry') {
          session.send('UPDATE jobs SET retries = retries + 1 WHERE id = $1', claim.jobId);
        }
        await journal.wait(claim.jobId, session.now + delayMilliseconds, waitingFor);
      });
    },

    async markCancelled(claim) {
      await transaction(async (_session, journal) => {
        await journal.fence(claim);
        await journal.interruptSteps(claim.jobId);
        await journal.end(claim.jobId, 'cancelled');
      });
    },
  };
}

function requireProgress({ progress, progressPerSecond }: ProgressReport): void {
  if (!(progress >= 0 && progress <= 1)) throw invalid(`"progress" must be from 0 to 1; got ${progress}.`);
  if (progressPerSecond !== undefined && !(progressPerSecond >= 0 && Number.isFinite(progressPerSecond))) {
    throw invalid(`"progressPerSecond" must be a finite number of 0 or more; got ${progressPerSecond}.`);
  }
}

function progressColumns({ progress, progressPerSecond }: ProgressReport, now: number) {
  return { progress, progress_at: now, progress_per_second: progressPerSecond ?? null };
}

async function failStep(
  { now, get }: SqlSession,
  journal: JournalTransaction,
  jobId: string,
  step: string | null,
): Promise<void> {
  if (step === null) return;
  const row = await get(
    `UPDATE job_steps SET state = 'failed', finished_at = $1 WHERE job_id = $2 AND name = $3 AND state = 'running'
     RETURNING ${STEP_COLUMNS}`,
    now,
    jobId,
    step,
  );
  if (row !== undefined) journal.appendStep(jobId, toStepRecord(row));
}

function notRunning(jobId: string, step: string): AppError {
  return new AppError({
    code: 'internal_error',
    kind: 'internal',
    message: `A step must be running to be described or completed; "${step}" of job ${jobId} is not.`,
  });
}
