import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { startCronRounds } from '../core/cron-rounds.ts';
import { parseCron } from '../core/cron-schedule.ts';
import type { Logger } from '../core/logger.ts';
import type { Rounds } from '../core/rounds.ts';
import type { Timer } from '../core/timer.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { MIGRATIONS } from '../jobs/sql/migrations.ts';
import { readStoredTexts } from '../jobs/sql/read-stored-texts.ts';
import { cleanUp, type CleanUpOptions } from '../pipeline/clean-up/clean-up.ts';
import { totalOf, type CleanUpReport } from '../pipeline/clean-up/report.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { openSqliteReader } from '../sql/drivers/sqlite-reader.ts';
import { openPostgresJournalDatabase } from './journal.ts';
import { chargedDaysOf, openObjects } from './objects.ts';

type UsedBy = CleanUpOptions['jobs'];

/** Clean-up for a process that does nothing else, beside a server on the same folder or database. */
export type CleanUpAccess = {
  /** For how many days the storage charges at least for each file; 0 where it does not. */
  readonly chargedDays: number;
  run(options: Pick<CleanUpOptions, 'days' | 'isDryRun' | 'signal' | 'onProgress'>): Promise<CleanUpReport>;
  close(): Promise<void>;
};

/** Throws AppError when the journal cannot be read, or the storage cannot be used. */
export async function openCleanUp(
  config: Config,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<CleanUpAccess> {
  const journal = await openJournalReader(config, { clock, logger });
  const { objects, close } = await openObjects(config, { now: clock.now(), logger }).catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  const chargedDays = chargedDaysOf(config);
  return {
    chargedDays,
    run: (options) => cleanUp({ ...options, jobs: journal.jobs, objects, chargedDays, clock }),
    async close() {
      close();
      await journal.close();
    },
  };
}

async function openJournalReader(
  config: Config,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<{ readonly jobs: UsedBy; close(): Promise<void> }> {
  if (config.databaseUrl !== null) {
    const database = await openPostgresJournalDatabase({ url: config.databaseUrl, log: logger });
    return { jobs: readStoredTexts(database), close: () => database.close() };
  }
  const path = join(config.dataDirectory, 'journal.sqlite');
  // Where there has never been a job, nothing is in use.
  if (!existsSync(path)) {
    return { jobs: { jobsInUse: async () => [], storedTexts: async () => [] }, close: async () => undefined };
  }
  const database = openSqliteReader({ path, migrationCount: MIGRATIONS.length, clock });
  return { jobs: readStoredTexts(database), close: () => database.close() };
}

/**
 * Cleans up when CLEANUP_CRON says so. Several servers that do it at once are harmless: each goes by the same journal and the
 * same ages, and deleting what another has deleted is nothing.
 */
export function startCleanUps(
  config: Pick<Config, 'cleanUpCron' | 'cleanUpAudioDays' | 'cleanUpVideoDays'> & Parameters<typeof chargedDaysOf>[0],
  parts: {
    readonly jobs: Pick<JobStore, 'jobsInUse' | 'storedTexts'>;
    readonly objects: ObjectStore;
    readonly clock: Clock;
    readonly timer: Timer;
    readonly logger: Logger;
  },
): Rounds {
  const { jobs, objects, clock, timer, logger } = parts;
  const schedule = config.cleanUpCron === null ? undefined : parseCron(config.cleanUpCron);
  if (schedule === undefined) return { stop: async () => undefined };
  const days = { audio: config.cleanUpAudioDays, videos: config.cleanUpVideoDays };
  return startCronRounds({
    schedule,
    clock,
    timer,
    async work(signal) {
      const chargedDays = chargedDaysOf(config);
      logReport(await cleanUp({ jobs, objects, days, isDryRun: false, chargedDays, clock, signal }), logger);
    },
    onFailure: (error) => logger.error({ err: error }, 'The clean-up has stopped; it begins again at its next time'),
  });
}

function logReport(report: CleanUpReport, logger: Logger): void {
  const { classes, abortedUploads, failedUploads } = report;
  const fields = { ...totalOf(report), classes, abortedUploads, failedUploads };
  if (report.failures.length === 0) logger.info(fields, 'The clean-up is done');
  else
    logger.warn(
      { ...fields, err: report.failures[0]?.error },
      'The clean-up is done, but some files could not be deleted',
    );
}
