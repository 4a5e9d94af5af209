import type { Clock } from '../../core/clock.ts';
import type { CrashPoint } from '../crash-point.ts';
import type { JobStore } from '../job-store.ts';
import { MIGRATIONS } from '../sql/migrations.ts';
import { createSqlJobStore } from '../sql/sql-job-store.ts';
import { openSqliteDriver } from './sqlite/driver.ts';

/** The journal in one SQLite file. Its folder must exist. Throws an AppError of kind `storage` when the file cannot be used. */
export function openSqliteJobStore(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly crashPoint?: CrashPoint;
}): JobStore {
  return createSqlJobStore(openSqliteDriver({ ...options, migrations: MIGRATIONS }));
}
