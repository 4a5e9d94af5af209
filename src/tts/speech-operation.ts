import type { AppError } from '../core/errors.ts';
import type { ProviderOutcome } from './router/provider-tally.ts';

/** The log line of a speech operation: exactly these fields. Never the text. */
export type SpeechLogRecord = {
  /**
   * Who spoke, several as `a+b`; of a failure, whose `error_kind` it is; of a cancelled script, who was asked last. Null
   * when nobody was asked.
   */
  readonly provider: string | null;
  readonly fallback_used: boolean;
  readonly execution_ms: number;
  readonly audio_duration_s: number;
  readonly video_id: string | null;
  readonly user_id: string;
  readonly status: 'success' | 'failed' | 'cancelled';
  /** ISO 8601 in UTC, when the operation ended. */
  readonly timestamp: string;
  /** True when every utterance came from the cache. */
  readonly cached: boolean;
  /** Calls to all providers together. */
  readonly attempts: number;
  /** Null for a success. */
  readonly error_kind: string | null;
  /** Everything that was paid, also for speech that was thrown away. */
  readonly cost_usd: number;
  readonly trace_id: string | null;
};

/** One finished speech operation: its log line, and what is counted besides. */
export type SpeechOperation = SpeechLogRecord & {
  /** Null when the operation ended before a language was settled. */
  readonly language: string | null;
  /** Code points that were to be spoken. */
  readonly characters: number;
  /** The list price of what came from the cache, of the provider whose voice it is; 0 of an operation without a result. */
  readonly saved_usd: number;
  /** The part of the cost that was for providers that stood in for another. */
  readonly fallback_cost_usd: number;
  /** Who was asked, in order; those that were given up have an error kind. */
  readonly outcomes: readonly ProviderOutcome[];
};

/** Times are milliseconds since the Unix epoch. */
export function speechOperation(facts: {
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
  readonly costUsd: number;
  readonly error: AppError | undefined;
  readonly language: string | null;
  readonly characters: number;
  readonly savedUsd: number;
  readonly fallbackCostUsd: number;
  readonly outcomes: readonly ProviderOutcome[];
}): SpeechOperation {
  const { script, error, outcomes } = facts;
  return {
    provider: facts.provider,
    fallback_used: facts.fallbackUsed,
    execution_ms: Math.max(0, Math.round(facts.endedAt - facts.startedAt)),
    audio_duration_s: Math.round(facts.audioSeconds * 1000) / 1000,
    video_id: script.videoId ?? null,
    user_id: script.userId,
    status: error === undefined ? 'success' : error.kind === 'cancelled' ? 'cancelled' : 'failed',
    timestamp: new Date(facts.endedAt).toISOString(),
    cached: facts.isCached,
    attempts: outcomes.reduce((sum, { attempts }) => sum + attempts, 0),
    error_kind: error?.kind ?? null,
    cost_usd: facts.costUsd,
    trace_id: script.traceId ?? null,
    language: facts.language,
    characters: facts.characters,
    saved_usd: facts.savedUsd,
    fallback_cost_usd: facts.fallbackCostUsd,
    outcomes,
  };
}

/** The part of an operation that is logged. */
export function toLogRecord(operation: SpeechOperation): SpeechLogRecord {
  const {
    language: _language,
    characters: _characters,
    saved_usd: _saved,
    fallback_cost_usd: _fallbackCost,
    outcomes: _outcomes,
    ...record
  } = operation;
  return record;
}
