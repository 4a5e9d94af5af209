import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { createId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { CostCaps } from '../jobs/cost-caps.ts';
import type { Dispatcher } from '../jobs/dispatcher.ts';
import { createEmbeddedDispatcher } from '../jobs/dispatchers/embedded.ts';
import { lockDataFolder } from '../jobs/instance-lock.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { createSqlJobStore } from '../jobs/sql/sql-job-store.ts';
import { createSqlWebhookOutbox } from '../jobs/sql/webhook-outbox.ts';
import type { WebhookOutbox } from '../jobs/webhook-outbox.ts';
import type { Workflow } from '../jobs/workflow.ts';
import { openPostgresJournalDatabase, openSqliteJournalDatabase } from './journal.ts';

/** The journal that the configuration names, and the workers that go with it. */
export type JobEngine = {
  readonly store: JobStore;
  /** The news of their ends, for those who asked to be called. */
  readonly outbox: WebhookOutbox;
  createDispatcher(workflow: Workflow): Promise<Dispatcher>;
  close(): Promise<void>;
};

/** What calls may cost under the configuration. */
export function capsOf(config: Pick<Config, 'maxCostPerVideoUsd' | 'maxCostPerDayUsd'>): CostCaps {
  return { perVideoUsd: config.maxCostPerVideoUsd, perDayUsd: config.maxCostPerDayUsd };
}

/**
 * One process with a journal of its own, or one of many on a PostgreSQL, woken by Redis if there is one. Throws AppError when
 * the folder is in use, or the database cannot be used.
 */
export async function openJobEngine(
  config: Config,
  options: { readonly clock: Clock; readonly logger: Logger },
): Promise<JobEngine> {
  return config.databaseUrl === null
    ? openOwnEngine(config, options)
    : openSharedEngine(config, { ...options, databaseUrl: config.databaseUrl });
}

function openOwnEngine(
  config: Config,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): JobEngine {
  const instanceLock = lockDataFolder(config.dataDirectory, { clock });
  const database = openSqliteJournalDatabase({ path: join(config.dataDirectory, 'journal.sqlite'), clock });
  const store = createSqlJobStore(database, capsOf(config));
  return {
    store,
    outbox: createSqlWebhookOutbox(database),
    createDispatcher: async (workflow) =>
      createEmbeddedDispatcher({
        store,
        workflow,
        instanceLock,
        concurrency: config.workerConcurrency,
        clock,
        log: logger,
      }),
    async close() {
      await store.close();
      instanceLock.release();
    },
  };
}

async function openSharedEngine(
  config: Config,
  options: { readonly clock: Clock; readonly logger: Logger; readonly databaseUrl: string },
): Promise<JobEngine> {
  const { clock, logger: log, databaseUrl } = options;
  const { redisUrl, workerConcurrency: concurrency } = config;
  const database = await openPostgresJournalDatabase({ url: databaseUrl, log });
  const store = createSqlJobStore(database, capsOf(config));
  // Machines may share a name, and a process id comes again.
  const workerId = createId(`${hostname()}-${process.pid}`, clock.now());
  return {
    store,
    outbox: createSqlWebhookOutbox(database),
    async createDispatcher(workflow) {
      const runner = { store, workflow, concurrency, clock, log, workerId };
      if (redisUrl === null) {
        const { createPollingDispatcher } = await import('../jobs/dispatchers/polling.ts');
        return createPollingDispatcher(runner);
      }
      const { createBullMqDispatcher } = await import('../jobs/dispatchers/bullmq.ts');
      return createBullMqDispatcher({ ...runner, redisUrl });
    },
    close: () => store.close(),
  };
}
