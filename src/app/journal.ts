import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { CostCaps } from '../jobs/cost-caps.ts';
import type { CrashPoint } from '../jobs/crash-point.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { MIGRATIONS } from '../jobs/sql/migrations.ts';
import { createSqlJobStore } from '../jobs/sql/sql-job-store.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { openSqliteDriver } from '../sql/drivers/sqlite.ts';

type JournalFile = { readonly path: string; readonly clock: Clock; readonly crashPoint?: CrashPoint };

/** What calls may cost; without it there is no cap. */
type Capped = { readonly caps?: CostCaps };

/** What jobs and webhooks share: one SQLite file. Its folder must exist. Throws an AppError of kind `storage` when it cannot be used. */
export function openSqliteJournalDatabase(options: JournalFile): SqlDatabase {
  return openSqliteDriver({ ...options, migrations: MIGRATIONS });
}

/** The jobs of a journal in one SQLite file. */
export function openSqliteJournal({ caps, ...file }: JournalFile & Capped): JobStore {
  return createSqlJobStore(openSqliteJournalDatabase(file), caps);
}

type JournalServer = {
  readonly url: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly clock?: Clock;
  /** The schema that holds the tables; without it, what the role's search path says. */
  readonly schema?: string;
  readonly maximumConnections?: number;
  readonly crashPoint?: CrashPoint;
};

/**
 * The same in PostgreSQL, for several processes on several machines. Without a clock, the database tells the time. Throws an
 * AppError of kind `storage` when the server cannot be used.
 */
export async function openPostgresJournalDatabase(options: JournalServer): Promise<SqlDatabase> {
  // Most installations have no PostgreSQL and need not wait for its driver.
  const { openPostgresDriver } = await import('../sql/drivers/postgres.ts');
  return openPostgresDriver({ ...options, migrations: MIGRATIONS, migrationSet: 'jobs' });
}

/** The jobs of a journal in PostgreSQL. */
export async function openPostgresJournal({ caps, ...server }: JournalServer & Capped): Promise<JobStore> {
  return createSqlJobStore(await openPostgresJournalDatabase(server), caps);
}
