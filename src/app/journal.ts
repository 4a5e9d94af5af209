import type { Clock } from '../core/clock.ts';
import type { CrashPoint } from '../jobs/crash-point.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { MIGRATIONS } from '../jobs/sql/migrations.ts';
import { createSqlJobStore } from '../jobs/sql/sql-job-store.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { openSqliteDriver } from '../sql/drivers/sqlite.ts';

type JournalFile = { readonly path: string; readonly clock: Clock; readonly crashPoint?: CrashPoint };

/** What jobs and webhooks share: one SQLite file. Its folder must exist. Throws an AppError of kind `storage` when it cannot be used. */
export function openSqliteJournalDatabase(options: JournalFile): SqlDatabase {
  return openSqliteDriver({ ...options, migrations: MIGRATIONS });
}

/** The jobs of a journal in one SQLite file. */
export function openSqliteJournal(options: JournalFile): JobStore {
  return createSqlJobStore(openSqliteJournalDatabase(options));
}
