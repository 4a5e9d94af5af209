import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.ts';
import type { CrashPoint, CrashPointName } from '../../src/jobs/crash-point.ts';
import type { Dispatcher } from '../../src/jobs/dispatcher.ts';
import { createEmbeddedDispatcher } from '../../src/jobs/dispatchers/embedded.ts';
import { type InstanceLock, lockDataFolder } from '../../src/jobs/instance-lock.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import { openSqliteJournal } from '../../src/app/journal.ts';
import type { Workflow } from '../../src/jobs/workflow.ts';
import { type Ledger, openLedger } from './ledger.ts';

/** Kill the process when `name` is reached for the `hit`th time, counted from 1. */
export type CrashPlan = { readonly name: CrashPointName; readonly hit: number };

export type ChaosOptions = {
  readonly folder: string;
  readonly generation: number;
  readonly stepNames: readonly string[];
  /** Jobs to accept once the process works. */
  readonly newJobs: number;
  readonly stepMilliseconds: number;
  /** Whatever comes first: the plan, a kill from outside, or the end of all jobs. */
  readonly crash: CrashPlan | null;
};

export type ChaosReport = {
  readonly reached: readonly CrashPlan[];
};

export const journalPath = (folder: string): string => join(folder, 'jobs.db');
export const ledgerPath = (folder: string): string => join(folder, 'ledger.jsonl');

/** What the application does with the job engine, end to end, over a workflow that tells the ledger of every move. */
export async function runChaosProcess(options: ChaosOptions, onReady: () => void): Promise<ChaosReport> {
  const { folder, generation, newJobs } = options;
  const reached: CrashPlan[] = [];
  const crashPoint = createCrashPoint(options.crash, reached);
  let lock: InstanceLock | undefined;
  let ledger: Ledger | undefined;
  let store: JobStore | undefined;
  let dispatcher: Dispatcher | undefined;
  try {
    lock = lockDataFolder(folder, { clock: systemClock });
    ledger = openLedger(ledgerPath(folder));
    store = openSqliteJournal({ path: journalPath(folder), clock: systemClock, crashPoint });
    const workflow = createChaosWorkflow(options, ledger);
    dispatcher = createEmbeddedDispatcher({
      store,
      workflow,
      instanceLock: lock,
      concurrency: 3,
      clock: systemClock,
      log: { info() {}, warn: logProblem, error: logProblem },
      crashPoint,
    });
    await dispatcher.start();
    onReady();
    for (let index = 0; index < newJobs; index += 1) {
      const job = `job-${generation}-${index}`;
      await store.create({ id: job, userId: 'ada', input: job, priority: 0, runAt: Date.now() });
      ledger.append({ kind: 'accepted', generation, job, step: '', token: '' });
      dispatcher.notify(job);
    }
    while ((await unfinished(store)) > 0) await pause(5);
    return { reached };
  } finally {
    await dispatcher?.drain({ graceMilliseconds: 1_000 });
    await store?.close();
    ledger?.close();
    lock?.release();
  }
}

function logProblem(fields: Readonly<Record<string, unknown>>, message: string): void {
  console.error(message, fields);
}

function createCrashPoint(plan: CrashPlan | null, reached: CrashPlan[]): CrashPoint {
  const hits = new Map<CrashPointName, number>();
  return (name) => {
    const hit = (hits.get(name) ?? 0) + 1;
    hits.set(name, hit);
    reached.push({ name, hit });
    if (plan?.name === name && plan.hit === hit) process.kill(process.pid, 'SIGKILL');
  };
}

/** The weights are 0, so that no progress report, whose moment depends on the clock, moves the crash points. */
function createChaosWorkflow(options: ChaosOptions, ledger: Ledger): Workflow {
  const { generation, stepNames, stepMilliseconds } = options;
  return {
    steps: stepNames.map((name) => ({ name, weight: 0 })),
    async run(context) {
      const job = context.job.id;
      const tokens: string[] = [];
      for (const step of stepNames) {
        const token = await context.step(step, async ({ attempt, signal }) => {
          const execution = { generation, job, step, token: `${job}/${step}/${generation}/${attempt}` };
          ledger.append({ kind: 'start', ...execution });
          if (stepMilliseconds > 0) await pause(stepMilliseconds, undefined, { signal });
          ledger.append({ kind: 'end', ...execution });
          return execution.token;
        });
        ledger.append({ kind: 'recorded', generation, job, step, token });
        tokens.push(token);
      }
      return tokens;
    },
  };
}

async function unfinished(store: JobStore): Promise<number> {
  let count = 0;
  for (const status of ['queued', 'running', 'waiting'] as const) {
    count += (await store.list({ status, limit: 1_000 })).jobs.length;
  }
  return count;
}

/** As a program: options as JSON in the first argument; prints `ready`, then the report as JSON. */
if (import.meta.main && process.argv[2] !== undefined) {
  try {
    const report = await runChaosProcess(JSON.parse(process.argv[2]) as ChaosOptions, () => console.log('ready'));
    console.log(JSON.stringify(report));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
