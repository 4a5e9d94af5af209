import { join } from 'node:path';
import { openPostgresJournal, openSqliteJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { CrashPoint } from '../../src/jobs/crash-point.ts';
import type { Dispatcher } from '../../src/jobs/dispatcher.ts';
import { createEmbeddedDispatcher } from '../../src/jobs/dispatchers/embedded.ts';
import { createPollingDispatcher } from '../../src/jobs/dispatchers/polling.ts';
import { type InstanceLock, lockDataFolder } from '../../src/jobs/instance-lock.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import type { Workflow } from '../../src/jobs/workflow.ts';
import type { CrashPoints } from './crash-points.ts';
import type { Sabotage } from './sabotage.ts';
import { LEASE_MILLISECONDS, type WorkerOptions } from './worker-protocol.ts';

const POLL_MILLISECONDS = 25;
/** A look is a transaction, and who is frozen inside one holds up all who share the file. */
const SHARED_POLL_MILLISECONDS = 250;
const RECONCILE_MILLISECONDS = 200;
/** No kill counts against a job: here every one is ours. */
const MAXIMUM_INTERRUPTIONS = 100_000;

type Place = Pick<WorkerOptions, 'mode' | 'folder' | 'services'>;

/** The journal of one process, or of who looks at it afterwards. `lock` is held by a worker of mode `embedded`. */
export async function openJournal(
  { mode, folder, services }: Place,
  crashPoint?: CrashPoint,
): Promise<{ readonly store: JobStore; readonly lock: InstanceLock | undefined }> {
  const crash = crashPoint === undefined ? {} : { crashPoint };
  if (mode === 'distributed') {
    if (services === null) throw new Error('A distributed worker needs services.');
    const log = { info() {}, warn() {} };
    const { databaseUrl: url, schema } = services;
    return { store: await openPostgresJournal({ url, schema, log, maximumConnections: 6, ...crash }), lock: undefined };
  }
  const lock =
    mode === 'embedded' && crashPoint !== undefined ? lockDataFolder(folder, { clock: systemClock }) : undefined;
  return { store: openSqliteJournal({ path: join(folder, 'jobs.db'), clock: systemClock, ...crash }), lock };
}

/** Shown when a promise was broken; most of what is told here is meant to happen. */
function tellHarness({ err, ...fields }: Readonly<Record<string, unknown>>, message: string): void {
  console.error(message, fields, err instanceof Error ? (err.stack ?? err.message) : err);
}

export async function openDispatcher(
  options: WorkerOptions,
  parts: {
    readonly store: JobStore;
    readonly workflow: Workflow;
    readonly lock: InstanceLock | undefined;
    readonly points: CrashPoints;
    readonly sabotage: Sabotage;
  },
): Promise<Dispatcher> {
  const { mode, workerId, services } = options;
  const { lock, points, sabotage } = parts;
  const shared = {
    store: parts.store,
    workflow: parts.workflow,
    workerId,
    concurrency: 3,
    clock: sabotage.clock ?? systemClock,
    log: { info() {}, warn() {}, error: tellHarness },
    leaseMilliseconds: LEASE_MILLISECONDS,
    maximumInterruptions: MAXIMUM_INTERRUPTIONS,
    // The shortest delays that the policy has.
    random: () => 0,
    crashPoint: points.crashPoint,
  };
  if (lock !== undefined) {
    return createEmbeddedDispatcher({ ...shared, instanceLock: lock, pollMilliseconds: POLL_MILLISECONDS });
  }
  if (mode === 'shared' || services === null) {
    return createPollingDispatcher({ ...shared, pollMilliseconds: SHARED_POLL_MILLISECONDS });
  }
  // BullMQ takes a quarter of a second to load, and most workers do without it.
  const { createBullMqDispatcher } = await import('../../src/jobs/dispatchers/bullmq.ts');
  const dispatcher = createBullMqDispatcher({
    ...shared,
    redisUrl: services.redisUrl,
    prefix: services.schema,
    reconcileMilliseconds: RECONCILE_MILLISECONDS,
  });
  return sabotage.losesWakeUps === true ? { ...dispatcher, notify() {} } : dispatcher;
}
