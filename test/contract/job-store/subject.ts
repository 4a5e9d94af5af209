import assert from 'node:assert/strict';
import type { Job, JobEvent } from '../../../src/jobs/job.ts';
import type { Claim, JobStore, NewJob } from '../../../src/jobs/job-store.ts';

export const LEASE_MILLISECONDS = 30_000;

/** What a store under test is made with: an empty journal, and a clock that only the suite moves. */
export type StoreUnderTest = {
  readonly store: JobStore;
  /** A second connection to the same journal, as after a restart; the first one is closed. */
  reopen(): Promise<JobStore>;
  dispose(): Promise<void>;
};

/** The store, and the few moves that most tests make with it. */
export class ContractSubject {
  readonly clock = { time: Date.UTC(2026, 0, 1), now: (): number => this.clock.time };
  #underTest: StoreUnderTest | undefined;
  #store: JobStore | undefined;
  #lastId = 0;

  async open(create: (clock: { now(): number }) => Promise<StoreUnderTest>): Promise<void> {
    this.#underTest = await create(this.clock);
    this.#store = this.#underTest.store;
  }

  get store(): JobStore {
    assert.ok(this.#store, 'the suite opens the store before its first test');
    return this.#store;
  }

  async reopen(): Promise<void> {
    this.#store = await this.#underTest?.reopen();
  }

  async dispose(): Promise<void> {
    await this.#underTest?.dispose();
  }

  newJob(overrides: Partial<NewJob> = {}): NewJob {
    this.#lastId += 1;
    const id = `job-${this.#lastId}`;
    return {
      id,
      userId: 'ada',
      input: { text: 'x' },
      priority: 0,
      runAt: this.clock.time,
      ...overrides,
    };
  }

  claimNext(): Promise<Claim | undefined> {
    return this.store.claimNext({ workerId: 'worker', leaseMilliseconds: LEASE_MILLISECONDS });
  }

  async createAndClaim(overrides: Partial<NewJob> = {}): Promise<Claim> {
    const job = await this.store.create(this.newJob(overrides));
    const claim = await this.claimNext();
    assert.equal(claim?.jobId, job.id);
    return claim;
  }

  async readJob(jobId: string): Promise<Job> {
    const job = await this.store.get(jobId);
    assert.ok(job);
    return job;
  }

  eventsOf(jobId: string): Promise<readonly JobEvent[]> {
    return this.store.eventsSince(0, { jobId, limit: 1_000 });
  }

  /** Leaves nothing to claim, so that one journal serves the whole suite. */
  async finishAll(): Promise<void> {
    this.clock.time += 24 * 3_600_000;
    for (let claim = await this.claimNext(); claim !== undefined; claim = await this.claimNext()) {
      await this.store.finish(claim, null);
    }
  }
}

/** The named fields of a value, to compare them at once. */
export function pick<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<T, K>;
}
