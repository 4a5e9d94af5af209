import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { jitteredDelayMilliseconds } from '../../core/retry.ts';
import { systemTimer, type Timer } from '../../core/timer.ts';
import type { SqlDatabase, SqlSession, TransactionOptions } from '../sql-database.ts';
import { createAnnouncements } from './postgres/announcements.ts';
import { borrowConnection } from './postgres/borrowed-connection.ts';
import { createConnectionPool } from './postgres/connection-pool.ts';
import {
  connectionSettings,
  LONGEST_TRANSACTION_MILLISECONDS,
  TRANSACTION_TIMEOUT_MILLISECONDS,
} from './postgres/connection-settings.ts';
import { createDatabaseTime, timeOf } from './postgres/database-time.ts';
import { isCollision, toPostgresFault } from './postgres/faults.ts';
import { migrate, MIGRATION_TIMEOUT_MILLISECONDS } from './postgres/migrate.ts';
import { runTransaction, type CommitPoint, type TransactionKind } from './postgres/transaction.ts';

const DEFAULT_CONNECTIONS = 10;
const ATTEMPTS = 5;
const COLLISION_BACKOFF = { baseMilliseconds: 10, capMilliseconds: 200 };
/** A server that no longer answers must not keep a process from ending. */
const CLOSE_MILLISECONDS = 5_000;

/**
 * A database of PostgreSQL 12 or later, on a connection of its own for each transaction and one more for announcements; a
 * pooler between them must pool by session. Brings the tables of `migrationSet` up to date. Throws an AppError of kind
 * `storage` when the server cannot be used or a newer release has written the database.
 */
export async function openPostgresDriver(options: {
  readonly url: string;
  readonly migrations: readonly string[];
  /** The module that the migrations belong to; several share a database. */
  readonly migrationSet: string;
  /** The schema that holds the tables, created when it is missing; without it, what the role's search path says. */
  readonly schema?: string;
  /** Without it, the database tells the time, and so the same to every process. */
  readonly clock?: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly timer?: Timer;
  readonly random?: () => number;
  readonly maximumConnections?: number;
  /** Called around every commit, so that the chaos tests can kill the process there. */
  readonly crashPoint?: CommitPoint;
}): Promise<SqlDatabase> {
  const {
    migrations,
    migrationSet,
    schema,
    clock,
    log,
    timer = systemTimer,
    random = Math.random,
    crashPoint,
  } = options;
  const { client, where } = connectionSettings({ url: options.url, ...(schema !== undefined && { schema }) });
  const pool = createConnectionPool({
    client,
    maximumConnections: options.maximumConnections ?? DEFAULT_CONNECTIONS,
    onIdleFault(error) {
      log.warn({ err: toPostgresFault(error, where) }, 'An idle connection to PostgreSQL broke; the next one is new');
    },
  });
  const announcements = createAnnouncements({ client, channel: channelOf(schema), where, timer, random, log });
  const pause = (milliseconds: number) => new Promise<void>((resolve) => void timer.start(milliseconds, resolve));

  const time = clock === undefined ? createDatabaseTime() : timeOf(clock);

  async function transact<T>(
    kind: TransactionKind,
    work: (session: SqlSession) => Promise<T>,
    { time: precision = 'exact' }: TransactionOptions = {},
  ): Promise<T> {
    const deadlineMilliseconds = TRANSACTION_TIMEOUT_MILLISECONDS;
    for (let attempt = 1; ; attempt += 1) {
      let failure: unknown;
      try {
        return await borrowConnection(pool, { timer, deadlineMilliseconds, where }, async (connection) => {
          try {
            return await runTransaction(connection, { kind, time, precision, where, crashPoint }, work);
          } finally {
            failure = connection.firstFailure();
          }
        });
      } catch (error) {
        if (!isCollision(failure) || attempt === ATTEMPTS) throw error;
      }
      await pause(jitteredDelayMilliseconds(attempt, COLLISION_BACKOFF, random));
    }
  }

  async function close(): Promise<void> {
    const closed = Promise.allSettled([announcements.close(), pool.end()]);
    const giveUp = Promise.withResolvers<void>();
    const stop = timer.start(CLOSE_MILLISECONDS, giveUp.resolve);
    await Promise.race([closed, giveUp.promise]);
    stop();
  }

  try {
    const set = { name: migrationSet, migrations };
    const deadlineMilliseconds = MIGRATION_TIMEOUT_MILLISECONDS;
    await borrowConnection(pool, { timer, deadlineMilliseconds, where }, (connection) =>
      runTransaction(connection, { kind: 'change', time, precision: 'exact', where }, () =>
        migrate(connection, { set, schema, where }),
      ),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    transaction: (work, transactionOptions) => transact('change', work, transactionOptions),
    read: (work) => transact('read', work),
    lockRow: 'FOR UPDATE',
    lockFreeRow: 'FOR UPDATE SKIP LOCKED',
    longestTransactionMilliseconds: LONGEST_TRANSACTION_MILLISECONDS,
    announce: announcements.announce,
    onAnnouncement: announcements.onAnnouncement,
    close,
  };
}

/** Channels belong to the database, not to a schema. */
function channelOf(schema: string | undefined): string {
  return schema === undefined ? 'ai_video_engineer_events' : `ai_video_engineer_events_${schema}`;
}
