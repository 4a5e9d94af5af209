import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createRecordingLog } from '../../fixtures/job-run.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Dispatcher } from '../../../src/jobs/dispatcher.ts';
import type { Job, JobEvent } from '../../../src/jobs/job.ts';
import type { RunnerOptions } from '../../../src/jobs/job-runner.ts';
import type { JobStore, NewJob } from '../../../src/jobs/job-store.ts';
import type { Workflow } from '../../../src/jobs/workflow.ts';
import { createFreezableStore, type FreezableStore } from './freezable-store.ts';

/** How long a test waits for what must happen; what happens later counts as never. */
const PATIENCE_MILLISECONDS = 30_000;
const LOOK_EVERY_MILLISECONDS = 40;

/** A journal of its own, and how a process comes to it. */
export type Ground = {
  openStore(): Promise<JobStore>;
  createDispatcher(options: RunnerOptions & { readonly workerId: string }): GroundedDispatcher;
  /** Removes the journal, when all its stores are closed. */
  dispose(): Promise<void>;
};

/** With what else stands still when its process does. */
export type GroundedDispatcher = {
  readonly dispatcher: Dispatcher;
  freeze?(): void;
  thaw?(): void;
};

/** A journal and a dispatcher that belong together. */
export type DispatcherPair = {
  readonly name: string;
  /** Whether several processes work on one journal at the same time. */
  readonly isShared: boolean;
  createGround(): Promise<Ground>;
};

/** A store and a dispatcher of its own, as one process of the product has them. */
export type ContractProcess = Pick<FreezableStore, 'freeze' | 'thaw'> & {
  readonly store: JobStore;
  readonly dispatcher: Dispatcher;
  readonly log: ReturnType<typeof createRecordingLog>;
};

export type ProcessOptions = Pick<Workflow, 'run'> &
  Partial<Pick<RunnerOptions, 'concurrency' | 'leaseMilliseconds' | 'random' | 'maximumInterruptions'>> & {
    readonly steps?: readonly string[];
  };

/** One journal and the processes that a test opens on it. */
export class Stage {
  readonly #ground: Ground;
  readonly #processes: ContractProcess[] = [];
  #lastId = 0;
  /** What the test sees of the journal, past all processes. */
  readonly reader: JobStore;

  constructor(ground: Ground, reader: JobStore) {
    this.#ground = ground;
    this.reader = reader;
  }

  async openProcess(options: ProcessOptions): Promise<ContractProcess> {
    const { run, steps = ['work'], concurrency = 2, ...rest } = options;
    const log = createRecordingLog();
    const freezable = createFreezableStore(await this.#ground.openStore());
    const grounded = this.#ground.createDispatcher({
      ...rest,
      store: freezable.store,
      workflow: { steps: steps.map((name) => ({ name, weight: 1 })), run },
      concurrency,
      clock: systemClock,
      log,
      workerId: `process-${this.#processes.length + 1}`,
    });
    const process: ContractProcess = {
      store: freezable.store,
      dispatcher: grounded.dispatcher,
      log,
      freeze() {
        freezable.freeze();
        grounded.freeze?.();
      },
      thaw() {
        freezable.thaw();
        grounded.thaw?.();
      },
    };
    this.#processes.push(process);
    return process;
  }

  async startProcess(options: ProcessOptions): Promise<ContractProcess> {
    const process = await this.openProcess(options);
    await process.dispatcher.start();
    return process;
  }

  /** Puts a job into the journal and tells nobody. */
  async accept(overrides: Partial<NewJob> = {}): Promise<string> {
    this.#lastId += 1;
    const job = { id: `job-${this.#lastId}`, userId: 'ada', input: null, priority: 0, runAt: 0, ...overrides };
    return (await this.reader.create(job)).id;
  }

  /** What the product does with a request. */
  async submit(to: ContractProcess, overrides: Partial<NewJob> = {}): Promise<string> {
    const id = await this.accept(overrides);
    to.dispatcher.notify(id);
    return id;
  }

  async job(id: string): Promise<Job> {
    const job = await this.reader.get(id);
    assert.ok(job);
    return job;
  }

  async eventsOf(jobId?: string): Promise<readonly JobEvent[]> {
    const filter = { limit: 1_000, ...(jobId !== undefined && { jobId }) };
    return this.reader.eventsSince(0, filter);
  }

  /** Ids in the order in which the jobs were begun, each as often as it was. */
  async startOrder(): Promise<readonly string[]> {
    const events = await this.eventsOf();
    return events
      .filter((event) => event.type === 'status' && statusIn(event) === 'running')
      .map((event) => event.jobId);
  }

  async statuses(id: string): Promise<readonly string[]> {
    return (await this.eventsOf(id)).filter((event) => event.type === 'status').map(statusIn);
  }

  async waitForStatus(id: string, status: Job['status']): Promise<Job> {
    await until(
      async () => (await this.job(id)).status === status,
      () => `job ${id} is ${status}`,
    );
    return this.job(id);
  }

  async waitForAll(ids: readonly string[], status: Job['status'] = 'completed'): Promise<void> {
    for (const id of ids) await this.waitForStatus(id, status);
  }

  async dispose(): Promise<void> {
    for (const { thaw } of this.#processes) thaw();
    await Promise.all(this.#processes.map(({ dispatcher }) => dispatcher.drain({ graceMilliseconds: 0 })));
    await Promise.all(this.#processes.map(({ store }) => store.close()));
    await this.reader.close();
    await this.#ground.dispose();
  }
}

/** A stage that goes with the test. */
export async function createStage(pair: DispatcherPair, test: TestContext): Promise<Stage> {
  const ground = await pair.createGround();
  const stage = new Stage(ground, await ground.openStore());
  test.after(() => stage.dispose());
  return stage;
}

/** Looks again and again until it is so; fails when it has not become so for long. */
export async function until(isSo: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const deadline = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  while (!(await isSo())) {
    if (deadline.aborted) assert.fail(`Not so after ${PATIENCE_MILLISECONDS} ms: ${what()}`);
    await wait(LOOK_EVERY_MILLISECONDS);
  }
}

function statusIn(event: JobEvent): string {
  return (event.data as { readonly status: string }).status;
}
