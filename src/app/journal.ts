import type { Clock } from '../core/clock.ts';
import type { CrashPoint } from '../jobs/crash-point.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { MIGRATIONS } from '../jobs/sql/migrations.ts';
import { createSqlJobStore } from '../jobs/sql/sql-job-store.ts';
import { openSqliteDriver } from '../sql/drivers/sqlite.ts';

/** The journal in one SQLite file. Its folder must exist. Throws an AppError of kind `storage` when the file cannot be used. */
export function openSqliteJournal(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly crashPoint?: CrashPoint;
}): JobStore {
  return createSqlJobStore(openSqliteDriver({ ...options, migrations: MIGRATIONS }));
}
