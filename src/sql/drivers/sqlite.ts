import type { SQLOutputValue } from 'node:sqlite';
import type { Clock } from '../../core/clock.ts';
import { SerialQueue } from '../../core/serial-queue.ts';
import { openSqliteDatabase, type SqliteDurability } from '../../core/sqlite-database.ts';
import { runSession } from '../run-session.ts';
import type { SqlDatabase, SqlRow, SqlSession } from '../sql-database.ts';

const NEVER = new AbortController().signal;

/**
 * One SQLite file. Its folder must exist. Transactions take turns: there is one connection, and a second transaction that
 * began while the first waits for something would be inside it. Nothing in them waits for anything but the disk, so each
 * blocks the event loop for the time of its commit (0.2 to 3 ms on a local disk).
 */
export function openSqliteDriver(options: {
  readonly path: string;
  readonly migrations: readonly string[];
  readonly clock: Clock;
  /** What a commit outlives; the power, unless it says otherwise. */
  readonly durability?: SqliteDurability;
  /**
   * To be shared by all that have the same file open in this process: SQLite waits for another connection's lock without
   * letting go of the thread, and so for ever for one that is held here.
   */
  readonly turns?: SerialQueue;
  /** Called around every commit, so that the chaos tests can kill the process there. */
  readonly crashPoint?: (name: 'transaction.before_commit' | 'transaction.committed') => void;
}): SqlDatabase {
  const { clock, turns = new SerialQueue(), ...file } = options;
  const database = openSqliteDatabase(file);
  const ownForms = new Map<string, string>();
  /** SQLite takes `$1` for a name and `?1` for a number. */
  const statement = (sql: string) => {
    let own = ownForms.get(sql);
    if (own === undefined) ownForms.set(sql, (own = sql.replaceAll(/\$(\d+)/g, '?$1')));
    return database.statement(own);
  };
  const createSession = (): SqlSession => ({
    now: clock.now(),
    async all(sql, ...values) {
      return database.read(() =>
        statement(sql)
          .all(...values)
          .map(toRow),
      );
    },
    async get(sql, ...values) {
      const row = database.read(() => statement(sql).get(...values));
      return row && toRow(row);
    },
    async run(sql, ...values) {
      return database.read(() => Number(statement(sql).run(...values).changes));
    },
    send(sql, ...values) {
      database.read(() => statement(sql).run(...values));
    },
  });

  return {
    transaction: (work) => turns.run(() => database.transactionAsync(() => runSession(createSession(), work)), NEVER),
    read: (work) => turns.run(() => runSession(createSession(), work), NEVER),
    lockRow: '',
    lockFreeRow: '',
    longestTransactionMilliseconds: 0,
    // The instance lock keeps every other process away from the file.
    announce() {},
    onAnnouncement: () => () => {},
    async close() {
      await turns.run(async () => database.close(), NEVER);
    },
  };
}

/** Every table is STRICT and none has a BLOB or a number beyond 2^53. */
function toRow(row: Record<string, SQLOutputValue>): SqlRow {
  return row as SqlRow;
}
