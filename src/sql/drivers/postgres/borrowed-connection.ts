import { createHash } from 'node:crypto';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { AppError } from '../../../core/errors.ts';
import type { Timer } from '../../../core/timer.ts';
import type { SqlRow, SqlValue } from '../../sql-database.ts';
import { isConnectionLost, toPostgresFault } from './faults.ts';

/** A connection that is ours until the work is over. Statements are sent at once and answered in their order. */
export type BorrowedConnection = {
  /** One statement, parsed once for each connection. Rejects with an AppError, as toPostgresFault makes it. */
  query(sql: string, values: readonly SqlValue[]): Promise<QueryResult<SqlRow>>;
  /** Statements without values, in one round trip; resolves with the result of the last one. */
  script(sql: string): Promise<QueryResult<SqlRow>>;
  /** What `pg` threw for the first statement that failed. */
  firstFailure(): unknown;
  isLost(): boolean;
};

/**
 * Lends a connection of the pool for as long as `work` takes, at most `deadlineMilliseconds`; after that the promise rejects,
 * and statements that still come are refused. A connection that broke, or was left in the middle of something, is closed.
 */
export async function borrowConnection<T>(
  pool: Pool,
  options: { readonly timer: Timer; readonly deadlineMilliseconds: number; readonly where: string },
  work: (connection: BorrowedConnection) => Promise<T>,
): Promise<T> {
  const { timer, deadlineMilliseconds, where } = options;
  const client = await pool.connect().catch((error: unknown) => {
    throw toPostgresFault(error, where);
  });
  const state = { isOver: false, isLost: false, firstFailure: undefined as unknown };
  const lose = (): void => {
    state.isLost = true;
  };
  // Without a listener the end of a connection would end the process.
  client.on('error', lose);
  const deadline = Promise.withResolvers<never>();
  const stopDeadline = timer.start(deadlineMilliseconds, () => {
    lose();
    deadline.reject(tooLong(deadlineMilliseconds));
  });
  try {
    return await Promise.race([work(createConnection(client, state, where)), deadline.promise]);
  } finally {
    stopDeadline();
    state.isOver = true;
    client.release(state.isLost);
    client.off('error', lose);
  }
}

function createConnection(
  client: PoolClient,
  state: { readonly isOver: boolean; isLost: boolean; firstFailure: unknown },
  where: string,
): BorrowedConnection {
  const { stream } = client.connection;
  let isCorked = false;
  /** What is asked for in one go leaves in one packet. */
  const cork = (): void => {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    process.nextTick(() => {
      isCorked = false;
      stream.uncork();
    });
  };
  const ask = async <R>(send: () => Promise<R>): Promise<R> => {
    if (state.isOver) throw new Error('A statement must be asked for before its transaction is over.');
    cork();
    try {
      return await send();
    } catch (error) {
      state.firstFailure ??= error;
      if (isConnectionLost(error)) state.isLost = true;
      throw toPostgresFault(error, where);
    }
  };
  return {
    query: (sql, values) => ask(() => client.query<SqlRow>({ name: nameOf(sql), text: sql, values: [...values] })),
    async script(sql) {
      const results: QueryResult<SqlRow> | readonly QueryResult<SqlRow>[] = await ask(() => client.query<SqlRow>(sql));
      return Array.isArray(results) ? results.at(-1) : results;
    },
    firstFailure: () => state.firstFailure,
    isLost: () => state.isLost,
  };
}

const names = new Map<string, string>();

/** PostgreSQL cuts names at 63 bytes. The texts are those in our sources, so there is an end to them. */
function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) names.set(sql, (name = createHash('sha256').update(sql).digest('hex').slice(0, 40)));
  return name;
}

function tooLong(milliseconds: number): AppError {
  return new AppError({
    code: 'storage_failed',
    kind: 'storage',
    message: `A transaction must end within ${milliseconds / 1000} s; one did not and was given up.`,
  });
}
