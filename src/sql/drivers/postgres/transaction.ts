import { runSession } from '../../run-session.ts';
import type { SqlSession } from '../../sql-database.ts';
import type { BorrowedConnection } from './borrowed-connection.ts';
import type { DatabaseTime, TimePrecision } from './database-time.ts';
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
    readonly time: DatabaseTime;
    readonly precision: TimePrecision;
    readonly where: string;
    readonly crashPoint?: CommitPoint | undefined;
  },
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  const { where, crashPoint = () => {} } = options;
  const sent: Promise<unknown>[] = [];
  const now = await begin(connection, sent, options);
  let result: T;
  try {
    result = await runSession(createSession(connection, now, sent), work);
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

/** The time comes in the same trip; where it is known well enough, the first statement of the work goes along, too. */
async function begin(
  connection: BorrowedConnection,
  sent: Promise<unknown>[],
  { kind, time, precision }: { kind: TransactionKind; time: DatabaseTime; precision: TimePrecision },
): Promise<number> {
  const begun = connection.script(BEGIN[kind]);
  const known = time.now(precision);
  if (known !== undefined) {
    sendOff(begun, sent);
    return known;
  }
  const [, { rows }] = await Promise.all([begun, connection.query(NOW, [])]);
  const now = Number(rows[0]?.['now']);
  time.read(now);
  return now;
}

/** In one trip with the last of what was `sent`, which the server turns into a rollback when one of them fails. */
async function commit(connection: BorrowedConnection, sent: readonly Promise<unknown>[], where: string): Promise<void> {
  let command: string;
  try {
    ({ command } = await connection.script('COMMIT'));
  } catch (error) {
    throw connection.isLost() ? outcomeUnknown(error, where) : error;
  }
  const outcomes = await Promise.allSettled(sent);
  // That is how PostgreSQL answers the COMMIT of a transaction in which a statement failed.
  if (command !== 'COMMIT') throw toPostgresFault(connection.firstFailure(), where);
  // Nothing can fail in a transaction that is committed, so there was none: the BEGIN had failed, and nobody waited for it.
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw outcomeUnknown(failed.reason, where);
}

/** The commit tells of what becomes of it. */
function sendOff(answer: Promise<unknown>, sent: Promise<unknown>[]): void {
  answer.catch(() => {});
  sent.push(answer);
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
      sendOff(connection.query(sql, values), sent);
    },
  };
}
