import type { Job, JobError, JobEvent, JobStatus, Json, StepRecord, StepStatus, WaitingFor } from '../job.ts';
import type { CallRecovery, ProviderCall, ProviderCallState } from '../provider-call.ts';
import type { SqlRow } from '../../sql/sql-database.ts';

export const JOB_COLUMNS =
  'number, id, user_id, state, input, output, error, step, progress, progress_at, progress_per_second, attempts, retries,' +
  ' priority, run_at, waiting_for, cancel_requested, callback_url, created_at, started_at, finished_at, updated_at';

export const STEP_COLUMNS = 'name, state, attempts, started_at, finished_at, provider, detail, output';

export const CALL_COLUMNS =
  'key, job_id, step, provider, request_hash, recovery, state, sends, uncertain_repeats, reference, result,' +
  ' cost_nano_usd, estimated_nano_usd, is_fallback, started_at, finished_at';

export const NANO_USD = 1e9;

export const EVENT_COLUMNS = 'sequence, job_id, type, data, at';

// The casts below are safe because every table is STRICT and its CHECK constraints list the same literals.

export function toJob(row: SqlRow): Job {
  return {
    id: row['id'] as string,
    userId: row['user_id'] as string,
    status: row['state'] as JobStatus,
    input: JSON.parse(row['input'] as string) as Json,
    output: JSON.parse(row['output'] as string) as Json,
    error: row['error'] === null ? null : (JSON.parse(row['error'] as string) as JobError),
    step: row['step'] as string | null,
    progress: row['progress'] as number,
    progressAt: row['progress_at'] as number | null,
    progressPerSecond: row['progress_per_second'] as number | null,
    attempts: row['attempts'] as number,
    retries: row['retries'] as number,
    priority: row['priority'] as number,
    runAt: row['run_at'] as number,
    waitingFor: row['waiting_for'] === null ? null : (JSON.parse(row['waiting_for'] as string) as WaitingFor),
    cancelRequested: row['cancel_requested'] === 1,
    callbackUrl: row['callback_url'] as string | null,
    createdAt: row['created_at'] as number,
    startedAt: row['started_at'] as number | null,
    finishedAt: row['finished_at'] as number | null,
    updatedAt: row['updated_at'] as number,
  };
}

export function toStepRecord(row: SqlRow): StepRecord {
  return {
    name: row['name'] as string,
    status: row['state'] as StepStatus,
    attempts: row['attempts'] as number,
    startedAt: row['started_at'] as number,
    finishedAt: row['finished_at'] as number | null,
    provider: row['provider'] as string | null,
    detail: row['detail'] as string | null,
    output: JSON.parse(row['output'] as string) as Json,
  };
}

export function toProviderCall(row: SqlRow): ProviderCall {
  return {
    key: row['key'] as string,
    jobId: row['job_id'] as string,
    step: row['step'] as string,
    provider: row['provider'] as string,
    requestHash: row['request_hash'] as string,
    recovery: row['recovery'] as CallRecovery,
    estimatedUsd: (row['estimated_nano_usd'] as number) / NANO_USD,
    isFallback: row['is_fallback'] === 1,
    state: row['state'] as ProviderCallState,
    sends: row['sends'] as number,
    uncertainRepeats: row['uncertain_repeats'] as number,
    reference: row['reference'] as string | null,
    result: JSON.parse(row['result'] as string) as Json,
    costUsd: (row['cost_nano_usd'] as number) / NANO_USD,
    startedAt: row['started_at'] as number,
    finishedAt: row['finished_at'] as number | null,
  };
}

export function toJobEvent(row: SqlRow): JobEvent {
  return {
    sequence: row['sequence'] as number,
    jobId: row['job_id'] as string,
    type: row['type'] as JobEvent['type'],
    data: JSON.parse(row['data'] as string) as Json,
    at: row['at'] as number,
  };
}
