import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { openSqliteJournal } from '../app/journal.ts';
import { AppError } from '../core/errors.ts';
import { createRecordingLog, JobRunFixture } from '../../test/fixtures/job-run.ts';
import { createManualTime } from '../../test/fixtures/manual-time.ts';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import type { CrashPointName } from './crash-point.ts';
import type { JobStore } from './job-store.ts';
import { holdLease, type Lease, LeaseEndedError } from './lease.ts';
import { createPaidCalls, type PaidCall } from './paid-call.ts';
import type { CallRecovery } from './provider-call.ts';
import type { JobContext } from './workflow.ts';

const LEASE = 30_000;
const STEP = 'render';

/** What the vendor does with one sending. `lost`: it works and charges, and the answer never arrives. */
type Behaviour = 'answers' | 'lost' | 'refuses' | 'unreachable';

/** Charges for whatever it was asked, unless it knows the key. */
class Vendor {
  readonly charges = new Map<string, string>();
  sendings = 0;
  readonly #recovery: CallRecovery;

  constructor(recovery: CallRecovery) {
    this.#recovery = recovery;
  }

  /** How often it was paid for this call, over all generations of its key. */
  get total(): number {
    return this.charges.size;
  }

  send(key: string, behaviour: Behaviour): { result: string; costUsd: number } {
    if (behaviour === 'refuses') throw failure('rate_limited');
    if (behaviour === 'unreachable') throw failure('unavailable', true);
    this.sendings += 1;
    const chargeId = this.#recovery === 'key' ? key : `${key}/${this.sendings}`;
    if (!this.charges.has(chargeId)) this.charges.set(chargeId, `result of ${chargeId}`);
    if (behaviour === 'lost') throw failure('unavailable');
    return { result: this.charges.get(chargeId)!, costUsd: 1 };
  }

  find(key: string): { result: string; costUsd: number } | undefined {
    const found = [...this.charges].find(([chargeId]) => chargeId === key || chargeId.startsWith(`${key}/`));
    return found && { result: found[1], costUsd: 1 };
  }
}

function failure(kind: 'rate_limited' | 'unavailable', neverSent = false): AppError {
  return new AppError({ code: kind, kind, message: 'It failed.', neverSent });
}

/** A process that has been killed does nothing more, and nobody hears of it. */
const KILLED = Symbol('killed');

/** Runs one process until its call has ended, has failed, or it is killed at the `killAt`th crash point (counted from 0). */
async function runProcess(options: {
  readonly store: JobStore;
  readonly time: ReturnType<typeof createManualTime>;
  readonly vendor: Vendor;
  readonly recovery: CallRecovery;
  readonly behaviour: Behaviour;
  readonly killAt: number | null;
}): Promise<{ readonly end: 'done' | 'failed' | 'killed'; readonly value: unknown }> {
  const { store, time, vendor, recovery, behaviour, killAt } = options;
  const claim = await store.claimNext({ workerId: 'worker', leaseMilliseconds: LEASE, maximumInterruptions: 1_000 });
  assert.ok(claim);
  await store.beginStep(claim, STEP);
  const log = createRecordingLog();
  const lease = holdLease({ store, claim, leaseMilliseconds: LEASE, askedAt: time.clock.now(), ...time, log });
  let reached = 0;
  const crashPoint = (_name: CrashPointName): void => {
    if (reached === killAt) throw KILLED;
    reached += 1;
  };
  const makePaidCall = createPaidCalls({ store, lease, crashPoint });
  const paid: PaidCall<string> = {
    provider: 'vendor',
    requestHash: 'hash',
    recovery,
    estimatedUsd: 1,
    send: async ({ key, keepReference }) => {
      const sent = vendor.send(key, behaviour);
      await keepReference(`reference of ${key}`);
      return sent;
    },
    ...(recovery === 'lookup' && { lookUp: async ({ call }) => vendor.find(call.key) }),
    // As of a vendor that is asked by its own reference: without one, it cannot say that it knows of nothing.
    ...(recovery === 'key' && {
      lookUp: async ({ call }) => (call.reference === null ? undefined : vendor.find(call.key)),
    }),
  };
  try {
    const value = await makePaidCall(STEP, paid);
    return { end: 'done', value };
  } catch (thrown) {
    if (thrown === KILLED) return { end: 'killed', value: undefined };
    // What a run that goes on failing would do: the job tries again later.
    await store.retryLater(claim, { step: STEP, delayMilliseconds: 0, waitingFor: { reason: 'retry', message: 'x' } });
    return { end: 'failed', value: thrown };
  } finally {
    lease.close();
    await time.advance(LEASE);
  }
}

/** A journal with one claimed job, for one test. */
async function withClaimedJob(
  test: (stage: {
    readonly store: JobStore;
    /** Moves the process's clock alone, as when it is frozen: its timers do not ring. */
    freeze(milliseconds: number): void;
    readonly lease: Lease;
  }) => Promise<void>,
): Promise<void> {
  const folder = createScratchFolder('paid-call');
  const time = createManualTime();
  let frozenMilliseconds = 0;
  const clock = { now: () => time.clock.now() + frozenMilliseconds };
  const store = openSqliteJournal({ path: join(folder, 'jobs.db'), clock: time.clock });
  try {
    await store.create({ id: 'job', userId: 'ada', input: null, priority: 0, runAt: clock.now() });
    const askedAt = clock.now();
    const claim = await store.claimNext({ workerId: 'worker', leaseMilliseconds: LEASE });
    assert.ok(claim);
    const { timer } = time;
    const log = createRecordingLog();
    const lease = holdLease({ store, claim, leaseMilliseconds: LEASE, askedAt, clock, timer, log });
    await test({ store, lease, freeze: (milliseconds) => (frozenMilliseconds += milliseconds) });
    lease.close();
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const CALL = { provider: 'vendor', requestHash: 'hash', estimatedUsd: 1 } as const;

describe('a paid call', () => {
  it('is charged once whatever happens, or is counted where the vendor leaves no way to know', async () => {
    const life = fc.record({
      behaviour: fc.constantFrom<Behaviour>('answers', 'answers', 'lost', 'refuses', 'unreachable'),
      killAt: fc.option(fc.nat({ max: 7 }), { freq: 2 }),
    });
    const folder = createScratchFolder('paid-call');
    const time = createManualTime();
    const store = openSqliteJournal({ path: join(folder, 'jobs.db'), clock: time.clock });
    let lastId = 0;
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom<CallRecovery>('key', 'lookup', 'none'),
          fc.array(life, { minLength: 1, maxLength: 6 }),
          async (recovery, lives) => {
            const id = `job-${(lastId += 1)}`;
            const job = { id, userId: 'ada', input: null, priority: 0, runAt: time.clock.now() };
            await store.create(job);
            const vendor = new Vendor(recovery);
            const shared = { store, time, vendor, recovery };
            let last: Awaited<ReturnType<typeof runProcess>> = { end: 'failed', value: undefined };
            for (const one of lives) {
              last = await runProcess({ ...shared, ...one });
              // An uncertain payment ends the job, but a crash before that is on disk makes it run once more.
              if (last.end === 'done') break;
            }
            while (last.end !== 'done' && !isUncertain(last.value)) {
              last = await runProcess({ ...shared, behaviour: 'answers', killAt: null });
            }
            const calls = await store.calls(id);
            const repeats = calls.reduce((sum, { uncertainRepeats }) => sum + uncertainRepeats, 0);
            if (recovery === 'none') {
              assert.ok(vendor.total <= 1 + repeats, `${vendor.total} charges, ${repeats} counted repeats`);
              assert.ok(vendor.total <= 2, `${vendor.total} charges`);
            } else {
              assert.equal(last.end, 'done');
              assert.equal(vendor.total, 1);
              assert.equal(repeats, 0);
            }
            if (last.end === 'done') {
              assert.ok(
                [...vendor.charges.values()].includes(last.value as string),
                'the result is one that was paid for',
              );
              assert.equal(calls.filter(({ state }) => state === 'completed').length, 1);
            }
            await store.requestCancel(id);
            const claim = await store.claimNext({
              workerId: 'end',
              leaseMilliseconds: LEASE,
              maximumInterruptions: 1_000,
            });
            if (claim !== undefined) await store.markCancelled(claim);
          },
        ),
        { numRuns: 150, endOnFailure: true },
      );
    } finally {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is not sent by a process that was frozen for longer than its lease', async () => {
    await withClaimedJob(async ({ store, lease, freeze }) => {
      const makePaidCall = createPaidCalls({
        store,
        lease,
        crashPoint: (name) => {
          if (name === 'call.intended') freeze(LEASE * 2);
        },
      });
      const vendor = new Vendor('lookup');
      const send = async ({ key }: { readonly key: string }) => vendor.send(key, 'answers');
      const call = makePaidCall(STEP, { ...CALL, recovery: 'lookup', send });
      await assert.rejects(call, (error) => error instanceof LeaseEndedError && error.reason === 'lost');
      assert.equal(vendor.total, 0);
      assert.equal(lease.ended, 'lost');
    });
  });

  it('is made once for all who ask for the same at the same time, and for those who come later', async () => {
    await withClaimedJob(async ({ store, lease }) => {
      const makePaidCall = createPaidCalls({ store, lease, crashPoint: () => {} });
      const vendor = new Vendor('none');
      const send = async ({ key }: { readonly key: string }) => vendor.send(key, 'answers');
      const ask = () => makePaidCall(STEP, { ...CALL, recovery: 'none', send });
      const results = await Promise.all([ask(), ask(), ask()]);
      assert.equal(new Set([...results, await ask()]).size, 1);
      assert.equal(vendor.total, 1);
    });
  });

  it('that the day has no money for fails its job with the cause, and is made when its user has it run the next day', async () => {
    const fixture = new JobRunFixture({ perVideoUsd: null, perDayUsd: 1.5 });
    try {
      const vendor = new Vendor('none');
      const workflow = ({ step }: JobContext) =>
        step('speech', ({ paidCall }) =>
          paidCall({
            ...CALL,
            recovery: 'none',
            send: async ({ key }: { readonly key: string }) => vendor.send(key, 'answers'),
          }),
        );
      const ids = [await fixture.createJob(), await fixture.createJob()];
      assert.equal(await (await fixture.start(workflow)).outcome, 'completed');
      assert.equal(await (await fixture.start(workflow)).outcome, 'failed');
      const refused = await fixture.store.get(ids[1]!);
      assert.deepEqual([refused?.error?.code, refused?.error?.kind], ['daily_budget_spent', 'over_budget']);
      assert.match(
        refused?.error?.message ?? '',
        /at most 1.5 USD .*; 1 USD are spent today, and this would cost 1 USD/,
      );
      assert.equal(vendor.total, 1);
      await fixture.time.advance(24 * 3_600_000);
      await fixture.store.retry(ids[1]!, ['speech']);
      assert.equal(await (await fixture.start(workflow)).outcome, 'completed');
      assert.equal(vendor.total, 2);
    } finally {
      await fixture.dispose();
    }
  });

  it('counts as charged when the vendor has answered with something useless', async () => {
    await withClaimedJob(async ({ store, lease }) => {
      const makePaidCall = createPaidCalls({ store, lease, crashPoint: () => {} });
      const send = async () => {
        throw new AppError({ code: 'speech_unusable', kind: 'bad_audio', message: 'It is silent.' });
      };
      await assert.rejects(makePaidCall(STEP, { ...CALL, recovery: 'none', send }), { kind: 'bad_audio' });
      const calls = await store.calls('job');
      assert.deepEqual(
        calls.map(({ state, costUsd }) => ({ state, costUsd })),
        [{ state: 'failed', costUsd: 1 }],
      );
    });
  });
});

function isUncertain(value: unknown): boolean {
  return value instanceof AppError && value.code === 'payment_uncertain';
}
