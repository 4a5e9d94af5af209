/** One finished speech operation: the fields of its log line, and what the analytics count besides. Never the text. */
export type SpeechOperation = {
  /** Who spoke, or was asked last; null when nobody was asked. */
  readonly provider: string | null;
  readonly fallback_used: boolean;
  readonly execution_ms: number;
  readonly audio_duration_s: number;
  readonly video_id: string | null;
  readonly user_id: string;
  readonly status: 'success' | 'failed' | 'cancelled';
  /** ISO 8601 in UTC, when the operation ended. */
  readonly timestamp: string;
  readonly cached: boolean;
  readonly attempts: number;
  /** Null for a success. */
  readonly error_kind: string | null;
  readonly cost_usd: number;
  /** Null when the operation ended before a language was settled. */
  readonly language: string | null;
  /** Characters that were to be spoken. */
  readonly characters: number;
};
