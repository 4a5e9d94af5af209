import { createId } from '../../core/ids.ts';
import { FencedError } from '../fenced-error.ts';
import type { Job, JobError, JobEvent, Json, StepRecord, WaitingFor } from '../job.ts';
import type { Claim, ProgressReport } from '../job-store.ts';
import { hostOf } from '../webhook-outbox.ts';
import { JOB_COLUMNS, STEP_COLUMNS, toJob, toStepRecord } from './rows.ts';
import type { SqlSession, SqlValue, TransactionOptions } from '../../sql/sql-database.ts';

/** Runs `work` in one transaction of the journal; whoever watches its events is told afterwards. */
export type RunTransaction = <T>(
  work: (session: SqlSession, journal: JournalTransaction) => Promise<T>,
  options?: TransactionOptions,
) => Promise<T>;

/** Columns of a job, and what they become. */
type JobChanges = Partial<
  Readonly<
    Record<
      'step' | 'retries' | 'interruptions' | 'output' | 'progress' | 'progress_at' | 'progress_per_second',
      SqlValue
    >
  >
>;

const CALLING_OFF: WaitingFor = { reason: 'provider_works', message: 'The provider is told to stop.' };

/** What a holder must know of its job. */
type Held = { readonly step: string | null; readonly cancelRequested: boolean };

/**
 * The pieces that every write of the journal is put together from, within one transaction: a change and the event that tells
 * of it are committed together or not at all.
 */
export class JournalTransaction {
  readonly #session: SqlSession;
  #hasAppended = false;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  /** True once an event was appended. */
  get hasAppended(): boolean {
    return this.#hasAppended;
  }

  /**
   * First statement of every write with a claim, with what the write changes of the job itself: no row means that someone else
   * holds the job, or nobody may.
   */
  async fence(claim: Claim, changes: JobChanges = {}): Promise<Held> {
    const set = Object.keys(changes).map((column, index) => `, ${column} = $${index + 4}`);
    const row = await this.#session.get(
      `UPDATE jobs SET updated_at = $1${set.join('')} WHERE id = $2 AND epoch = $3 AND state = 'running'
       RETURNING step, cancel_requested`,
      this.#session.now,
      claim.jobId,
      claim.epoch,
      ...Object.values(changes),
    );
    if (row === undefined) throw new FencedError(claim);
    return { step: row['step'] as string | null, cancelRequested: row['cancel_requested'] === 1 };
  }

  /** `work` in one trip with the fence before it; what it did is taken back when that did not hold. */
  async behindFence<T>(claim: Claim, changes: JobChanges, work: () => Promise<T>): Promise<T> {
    const fence = this.fence(claim, changes);
    const result = work();
    result.catch(() => {});
    await fence;
    return result;
  }

  appendEvent(jobId: string, type: JobEvent['type'], data: Json): void {
    this.#session.send(
      'INSERT INTO job_events (job_id, type, data, at) VALUES ($1, $2, $3, $4)',
      jobId,
      type,
      JSON.stringify(data),
      this.#session.now,
    );
    this.#hasAppended = true;
  }

  async readJob(jobId: string): Promise<Job | undefined> {
    const row = await this.#session.get(`SELECT ${JOB_COLUMNS} FROM jobs WHERE id = $1`, jobId);
    return row && toJob(row);
  }

  async requireJob(jobId: string): Promise<Job> {
    const job = await this.readJob(jobId);
    if (job === undefined) throw new Error(`Job ${jobId} is not in the journal.`);
    return job;
  }

  async readStep(jobId: string, step: string): Promise<StepRecord | undefined> {
    const sql = `SELECT ${STEP_COLUMNS} FROM job_steps WHERE job_id = $1 AND name = $2`;
    const row = await this.#session.get(sql, jobId, step);
    return row && toStepRecord(row);
  }

  async requireStep(jobId: string, step: string): Promise<StepRecord> {
    const record = await this.readStep(jobId, step);
    if (record === undefined) throw new Error(`Step "${step}" of job ${jobId} is not in the journal.`);
    return record;
  }

  /** Of a job as it is now: the statement that changed it returned its row. */
  appendStatus({ id, status, error, waitingFor, runAt }: Job): void {
    this.appendEvent(id, 'status', { status, error, ...(waitingFor !== null && { waitingFor, runAt }) });
  }

  /** Of a step as it is now: the statement that changed it returned its row. */
  appendStep(jobId: string, { name, status, attempts, provider, detail }: StepRecord): void {
    this.appendEvent(jobId, 'step', { name, status, attempts, provider, detail });
  }

  appendProgress(jobId: string, step: string | null, { progress, detail }: ProgressReport): void {
    this.appendEvent(jobId, 'progress', { progress, step, detail: detail ?? null });
  }

  /** Steps that were cut together with their run. */
  async interruptSteps(jobId: string): Promise<void> {
    const cut = await this.#session.all(
      `UPDATE job_steps SET state = 'interrupted', suspended = 0, finished_at = $1 WHERE job_id = $2 AND state = 'running'
       RETURNING ${STEP_COLUMNS}`,
      this.#session.now,
      jobId,
    );
    for (const row of cut) this.appendStep(jobId, toStepRecord(row));
  }

  /** With the news of it for whoever asked to be called. */
  async end(jobId: string, state: 'completed' | 'failed' | 'cancelled'): Promise<void> {
    const { now } = this.#session;
    const row = await this.#session.get(
      `UPDATE jobs SET state = $1, finished_at = $2, updated_at = $3, worker_id = NULL, lease_until = NULL,
         waiting_for = NULL WHERE id = $4 RETURNING ${JOB_COLUMNS}`,
      state,
      now,
      now,
      jobId,
    );
    const url = row?.['callback_url'];
    if (typeof url === 'string') {
      this.#session.send(
        `INSERT INTO webhook_deliveries (id, job_id, user_id, url, host, job_status, state, next_attempt_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8)`,
        createId('msg', now),
        jobId,
        row?.['user_id'] as string,
        url,
        hostOf(url),
        state,
        now,
        now,
      );
    }
    if (row !== undefined) this.appendStatus(toJob(row));
  }

  /**
   * Ends a job that was asked to stop. While a provider works for it, a worker has to call that off first: the job waits for
   * one, at once.
   */
  async cancel(jobId: string): Promise<void> {
    await this.interruptSteps(jobId);
    const open = await this.#session.get(
      `SELECT 1 AS found FROM provider_calls WHERE job_id = $1 AND state = 'intent' AND reference IS NOT NULL LIMIT 1`,
      jobId,
    );
    if (open === undefined) {
      await this.end(jobId, 'cancelled');
      return;
    }
    this.#session.send('UPDATE jobs SET cancel_requested = 1 WHERE id = $1', jobId);
    await this.wait(jobId, this.#session.now, CALLING_OFF);
  }

  /** Fails a job that nobody holds, or whose holder says so. */
  async fail(jobId: string, error: JobError): Promise<void> {
    await this.interruptSteps(jobId);
    this.#session.send(
      'UPDATE jobs SET error = $1, failure_kind = $2 WHERE id = $3',
      JSON.stringify(error),
      error.kind,
      jobId,
    );
    await this.end(jobId, 'failed');
  }

  async queue(jobId: string, runAt: number): Promise<void> {
    await this.#letGo(jobId, { state: 'queued', runAt, waitingFor: null });
  }

  async wait(jobId: string, runAt: number, waitingFor: WaitingFor): Promise<void> {
    await this.#letGo(jobId, { state: 'waiting', runAt, waitingFor });
  }

  async #letGo(
    jobId: string,
    next: { readonly state: 'queued' | 'waiting'; readonly runAt: number; readonly waitingFor: WaitingFor | null },
  ): Promise<void> {
    const row = await this.#session.get(
      `UPDATE jobs SET state = $1, run_at = $2, waiting_for = $3, updated_at = $4, worker_id = NULL, lease_until = NULL
       WHERE id = $5 RETURNING ${JOB_COLUMNS}`,
      next.state,
      next.runAt,
      next.waitingFor && JSON.stringify(next.waitingFor),
      this.#session.now,
      jobId,
    );
    if (row !== undefined) this.appendStatus(toJob(row));
  }
}
