import type { AppError } from '../../core/errors.ts';

/** What is logged about one speech operation. Never the text. */
export type OperationRecord = {
  readonly provider: string | null;
  readonly fallback_used: boolean;
  readonly execution_ms: number;
  readonly audio_duration_s: number;
  readonly video_id: string | null;
  readonly user_id: string;
  readonly status: 'success' | 'failed' | 'cancelled';
  readonly timestamp: string;
  readonly cached: boolean;
  readonly attempts: number;
  readonly error_kind: string | null;
  readonly cost_usd: number;
  readonly trace_id: string | null;
};

/** Times are milliseconds since the Unix epoch; `timestamp` is when the operation ended. */
export function operationRecord(operation: {
  readonly provider: string | null;
  readonly fallbackUsed: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly audioSeconds: number;
  readonly script: {
    readonly userId: string;
    readonly videoId?: string | undefined;
    readonly traceId?: string | undefined;
  };
  readonly isCached: boolean;
  readonly attempts: number;
  readonly costUsd: number;
  readonly error: AppError | undefined;
}): OperationRecord {
  const { script, error } = operation;
  return {
    provider: operation.provider,
    fallback_used: operation.fallbackUsed,
    execution_ms: Math.round(operation.endedAt - operation.startedAt),
    audio_duration_s: Math.round(operation.audioSeconds * 1000) / 1000,
    video_id: script.videoId ?? null,
    user_id: script.userId,
    status: error === undefined ? 'success' : error.kind === 'cancelled' ? 'cancelled' : 'failed',
    timestamp: new Date(operation.endedAt).toISOString(),
    cached: operation.isCached,
    attempts: operation.attempts,
    error_kind: error?.kind ?? null,
    cost_usd: operation.costUsd,
    trace_id: script.traceId ?? null,
  };
}
