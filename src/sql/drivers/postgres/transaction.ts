import type { Clock } from '../../../core/clock.ts';
import type { SqlSession } from '../../sql-database.ts';
import type { BorrowedConnection } from './borrowed-connection.ts';
import { outcomeUnknown, toPostgresFault } from './faults.ts';

/** How a transaction begins, and how far it sees. */
export type TransactionKind = 'change' | 'read';

const BEGIN: Readonly<Record<TransactionKind, string>> = {
  change: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE',
  read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
};
const NOW = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now';

export type CommitPoint = (name: 'transaction.before_commit' | 'transaction.committed') => void;

/**
 * Runs `work` between BEGIN and COMMIT on one connection, once. Rejects with what `work` threw, after a ROLLBACK, or with
 * an AppError; one that says so when the connection broke during the COMMIT.
 */
export async function runTransaction<T>(
  connection: BorrowedConnection,
  options: {
    readonly kind: TransactionKind;
    /** Without it, the database tells the time: the clocks of several machines differ. */
    readonly clock?: Clock | undefined;
    readonly where: string;
    readonly crashPoint?: CommitPoint | undefined;
  },
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  const { kind, clock, where, crashPoint = () => {} } = options;
  const now = await begin(connection, kind, clock);
  const sent: Promise<unknown>[] = [];
  let result: T;
  try {
    result = await work(createSession(connection, now, sent));
    crashPoint('transaction.before_commit');
  } catch (error) {
    // What the work threw counts. A connection on which this fails too is lost, and with it the transaction.
    if (!connection.isLost()) await connection.script('ROLLBACK').catch(() => {});
    throw error;
  }
  await commit(connection, sent, where);
  crashPoint('transaction.committed');
  return result;
}

/** The time comes in the same trip. */
async function begin(connection: BorrowedConnection, kind: TransactionKind, clock: Clock | undefined): Promise<number> {
  const begun = connection.script(BEGIN[kind]);
  if (clock === undefined) {
    const [, { rows }] = await Promise.all([begun, connection.query(NOW, [])]);
    return Number(rows[0]?.['now']);
  }
  await begun;
  return clock.now();
}

/** In one trip with the last of what was `sent`, which the server turns into a rollback when one of them fails. */
async function commit(connection: BorrowedConnection, sent: readonly Promise<unknown>[], where: string): Promise<void> {
  let command: string;
  try {
    ({ command } = await connection.script('COMMIT'));
  } catch (error) {
    throw connection.isLost() ? outcomeUnknown(error, where) : error;
  }
  await Promise.allSettled(sent);
  // That is how PostgreSQL answers the COMMIT of a transaction in which a statement failed.
  if (command !== 'COMMIT') throw toPostgresFault(connection.firstFailure(), where);
}

function createSession(connection: BorrowedConnection, now: number, sent: Promise<unknown>[]): SqlSession {
  return {
    now,
    async all(sql, ...values) {
      return (await connection.query(sql, values)).rows;
    },
    async get(sql, ...values) {
      return (await connection.query(sql, values)).rows[0];
    },
    async run(sql, ...values) {
      return (await connection.query(sql, values)).rowCount ?? 0;
    },
    send(sql, ...values) {
      const answer = connection.query(sql, values);
      // The commit tells of it.
      answer.catch(() => {});
      sent.push(answer);
    },
  };
}
