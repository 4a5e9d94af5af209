import { AppError } from '../../core/errors.ts';
import type { SqlDatabase, SqlRow } from '../../sql/sql-database.ts';
import {
  LATENCY_WINDOW,
  NONE,
  type SpeechFilter,
  type SpeechLatency,
  type SpeechLedger,
  type SpeechSummary,
  type SpeechSums,
} from '../analytics/speech-ledger.ts';
import type { SpeechOperation } from '../speech-operation.ts';

/** Forward-only: an entry that has been released never changes. */
export const SPEECH_LEDGER_MIGRATIONS: readonly string[] = [
  `CREATE TABLE speech_operations (
    number INTEGER PRIMARY KEY,
    ended_at INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    video_id TEXT,
    provider TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('success', 'failed', 'cancelled')),
    error_kind TEXT,
    fallback_used INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    execution_ms REAL NOT NULL,
    audio_ms INTEGER NOT NULL,
    cost_nano_usd INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX speech_operations_by_user ON speech_operations (user_id, ended_at);
  CREATE INDEX speech_operations_by_time ON speech_operations (ended_at);
  CREATE INDEX speech_operations_spoken ON speech_operations (provider, ended_at, execution_ms)
    WHERE status = 'success' AND cached = 0;
  CREATE TABLE given_up (
    ended_at INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    language TEXT NOT NULL,
    error_kind TEXT NOT NULL,
    attempts INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX given_up_by_user ON given_up (user_id, ended_at);
  CREATE INDEX given_up_by_time ON given_up (ended_at);`,
  `ALTER TABLE speech_operations ADD COLUMN saved_nano_usd INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE speech_operations ADD COLUMN fallback_cost_nano_usd INTEGER NOT NULL DEFAULT 0;`,
];

const DAY_MILLISECONDS = 86_400_000;

/** The ledger in whatever database is handed in; closing the ledger closes it. */
export function createSqlSpeechLedger(database: SqlDatabase): SpeechLedger {
  return {
    async append(operation) {
      requireOperation(operation);
      const endedAt = Date.parse(operation.timestamp);
      const language = operation.language ?? NONE;
      await database.transaction(async ({ send }) => {
        send(
          `INSERT INTO speech_operations (ended_at, user_id, video_id, provider, language, status, error_kind,
             fallback_used, cached, attempts, characters, execution_ms, audio_ms, cost_nano_usd,
             saved_nano_usd, fallback_cost_nano_usd)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
          endedAt,
          operation.user_id,
          operation.video_id,
          operation.provider ?? NONE,
          language,
          operation.status,
          operation.error_kind,
          operation.fallback_used ? 1 : 0,
          operation.cached ? 1 : 0,
          operation.attempts,
          operation.characters,
          operation.execution_ms,
          Math.round(operation.audio_duration_s * 1e3),
          Math.round(operation.cost_usd * 1e9),
          Math.round(operation.saved_usd * 1e9),
          Math.round(operation.fallback_cost_usd * 1e9),
        );
        for (const { provider, errorKind, attempts } of givenUp(operation)) {
          send(
            `INSERT INTO given_up (ended_at, user_id, provider, language, error_kind, attempts)
             VALUES ($1, $2, $3, $4, $5, $6)`,
            endedAt,
            operation.user_id,
            provider,
            language,
            errorKind,
            attempts,
          );
        }
      });
    },

    async summarise(filter) {
      const { where, values } = conditionsOf(filter);
      // On one state, so that an operation that ends in between is in all the answers or in none.
      return database.read(async ({ all }): Promise<SpeechSummary> => {
        const sums = (await all(sumsQuery(where), ...values)).map(toSums);
        const givenUpSums = (await all(givenUpQuery(where), ...values)).map(toSums);
        const latencies: SpeechLatency[] = [];
        for (const provider of [null, ...new Set(sums.map((sum) => sum.provider))]) {
          const ofProvider = provider === null ? '' : `AND provider = $${values.length + 1}`;
          const query = `${newestTimesQuery(where)} ${ofProvider} ORDER BY ended_at DESC, number DESC LIMIT ${LATENCY_WINDOW}`;
          const latency = toLatency(provider, await all(query, ...values, ...(provider === null ? [] : [provider])));
          if (latency !== undefined) latencies.push(latency);
        }
        return {
          sums,
          givenUp: givenUpSums,
          failures: (await all(failuresQuery(where), ...values)).map(toFailures),
          givenUpFailures: (await all(givenUpFailuresQuery(where), ...values)).map(toFailures),
          latencies,
        };
      });
    },

    close: () => database.close(),
  };
}

/** Those that failed although the operation went on with another; the one that it ended with is told by its own row. */
function givenUp({ provider, outcomes }: SpeechOperation) {
  return outcomes.flatMap((outcome) =>
    outcome.errorKind === null || outcome.provider === provider ? [] : [{ ...outcome, errorKind: outcome.errorKind }],
  );
}

function conditionsOf(filter: SpeechFilter): { where: string; values: (string | number)[] } {
  const conditions = ['TRUE'];
  const values: (string | number)[] = [];
  const demand = (condition: string, value: string | number): void => {
    values.push(value);
    conditions.push(`${condition} $${values.length}`);
  };
  if (filter.userId !== null) demand('user_id =', filter.userId);
  if (filter.from !== undefined) demand('ended_at >=', filter.from);
  if (filter.to !== undefined) demand('ended_at <', filter.to);
  return { where: conditions.join(' AND '), values };
}

function sumsQuery(where: string): string {
  return `SELECT provider, language, ended_at / ${DAY_MILLISECONDS} AS day, count(*) AS requests,
      sum(CASE WHEN status = 'success' THEN 1 ELSE 0 END) AS successes,
      sum(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) AS cancelled, sum(fallback_used) AS fallbacks,
      sum(cached) AS cache_hits, sum(attempts) AS attempts, sum(characters) AS characters, sum(audio_ms) AS audio_ms,
      sum(cost_nano_usd) AS cost_nano_usd,
      sum(CASE WHEN video_id IS NULL THEN cost_nano_usd ELSE 0 END) AS cost_without_video_nano_usd,
      sum(saved_nano_usd) AS saved_nano_usd, sum(fallback_cost_nano_usd) AS fallback_cost_nano_usd,
      sum(CASE WHEN video_id IS NULL THEN fallback_cost_nano_usd ELSE 0 END) AS fallback_cost_without_video_nano_usd
    FROM speech_operations WHERE ${where} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
}

function givenUpQuery(where: string): string {
  return `SELECT provider, language, ended_at / ${DAY_MILLISECONDS} AS day, count(*) AS requests, 0 AS successes,
      0 AS cancelled, 0 AS fallbacks, 0 AS cache_hits, 0 AS attempts, 0 AS characters, 0 AS audio_ms, 0 AS cost_nano_usd,
      0 AS cost_without_video_nano_usd, 0 AS saved_nano_usd, 0 AS fallback_cost_nano_usd,
      0 AS fallback_cost_without_video_nano_usd
    FROM given_up WHERE ${where} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
}

function failuresQuery(where: string): string {
  return `SELECT provider, coalesce(error_kind, 'internal') AS kind, count(*) AS count FROM speech_operations
    WHERE ${where} AND status = 'failed' GROUP BY 1, 2 ORDER BY 1, 2`;
}

function givenUpFailuresQuery(where: string): string {
  return `SELECT provider, error_kind AS kind, count(*) AS count FROM given_up WHERE ${where} GROUP BY 1, 2 ORDER BY 1, 2`;
}

function newestTimesQuery(where: string): string {
  return `SELECT execution_ms FROM speech_operations WHERE ${where} AND status = 'success' AND cached = 0`;
}

// The casts below are safe because the tables are STRICT.

function toSums(row: SqlRow): SpeechSums {
  return {
    provider: row['provider'] as string,
    language: row['language'] as string,
    day: new Date((row['day'] as number) * DAY_MILLISECONDS).toISOString().slice(0, 10),
    requests: row['requests'] as number,
    successes: row['successes'] as number,
    cancelled: row['cancelled'] as number,
    fallbacks: row['fallbacks'] as number,
    cacheHits: row['cache_hits'] as number,
    attempts: row['attempts'] as number,
    characters: row['characters'] as number,
    audioMilliseconds: row['audio_ms'] as number,
    costNanoUsd: row['cost_nano_usd'] as number,
    costWithoutVideoNanoUsd: row['cost_without_video_nano_usd'] as number,
    savedNanoUsd: row['saved_nano_usd'] as number,
    fallbackCostNanoUsd: row['fallback_cost_nano_usd'] as number,
    fallbackCostWithoutVideoNanoUsd: row['fallback_cost_without_video_nano_usd'] as number,
  };
}

function toFailures(row: SqlRow): SpeechSummary['failures'][number] {
  return { provider: row['provider'] as string, kind: row['kind'] as string, count: row['count'] as number };
}

/** Nearest rank: the smallest time that at least p per cent of the window do not exceed. */
function toLatency(provider: string | null, rows: readonly SqlRow[]): SpeechLatency | undefined {
  if (rows.length === 0) return undefined;
  const times = Float64Array.from(rows, (row) => row['execution_ms'] as number).sort();
  const atRank = (percent: number) => times[Math.ceil((percent * times.length) / 100) - 1] ?? 0;
  return {
    provider,
    samples: times.length,
    p50Milliseconds: atRank(50),
    p95Milliseconds: atRank(95),
    p99Milliseconds: atRank(99),
  };
}

function requireOperation(operation: SpeechOperation): void {
  const numbers = {
    execution_ms: operation.execution_ms,
    audio_duration_s: operation.audio_duration_s,
    cost_usd: operation.cost_usd,
    saved_usd: operation.saved_usd,
    fallback_cost_usd: operation.fallback_cost_usd,
    attempts: operation.attempts,
    characters: operation.characters,
    timestamp: Date.parse(operation.timestamp),
  };
  for (const [name, value] of Object.entries(numbers)) {
    const isCount = name === 'attempts' || name === 'characters';
    if (value >= 0 && Number.isFinite(value) && (!isCount || Number.isInteger(value))) continue;
    const rule = isCount ? 'a whole number from 0' : name === 'timestamp' ? 'an ISO 8601 date' : 'a number from 0';
    throw new AppError({
      code: 'invalid_value',
      kind: 'invalid_input',
      message: `${name} of a speech operation must be ${rule}; it is ${name === 'timestamp' ? operation.timestamp : value}.`,
    });
  }
}
