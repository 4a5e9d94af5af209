import { FencedError } from '../fenced-error.ts';
import type { Job, JobError, JobEvent, Json, StepRecord, WaitingFor } from '../job.ts';
import type { Claim } from '../job-store.ts';
import { JOB_COLUMNS, STEP_COLUMNS, toJob, toStepRecord } from './rows.ts';
import type { SqlSession } from '../../sql/sql-database.ts';

/** Runs `work` in one transaction of the journal; whoever watches its events is told afterwards. */
export type RunTransaction = <T>(work: (session: SqlSession, journal: JournalTransaction) => Promise<T>) => Promise<T>;

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

  /** First statement of every write with a claim: no row means that someone else holds the job, or nobody may. */
  async fence(claim: Claim): Promise<{ readonly step: string | null; readonly cancelRequested: boolean }> {
    const row = await this.#session.get(
      `UPDATE jobs SET updated_at = $1 WHERE id = $2 AND epoch = $3 AND state = 'running' RETURNING step, cancel_requested`,
      this.#session.now,
      claim.jobId,
      claim.epoch,
    );
    if (row === undefined) throw new FencedError(claim);
    return { step: row['step'] as string | null, cancelRequested: row['cancel_requested'] === 1 };
  }

  async appendEvent(jobId: string, type: JobEvent['type'], data: Json): Promise<void> {
    await this.#session.run(
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
  async appendStatus({ id, status, error, waitingFor, runAt }: Job): Promise<void> {
    await this.appendEvent(id, 'status', { status, error, ...(waitingFor !== null && { waitingFor, runAt }) });
  }

  /** Of a step as it is now: the statement that changed it returned its row. */
  async appendStep(jobId: string, { name, status, attempts, provider, detail }: StepRecord): Promise<void> {
    await this.appendEvent(jobId, 'step', { name, status, attempts, provider, detail });
  }

  /** Steps that were cut together with their run. */
  async interruptSteps(jobId: string): Promise<void> {
    const cut = await this.#session.all(
      `UPDATE job_steps SET state = 'interrupted', suspended = 0, finished_at = $1 WHERE job_id = $2 AND state = 'running'
       RETURNING ${STEP_COLUMNS}`,
      this.#session.now,
      jobId,
    );
    for (const row of cut) await this.appendStep(jobId, toStepRecord(row));
  }

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
    if (row !== undefined) await this.appendStatus(toJob(row));
  }

  /** Fails a job that nobody holds, or whose holder says so. */
  async fail(jobId: string, error: JobError): Promise<void> {
    await this.interruptSteps(jobId);
    await this.#session.run(
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
    if (row !== undefined) await this.appendStatus(toJob(row));
  }
}
