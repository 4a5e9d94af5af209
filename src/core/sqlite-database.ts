import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { AppError } from './errors.ts';
import { toStorageError } from './sqlite-fault.ts';

/** How long a writer waits for a reader's checkpoint or another tool's lock before it gives up. */
const BUSY_TIMEOUT_MILLISECONDS = 5_000;

/** What a commit outlives. */
export type SqliteDurability = 'power_failure' | 'process_death';

export type SqliteDatabase = {
  /** A prepared statement, kept for the next use. */
  statement(sql: string): StatementSync;
  /** Runs `work` and turns what the disk did wrong into an AppError of kind `storage`. */
  read<T>(work: () => T): T;
  /** Runs `work` between BEGIN IMMEDIATE and COMMIT; on disk when it returns, without a trace when it throws. */
  transaction<T>(work: () => T): T;
  /** The same for work that is asynchronous; one at a time, and no other call until it has settled. */
  transactionAsync<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
};

/**
 * Opens (or creates) a database with a write-ahead log, and brings its schema up to date. Every commit is on disk with
 * `durability` `power_failure`, the default; with `process_death` the newest commits may be lost when the power fails.
 * Throws an AppError of kind `storage` when the file cannot be used or was written by a newer version of the program.
 */
export function openSqliteDatabase(options: {
  readonly path: string;
  readonly migrations: readonly string[];
  readonly durability?: SqliteDurability;
  /** Called around every commit, so that the chaos tests can kill the process there. */
  readonly crashPoint?: (name: 'transaction.before_commit' | 'transaction.committed') => void;
}): SqliteDatabase {
  const { path, migrations, durability = 'power_failure', crashPoint = () => {} } = options;
  const connection = withStorageErrors(() => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MILLISECONDS }), path);
  const statements = new Map<string, StatementSync>();
  const committed = <T>(result: T): T => {
    crashPoint('transaction.before_commit');
    connection.exec('COMMIT');
    crashPoint('transaction.committed');
    return result;
  };
  /** A full disk makes SQLite roll back by itself; a second ROLLBACK would hide the first error. */
  const rollBack = (): void => {
    if (connection.isTransaction) connection.exec('ROLLBACK');
  };

  const database: SqliteDatabase = {
    statement(sql) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = connection.prepare(sql);
        statements.set(sql, statement);
      }
      return statement;
    },
    read: (work) => withStorageErrors(work),
    transaction: (work) =>
      withStorageErrors(() => {
        connection.exec('BEGIN IMMEDIATE');
        try {
          return committed(work());
        } catch (error) {
          rollBack();
          throw error;
        }
      }),
    async transactionAsync(work) {
      try {
        connection.exec('BEGIN IMMEDIATE');
        return committed(await work());
      } catch (error) {
        rollBack();
        throw toStorageError(error);
      }
    },
    close: () => {
      if (connection.isOpen) connection.close();
    },
  };

  try {
    withStorageErrors(() => {
      demandDurability(database, path, durability);
      migrate(database, connection, migrations, path);
    }, path);
  } catch (error) {
    connection.close();
    throw error;
  }
  return database;
}

function demandDurability(database: SqliteDatabase, path: string, durability: SqliteDurability): void {
  const journalMode = database.statement('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (journalMode !== 'wal') {
    throw new AppError({
      code: 'storage_failed',
      kind: 'storage',
      message: `The database must be on a file system that can hold a write-ahead log; ${path} offers "${String(journalMode)}".`,
    });
  }
  // https://www.sqlite.org/pragma.html#pragma_synchronous
  database.statement(`PRAGMA synchronous = ${durability === 'power_failure' ? 'FULL' : 'NORMAL'}`).run();
}

function migrate(
  database: SqliteDatabase,
  connection: DatabaseSync,
  migrations: readonly string[],
  path: string,
): void {
  const version = () => Number(database.statement('PRAGMA user_version').get()?.['user_version']);
  if (version() > migrations.length) {
    throw new AppError({
      code: 'storage_failed',
      kind: 'storage',
      message: `The database must have schema version ${migrations.length} or less; ${path} has version ${version()}, written by a newer release.`,
    });
  }
  if (version() === migrations.length) return;
  database.transaction(() => {
    // Read again inside the transaction: another process may have migrated in between.
    for (const sql of migrations.slice(version())) connection.exec(sql);
    connection.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function withStorageErrors<T>(work: () => T, where?: string): T {
  try {
    return work();
  } catch (error) {
    throw toStorageError(error, where);
  }
}
