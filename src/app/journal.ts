import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
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

/**
 * The journal in PostgreSQL, for several processes on several machines. Without a clock, the database tells the time. Throws an
 * AppError of kind `storage` when the server cannot be used.
 */
export async function openPostgresJournal(options: {
  readonly url: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly clock?: Clock;
  /** The schema that holds the tables; without it, what the role's search path says. */
  readonly schema?: string;
  readonly maximumConnections?: number;
  readonly crashPoint?: CrashPoint;
}): Promise<JobStore> {
  // Most installations have no PostgreSQL and need not wait for its driver.
  const { openPostgresDriver } = await import('../sql/drivers/postgres.ts');
  return createSqlJobStore(await openPostgresDriver({ ...options, migrations: MIGRATIONS, migrationSet: 'jobs' }));
}
