import type { Clock } from '../../../core/clock.ts';
import { FencedError } from '../../fenced-error.ts';
import type { Job, JobEvent, Json, StepRecord } from '../../job.ts';
import type { Claim } from '../../job-store.ts';
import type { SqliteDatabase } from '../../../core/sqlite-database.ts';
import { JOB_COLUMNS, STEP_COLUMNS, toJob, toStepRecord } from './rows.ts';

/**
 * The pieces that every write of the journal is put together from. All but `transaction` and `watch` belong inside a
 * transaction: a change and the event that tells of it are committed together or not at all.
 */
export function createJournalWriter(options: { readonly database: SqliteDatabase; readonly clock: Clock }) {
  const { database, clock } = options;
  const listeners = new Set<() => void>();
  let appended = false;
  let now = 0;

  function transaction<T>(work: (now: number) => T): T {
    appended = false;
    const result = database.transaction(() => {
      now = clock.now();
      return work(now);
    });
    // Behind the commit and outside the caller's stack: a listener that throws cannot make a durable write look failed.
    if (appended) for (const listener of listeners) queueMicrotask(listener);
    return result;
  }

  function watch(listener: () => void): () => void {
    const own = () => listener();
    listeners.add(own);
    return () => listeners.delete(own);
  }

  /** First statement of every write with a claim: no row means that someone else holds the job, or nobody may. */
  function fence(claim: Claim): { readonly step: string | null; readonly cancelRequested: boolean } {
    const row = database
      .statement(
        `UPDATE jobs SET updated_at = ? WHERE id = ? AND epoch = ? AND state = 'running' RETURNING step, cancel_requested`,
      )
      .get(now, claim.jobId, claim.epoch);
    if (row === undefined) throw new FencedError(claim);
    return { step: row['step'] as string | null, cancelRequested: row['cancel_requested'] === 1 };
  }

  function appendEvent(jobId: string, type: JobEvent['type'], data: Json): void {
    database
      .statement('INSERT INTO job_events (job_id, type, data, at) VALUES (?, ?, ?, ?)')
      .run(jobId, type, JSON.stringify(data), now);
    appended = true;
  }

  function readJob(jobId: string): Job | undefined {
    const row = database.statement(`SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ?`).get(jobId);
    return row && toJob(row);
  }

  function requireJob(jobId: string): Job {
    const job = readJob(jobId);
    if (job === undefined) throw new Error(`Job ${jobId} is not in the journal.`);
    return job;
  }

  function readStep(jobId: string, step: string): StepRecord | undefined {
    const row = database
      .statement(`SELECT ${STEP_COLUMNS} FROM job_steps WHERE job_id = ? AND name = ?`)
      .get(jobId, step);
    return row && toStepRecord(row);
  }

  function requireStep(jobId: string, step: string): StepRecord {
    const record = readStep(jobId, step);
    if (record === undefined) throw new Error(`Step "${step}" of job ${jobId} is not in the journal.`);
    return record;
  }

  function appendStatus(jobId: string): void {
    const row = database.statement('SELECT state, error FROM jobs WHERE id = ?').get(jobId);
    if (row === undefined) throw new Error(`Job ${jobId} is not in the journal.`);
    const error = row['error'] === null ? null : (JSON.parse(row['error'] as string) as Json);
    appendEvent(jobId, 'status', { status: row['state'] as string, error });
  }

  function appendStep(jobId: string, step: string): void {
    const { name, status, attempts, provider, detail } = requireStep(jobId, step);
    appendEvent(jobId, 'step', { name, status, attempts, provider, detail });
  }

  /** Steps that were cut together with their run. */
  function interruptSteps(jobId: string): void {
    const cut = database
      .statement(
        `UPDATE job_steps SET state = 'interrupted', finished_at = ? WHERE job_id = ? AND state = 'running' RETURNING name`,
      )
      .all(now, jobId);
    for (const row of cut) appendStep(jobId, row['name'] as string);
  }

  function end(jobId: string, state: 'completed' | 'failed' | 'cancelled'): void {
    database
      .statement(
        `UPDATE jobs SET state = ?, finished_at = ?, updated_at = ?, worker_id = NULL, lease_until = NULL WHERE id = ?`,
      )
      .run(state, now, now, jobId);
    appendStatus(jobId);
  }

  function queue(jobId: string, next: { readonly state: 'queued' | 'waiting'; readonly runAt: number }): void {
    database
      .statement(
        'UPDATE jobs SET state = ?, run_at = ?, updated_at = ?, worker_id = NULL, lease_until = NULL WHERE id = ?',
      )
      .run(next.state, next.runAt, now, jobId);
    appendStatus(jobId);
  }

  return {
    transaction,
    watch,
    fence,
    appendEvent,
    appendStatus,
    appendStep,
    readJob,
    requireJob,
    readStep,
    requireStep,
    interruptSteps,
    end,
    queue,
  };
}
