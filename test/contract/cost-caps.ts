import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { AppError } from '../../src/core/errors.ts';
import { type CostCaps, dayAround } from '../../src/jobs/cost-caps.ts';
import type { Claim, JobStore } from '../../src/jobs/job-store.ts';
import type { NewProviderCall } from '../../src/jobs/provider-call.ts';

/** The processes of one empty journal: each has a store of its own where the database can be shared. */
export type CappedJournal = { readonly stores: readonly JobStore[]; dispose(): Promise<void> };

const DAY_MILLISECONDS = 86_400_000;
/** Cents, so that the sums of the model are exact. */
const CAPS_CENTS = { perVideo: 100, perDay: 250 };
const CAPS: CostCaps = { perVideoUsd: CAPS_CENTS.perVideo / 100, perDayUsd: CAPS_CENTS.perDay / 100 };
const JOBS = 4;

/** `pick` chooses one of the jobs, or one of the calls that are open. */
type Action =
  | { readonly do: 'begin'; readonly pick: number; readonly cents: number }
  | { readonly do: 'end'; readonly pick: number; readonly cents: number }
  | { readonly do: 'fail' | 'repeat' | 'withdraw'; readonly pick: number }
  | { readonly do: 'sleep' };

const pick = fc.nat({ max: 30 });
const cents = fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 90 }));
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('begin' as const), pick, cents }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('end' as const), pick, cents }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('repeat' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('fail', 'withdraw'), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep' as const) }) },
);

/** What the caps must count, in the fewest words. */
type ModelCall = {
  readonly job: number;
  readonly key: string;
  readonly day: number;
  readonly estimate: number;
  repeats: number;
  /** Null while it is open. */
  charged: number | null;
};

const heldBy = ({ estimate, repeats, charged }: ModelCall): number => (charged ?? estimate) + repeats * estimate;
const overrunOf = ({ estimate, charged }: ModelCall): number => Math.max(0, (charged ?? 0) - estimate);
const sum = (calls: readonly ModelCall[], valueOf: (call: ModelCall) => number): number =>
  calls.reduce((total, call) => total + valueOf(call), 0);

/** The caps keep to what is written there, for every implementation of the journal. */
export function costCapsContract(
  name: string,
  create: (clock: { now(): number }, caps: CostCaps) => Promise<CappedJournal>,
  { runs }: { readonly runs: number },
): void {
  describe(`caps of what calls may cost: ${name}`, () => {
    const clock = { time: Date.UTC(2026, 0, 1), now: (): number => clock.time };
    let journal: CappedJournal;
    let lastJob = 0;
    let lastCall = 0;
    before(async () => (journal = await create(clock, CAPS)));
    after(() => journal.dispose());

    const storeOf = (index: number): JobStore => journal.stores[index % journal.stores.length] as JobStore;
    const newCall = (overrides: Partial<NewProviderCall> = {}): NewProviderCall => ({
      step: 'render',
      provider: 'heygen',
      requestHash: `hash-${(lastCall += 1)}`,
      recovery: 'none',
      estimatedUsd: 0.6,
      isFallback: false,
      ...overrides,
    });
    /** On a day of their own, on which nothing is spent yet. */
    const claimJobs = async (count: number): Promise<Claim[]> => {
      clock.time = dayAround(clock.time).to;
      const claims: Claim[] = [];
      for (let index = 0; index < count; index += 1) {
        const id = `capped-${(lastJob += 1)}`;
        await storeOf(0).create({ id, userId: `user-${index}`, input: null, priority: 0, runAt: 0 });
        const claim = await storeOf(0).claimNext({ workerId: 'w', leaseMilliseconds: 1e12 });
        assert.ok(claim);
        claims.push(claim);
      }
      return claims;
    };
    const endJobs = async (claims: readonly Claim[]): Promise<void> => {
      for (const claim of claims) await storeOf(0).finish(claim, null);
    };
    const codeOf = (refusal: unknown): string => (refusal as AppError).code;

    it('refuse a call that does not fit, say why, and let one that costs nothing through', async () => {
      const [first, second, third] = (await claimJobs(3)) as [Claim, Claim, Claim];
      const store = storeOf(0);
      const { call } = await store.beginCall(first, newCall());
      await assert.rejects(store.beginCall(first, newCall()), {
        code: 'cost_above_limit',
        kind: 'over_budget',
        message:
          'A video may cost at most 1 USD (MAX_COST_PER_VIDEO_USD); 0.6 USD are spent, and this would cost 0.6 USD.',
      });
      await store.endCall(first, call.key, { state: 'completed', result: null, costUsd: 0.4 });
      assert.equal((await store.beginCall(first, newCall())).isNew, true, 'what was not charged is free again');
      await store.beginCall(second, newCall({ estimatedUsd: 1 }));
      await assert.rejects(store.beginCall(third, newCall()), (refusal: AppError) => {
        assert.deepEqual([refusal.code, refusal.kind], ['daily_budget_spent', 'over_budget']);
        assert.match(
          refusal.message,
          /at most 2.5 USD \(MAX_COST_PER_DAY_USD\); 2 USD are spent today, .* cost 0.6 USD/,
        );
        assert.equal(refusal.retryAfterSeconds, undefined, 'no job waits for midnight');
        return true;
      });
      assert.equal((await store.beginCall(third, newCall({ estimatedUsd: 0 }))).isNew, true);
      assert.deepEqual(
        (await store.calls(third.jobId)).map(({ estimatedUsd }) => estimatedUsd),
        [0],
        'a refused call leaves nothing behind',
      );
      clock.time = dayAround(clock.time).to;
      assert.equal((await store.beginCall(third, newCall())).isNew, true, 'the next day has its own money');
      await endJobs([first, second, third]);
    });

    it('count what may have been charged, also when its user has it made anew', async () => {
      const [claim] = (await claimJobs(1)) as [Claim];
      const store = storeOf(0);
      await store.beginStep(claim, 'render');
      const { call } = await store.beginCall(claim, newCall({ estimatedUsd: 0.4, requestHash: 'same' }));
      await store.resendCall(claim, call.key, { uncertain: true });
      const { from, to } = dayAround(clock.time);
      assert.equal(await store.heldUsd({ from, to }), 0.8);
      await assert.rejects(store.resendCall(claim, call.key, { uncertain: true }), { code: 'cost_above_limit' });
      await store.fail(claim, { code: 'payment_uncertain', kind: 'uncertain', message: 'x', step: 'render' });
      await store.retry(claim.jobId, ['render']);
      const again = await store.claimNext({ workerId: 'w', leaseMilliseconds: 1e12 });
      assert.ok(again);
      const anew = newCall({ estimatedUsd: 0.4, requestHash: 'same' });
      await assert.rejects(store.beginCall(again, anew), { code: 'cost_above_limit' });
      assert.equal(await store.heldUsd({ from, to }), 0.8);
      await endJobs([again]);
    });

    it('let exactly those calls through that fit beside all that was charged or may be', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
          const claims = await claimJobs(JOBS);
          const calls: ModelCall[] = [];
          const model = createModel(claims, calls);
          for (const [index, one] of actions.entries()) await model.act(one, index);
          model.check();
          await endJobs(claims);
        }),
        { numRuns: runs },
      );
    });

    it('hold for calls that are begun at the same moment by several processes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(cents, { minLength: 4, maxLength: 16 }), async (asked) => {
          const claims = await claimJobs(JOBS);
          const outcomes = await Promise.allSettled(
            asked.map((estimate, index) =>
              storeOf(index).beginCall(claims[index % JOBS]!, newCall({ estimatedUsd: estimate / 100 })),
            ),
          );
          const begun = asked.filter((_, index) => outcomes[index]?.status === 'fulfilled');
          assert.ok(begun.reduce((total, estimate) => total + estimate, 0) <= CAPS_CENTS.perDay);
          const { from, to } = dayAround(clock.time);
          const held = Math.round((await storeOf(0).heldUsd({ from, to })) * 100);
          assert.equal(
            held,
            begun.reduce((total, estimate) => total + estimate, 0),
          );
          for (const outcome of outcomes) {
            if (outcome.status === 'rejected') assert.equal((outcome.reason as AppError).kind, 'over_budget');
          }
          for (const claim of claims) {
            const own = (await storeOf(0).calls(claim.jobId)).reduce((total, call) => total + call.estimatedUsd, 0);
            assert.ok(own <= CAPS_CENTS.perVideo / 100 + 1e-9, `${own}`);
          }
          await endJobs(claims);
        }),
        { numRuns: runs },
      );
    });

    function createModel(claims: readonly Claim[], calls: ModelCall[]) {
      const openCalls = (): ModelCall[] => calls.filter(({ charged }) => charged === null);
      const inVideo = (job: number): ModelCall[] => calls.filter((call) => call.job === job);
      const onDay = (day: number): ModelCall[] => calls.filter((call) => call.day === day);
      const today = (): number => dayAround(clock.time).from;
      /** The code of the refusal that is due. */
      const refusalOf = (job: number, estimate: number): string | undefined => {
        if (estimate === 0) return undefined;
        if (sum(inVideo(job), heldBy) + estimate > CAPS_CENTS.perVideo) return 'cost_above_limit';
        if (sum(onDay(today()), heldBy) + estimate > CAPS_CENTS.perDay) return 'daily_budget_spent';
        return undefined;
      };
      const outcomeOf = async (work: Promise<unknown>): Promise<string | undefined> =>
        work.then(() => undefined, codeOf);
      const check = (): void => {
        for (let job = 0; job < JOBS; job += 1) {
          const own = inVideo(job);
          assert.ok(sum(own, heldBy) <= CAPS_CENTS.perVideo + sum(own, overrunOf));
        }
        for (const [, own] of Map.groupBy(calls, ({ day }) => day)) {
          // A repeat counts on the day of its call, and was held against the money of another.
          const repeats = sum(own, ({ repeats: count, estimate }) => count * estimate);
          assert.ok(sum(own, heldBy) - repeats <= CAPS_CENTS.perDay + sum(own, overrunOf));
        }
      };
      const act = async (one: Action, index: number): Promise<void> => {
        const store = storeOf(index);
        if (one.do === 'sleep') {
          clock.time += DAY_MILLISECONDS;
          return;
        }
        if (one.do === 'begin') {
          const job = one.pick % JOBS;
          const due = refusalOf(job, one.cents);
          const begun = store.beginCall(claims[job]!, newCall({ estimatedUsd: one.cents / 100 }));
          assert.equal(await outcomeOf(begun), due);
          if (due !== undefined) return;
          const { key } = (await begun).call;
          calls.push({ job, key, day: today(), estimate: one.cents, repeats: 0, charged: null });
          return;
        }
        const open = openCalls();
        const call = open[one.pick % open.length];
        if (call === undefined) return;
        const claim = claims[call.job]!;
        if (one.do === 'end' || one.do === 'fail') {
          call.charged = one.do === 'end' ? one.cents : 0;
          const costUsd = call.charged / 100;
          const end =
            one.do === 'end'
              ? ({ state: 'completed', result: null, costUsd } as const)
              : ({ state: 'failed', costUsd } as const);
          await store.endCall(claim, call.key, end);
        } else if (one.do === 'repeat') {
          const due = refusalOf(call.job, call.estimate);
          assert.equal(await outcomeOf(store.resendCall(claim, call.key, { uncertain: true })), due);
          if (due === undefined) call.repeats += 1;
        } else if (call.repeats > 0) {
          await store.withdrawSending(claim, call.key, { uncertain: true });
          call.repeats -= 1;
        }
        check();
      };
      return { act, check };
    }
  });
}
