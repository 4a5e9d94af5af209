import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { AppError, toAppError } from '../../core/errors.ts';
import {
  LATENCY_WINDOW,
  NONE,
  type SpeechFilter,
  type SpeechLatency,
  type SpeechLedger,
  type SpeechSums,
} from './speech-ledger.ts';
import type { SpeechOperation } from './speech-operation.ts';

const BUSY_TIMEOUT_MILLISECONDS = 5_000;
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE speech_operations (
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
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** The provider of the row that holds the percentiles of all together; no provider is named by the empty text. */
const EVERY_PROVIDER = '';

/**
 * The ledger in one SQLite file, which several processes may share. Its folder must exist. A call blocks the event loop for
 * one insert (some 30 microseconds); like a log line, the newest may be lost when the power fails, but not when the process
 * dies. Throws an AppError of kind `storage` when the file cannot be used.
 */
export function openSqliteSpeechLedger(options: { readonly path: string }): SpeechLedger {
  const database = withStorageErrors(() => openDatabase(options.path));
  const insert = database.prepare(
    `INSERT INTO speech_operations (ended_at, user_id, video_id, provider, language, status, error_kind, fallback_used,
       cached, attempts, characters, execution_ms, audio_ms, cost_nano_usd)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  return {
    async append(operation) {
      requireOperation(operation);
      withStorageErrors(() =>
        insert.run(
          Date.parse(operation.timestamp),
          operation.user_id,
          operation.video_id,
          operation.provider ?? NONE,
          operation.language ?? NONE,
          operation.status,
          operation.error_kind,
          operation.fallback_used ? 1 : 0,
          operation.cached ? 1 : 0,
          operation.attempts,
          operation.characters,
          operation.execution_ms,
          Math.round(operation.audio_duration_s * 1e3),
          Math.round(operation.cost_usd * 1e9),
        ),
      );
    },

    async summarise(filter) {
      const { where, values } = conditionsOf(filter);
      return withStorageErrors(() => {
        // One transaction, so that an operation that ends in between is in all three answers or in none.
        database.exec('BEGIN');
        try {
          return {
            sums: database
              .prepare(sumsQuery(where))
              .all(...values)
              .map(toSums),
            failures: database
              .prepare(
                `SELECT provider, coalesce(error_kind, 'internal') AS kind, count(*) AS count FROM speech_operations
                 WHERE ${where} AND status = 'failed' GROUP BY 1, 2 ORDER BY 1, 2`,
              )
              .all(...values)
              .map((row) => ({
                provider: row['provider'] as string,
                kind: row['kind'] as string,
                count: row['count'] as number,
              })),
            latencies: database
              .prepare(latencyQuery(where))
              .all(...values, LATENCY_WINDOW)
              .map(toLatency),
          };
        } finally {
          database.exec('COMMIT');
        }
      });
    },

    async close() {
      if (database.isOpen) database.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MILLISECONDS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version === 0) database.exec(SCHEMA);
    database.exec('COMMIT');
    if (version <= SCHEMA_VERSION) return database;
    throw new AppError({
      code: 'storage_failed',
      kind: 'storage',
      message: `The speech ledger must have schema version ${SCHEMA_VERSION} or less; ${path} has version ${version}, written by a newer release.`,
    });
  } catch (error) {
    database.close();
    throw error;
  }
}

function conditionsOf(filter: SpeechFilter): { where: string; values: (string | number)[] } {
  const conditions = ['1'];
  const values: (string | number)[] = [];
  if (filter.userId !== null) {
    conditions.push('user_id = ?');
    values.push(filter.userId);
  }
  if (filter.from !== undefined) {
    conditions.push('ended_at >= ?');
    values.push(filter.from);
  }
  if (filter.to !== undefined) {
    conditions.push('ended_at < ?');
    values.push(filter.to);
  }
  return { where: conditions.join(' AND '), values };
}

function sumsQuery(where: string): string {
  return `SELECT provider, language, date(ended_at / 86400000 * 86400, 'unixepoch') AS day, count(*) AS requests,
      sum(status = 'success') AS successes, sum(status = 'cancelled') AS cancelled, sum(fallback_used) AS fallbacks,
      sum(cached) AS cache_hits, sum(attempts) AS attempts, sum(characters) AS characters, sum(audio_ms) AS audio_ms,
      sum(cost_nano_usd) AS cost_nano_usd
    FROM speech_operations WHERE ${where} GROUP BY provider, language, ended_at / 86400000 ORDER BY 1, 2, 3`;
}

/** Nearest rank: the smallest time that at least p per cent of the window do not exceed. */
function latencyQuery(where: string): string {
  const windowOf = (partition: string) => `${partition} ORDER BY ended_at DESC, number DESC`;
  return `WITH spoken AS (
      SELECT number, ended_at, provider, execution_ms FROM speech_operations
      WHERE ${where} AND status = 'success' AND NOT cached
    ), recent AS (
      SELECT provider, execution_ms, row_number() OVER (${windowOf('PARTITION BY provider')}) AS age FROM spoken
      UNION ALL
      SELECT '${EVERY_PROVIDER}', execution_ms, row_number() OVER (${windowOf('')}) FROM spoken
    ), ranked AS (
      SELECT provider, execution_ms, row_number() OVER (PARTITION BY provider ORDER BY execution_ms) AS rank,
        count(*) OVER (PARTITION BY provider) AS samples
      FROM recent WHERE age <= ?
    )
    SELECT provider, samples, min(iif(rank * 100 >= samples * 50, execution_ms, NULL)) AS p50,
      min(iif(rank * 100 >= samples * 95, execution_ms, NULL)) AS p95,
      min(iif(rank * 100 >= samples * 99, execution_ms, NULL)) AS p99
    FROM ranked GROUP BY provider ORDER BY provider`;
}

type Row = Record<string, SQLOutputValue>;

// The casts below are safe because the table is STRICT.

function toSums(row: Row): SpeechSums {
  return {
    provider: row['provider'] as string,
    language: row['language'] as string,
    day: row['day'] as string,
    requests: row['requests'] as number,
    successes: row['successes'] as number,
    cancelled: row['cancelled'] as number,
    fallbacks: row['fallbacks'] as number,
    cacheHits: row['cache_hits'] as number,
    attempts: row['attempts'] as number,
    characters: row['characters'] as number,
    audioMilliseconds: row['audio_ms'] as number,
    costNanoUsd: row['cost_nano_usd'] as number,
  };
}

function toLatency(row: Row): SpeechLatency {
  return {
    provider: row['provider'] === EVERY_PROVIDER ? null : (row['provider'] as string),
    samples: row['samples'] as number,
    p50Milliseconds: row['p50'] as number,
    p95Milliseconds: row['p95'] as number,
    p99Milliseconds: row['p99'] as number,
  };
}

function requireOperation(operation: SpeechOperation): void {
  const numbers = {
    execution_ms: operation.execution_ms,
    audio_duration_s: operation.audio_duration_s,
    cost_usd: operation.cost_usd,
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

/** Whatever SQLite throws here comes from the disk or the file: the statements are fixed and the values are checked. */
function withStorageErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== 'internal_error' || (thrown as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw error;
    const message = `The speech ledger cannot be used: ${(thrown as Error).message}.`;
    throw new AppError({ code: 'storage_failed', kind: 'storage', message, cause: thrown });
  }
}
