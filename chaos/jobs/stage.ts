import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkEvidence } from './check-evidence.ts';
import { openJournal } from './journal-under-test.ts';
import { readLineLedger } from '../support/line-ledger.ts';
import { dropSchema } from './services.ts';
import { startVendor, type VendorUnderTest } from './vendor-under-test.ts';
import type { CrashPlan, JournalMode, WorkEntry, WorkerOptions } from './worker-protocol.ts';
import { startWorker, type WorkerUnderTest } from './worker-under-test.ts';

/** Nothing healthy takes this long to come to its end. */
const DEADLINE_MILLISECONDS = 30_000;
/** Characters of what workers have said, which may be the whole story of a run. */
const MOST_SAID = 20_000;

export type StageOptions = {
  readonly mode: JournalMode;
  /** Where PostgreSQL and Redis are; for mode `distributed`. */
  readonly servers?: { readonly databaseUrl: string; readonly redisUrl: string };
  readonly bug?: string;
  readonly reportsProgress?: boolean;
  /** The disk refuses writes here, so that a job may fail because of that. */
  readonly diskRefuses?: boolean;
  readonly deadlineMilliseconds?: number;
};

/** What a stage has proved, and what it has seen go wrong: one line for each broken promise. */
export type StageResult = {
  readonly jobs: number;
  readonly charges: number;
  readonly uncertainRepeats: number;
  readonly violations: readonly string[];
};

/** One journal, one vendor, and workers that come and go. */
export type Stage = {
  readonly mode: JournalMode;
  readonly vendor: VendorUnderTest;
  readonly servers: StageOptions['servers'];
  /** Where finished jobs leave their files. */
  readonly publishFolder: string;
  start(options?: { readonly crash?: CrashPlan }): WorkerUnderTest;
  /** Asks the worker for a new job; one that is not acknowledged is asked for again by `resubmit`. Gives its key. */
  submit(worker: WorkerUnderTest): Promise<string>;
  /** Asks again for all jobs that nobody has acknowledged, and now and then for one that was. */
  resubmit(worker: WorkerUnderTest): Promise<void>;
  cancel(worker: WorkerUnderTest, key: string): Promise<void>;
  report(violation: string): void;
  /** Lets everything come to its end with a worker that nobody kills, and compares what was promised with what is. */
  finish(): Promise<StageResult>;
  close(): Promise<void>;
};

export async function openStage(options: StageOptions): Promise<Stage> {
  const { mode, servers, bug = null, reportsProgress = false, deadlineMilliseconds = DEADLINE_MILLISECONDS } = options;
  const folder = await mkdtemp(join(tmpdir(), 'job-chaos-'));
  const publishFolder = join(folder, 'published');
  await mkdir(publishFolder);
  const vendor = await startVendor(folder);
  const services = servers === undefined ? null : { ...servers, schema: `chaos_${randomBytes(6).toString('hex')}` };
  const base: Omit<WorkerOptions, 'workerId' | 'crash'> = {
    mode,
    folder,
    vendorUrl: vendor.url,
    services,
    bug,
    reportsProgress,
  };
  const workers = new Set<WorkerUnderTest>();
  const acknowledged = new Map<string, string>();
  const unanswered = new Set<string>();
  const cancelled = new Set<string>();
  const violations: string[] = [];
  const said: string[] = [];
  let lastWorker = 0;
  let lastKey = 0;

  async function ask(worker: WorkerUnderTest, key: string): Promise<void> {
    const jobId = await worker.submit(key);
    if (jobId === undefined) return;
    unanswered.delete(key);
    const earlier = acknowledged.get(key);
    if (earlier !== undefined && earlier !== jobId) violations.push(`${key} is two jobs: ${earlier} and ${jobId}`);
    acknowledged.set(key, jobId);
  }

  function start({ crash = null }: { readonly crash?: CrashPlan | null } = {}): WorkerUnderTest {
    lastWorker += 1;
    const worker = startWorker({ ...base, workerId: `worker-${lastWorker}`, crash }, { deadlineMilliseconds });
    workers.add(worker);
    void worker.ended.then(({ exitCode, errors }) => {
      workers.delete(worker);
      if (errors !== '') said.push(`${worker.id}: ${errors}`);
      if (exitCode !== null && exitCode !== 0) violations.push(`${worker.id} ended with ${exitCode}: ${errors}`);
    });
    return worker;
  }

  /** Also of those that are frozen. */
  async function drainAll(): Promise<void> {
    for (const worker of workers) worker.signal('SIGCONT');
    await Promise.all([...workers].map((worker) => worker.drain()));
  }

  async function resubmit(worker: WorkerUnderTest): Promise<void> {
    const [again] = acknowledged.keys();
    await Promise.all([...unanswered, ...(again === undefined ? [] : [again])].map((key) => ask(worker, key)));
  }

  return {
    mode,
    vendor,
    servers,
    publishFolder,
    start,
    async submit(worker) {
      lastKey += 1;
      const key = `key-${lastKey}`;
      unanswered.add(key);
      await ask(worker, key);
      return key;
    },
    resubmit,
    async cancel(worker, key) {
      const jobId = acknowledged.get(key);
      if (jobId === undefined) return;
      cancelled.add(jobId);
      await worker.cancel(jobId);
    },
    report: (violation) => void violations.push(violation),

    async finish() {
      await vendor.release();
      await drainAll();
      const worker = start();
      await worker.ready;
      await resubmit(worker);
      await worker.idle().catch((error: unknown) => violations.push(String(error)));
      await drainAll();
      const { store } = await openJournal({ mode, folder, services });
      try {
        const checked = await checkEvidence({
          store,
          acknowledged,
          cancelled,
          charges: vendor.charges(),
          work: readLineLedger(join(folder, 'work.jsonl')) as readonly WorkEntry[],
          publishFolder,
          diskRefuses: options.diskRefuses ?? false,
          oneWorkerAtATime: mode === 'embedded',
        });
        const found = [...violations, ...checked.violations];
        if (found.length > 0 && said.length > 0) found.push(`The workers said: ${said.join('').slice(-MOST_SAID)}`);
        return { ...checked, violations: found };
      } finally {
        await store.close();
      }
    },
    async close() {
      for (const worker of workers) worker.signal('SIGKILL');
      await Promise.all([...workers].map((worker) => worker.ended));
      await vendor.close();
      if (services !== null) await dropSchema(services);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
