import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { toStorageError } from '../../core/sqlite-fault.ts';
import { runSession } from '../run-session.ts';
import type { SqlDatabase, SqlRow, SqlSession } from '../sql-database.ts';

/** How long a reader waits while the log is being written back. */
const BUSY_TIMEOUT_MILLISECONDS = 5_000;

/**
 * Reads a SQLite file that another process may have open and write to; changes nothing in it. Throws an AppError of kind `storage`
 * when it cannot be read or its schema has not that many migrations.
 */
export function openSqliteReader(options: {
  readonly path: string;
  readonly migrationCount: number;
  readonly clock: Clock;
}): Pick<SqlDatabase, 'read' | 'close'> {
  const { path, migrationCount, clock } = options;
  const connection = withStorageErrors(
    () => new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MILLISECONDS }),
    path,
  );
  const all = (sql: string, values: readonly (string | number | null)[]): readonly SqlRow[] =>
    withStorageErrors(
      () => connection.prepare(sql.replaceAll(/\$(\d+)/g, '?$1')).all(...values) as readonly SqlRow[],
      path,
    );
  try {
    const version = Number(all('PRAGMA user_version', [])[0]?.['user_version']);
    if (version !== migrationCount) {
      throw new AppError({
        code: 'storage_failed',
        kind: 'storage',
        message: `The database must have schema version ${migrationCount}; ${path} has version ${version}. The server of the same release brings it up to date.`,
      });
    }
  } catch (error) {
    connection.close();
    throw error;
  }
  const refuse = (): never => {
    throw new Error('A reader takes no statement that changes anything.');
  };
  const createSession = (): SqlSession => ({
    now: clock.now(),
    all: async (sql, ...values) => all(sql, values),
    get: async (sql, ...values) => all(sql, values)[0],
    run: async () => refuse(),
    send: refuse,
  });
  return {
    read: (work) => runSession(createSession(), work),
    async close() {
      connection.close();
    },
  };
}

function withStorageErrors<T>(work: () => T, where: string): T {
  try {
    return work();
  } catch (error) {
    throw toStorageError(error, where);
  }
}
