import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../core/errors.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import type { CanaryState } from './canary/canary-state.ts';
import { createCanary, type CanaryStore } from './canary.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ADMIN = { by: 'ada', why: 'a test' };

/** One row of JSON text, as any database would keep it. */
function createTextStore(): CanaryStore & { text: string | undefined } {
  const read = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as CanaryState));
  return {
    text: undefined,
    async read() {
      return read(this.text);
    },
    async update(_importance, change) {
      const next = change(read(this.text));
      this.text = JSON.stringify(next);
      return next;
    },
  };
}

function createRollout(options: { percent?: number; promotes?: boolean } = {}) {
  let now = Date.UTC(2026, 0, 1);
  const store = createTextStore();
  const open = () =>
    createCanary({
      store,
      clock: { now: () => now },
      salt: 'salt',
      initialPercent: options.percent ?? 0,
      promotes: options.promotes ?? false,
    });
  const canary = open();
  let user = 0;
  const call = (arm: 'canary' | 'baseline', errorKind: FailureKind | null = null, executionMilliseconds = 1_000) => {
    user += 1;
    return canary.record({ arm, userId: `user-${user}`, errorKind, executionMilliseconds });
  };
  return {
    canary,
    open,
    store,
    call,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    /** A call a minute, each of another user; times spread over the 0.19 s above `milliseconds`. */
    async calls(arm: 'canary' | 'baseline', count: number, errorKind: FailureKind | null = null, milliseconds = 1_000) {
      let state = await store.update(
        'observation',
        (current) => current ?? assert.fail('Nothing has been decided yet.'),
      );
      for (let index = 0; index < count; index += 1) {
        now += MINUTE;
        state = await call(arm, errorKind, milliseconds + 10 * (index % 20));
      }
      return state;
    },
  };
}

async function createWarmRollout(percent: number, options: { promotes?: boolean; baselineCalls?: number } = {}) {
  const rollout = createRollout(options);
  await rollout.canary.setPercent({ ...ADMIN, percent: 0 });
  await rollout.calls('baseline', options.baselineCalls ?? 60);
  await rollout.canary.setPercent({ ...ADMIN, percent });
  return rollout;
}

describe('a canary rollout', () => {
  it('starts with the configured share, and holds an order across processes and restarts', async () => {
    const { canary, open } = createRollout({ percent: 5 });
    assert.equal((await canary.status()).state.stage, 'phase_1');
    assert.equal(await canary.armOf('anyone'), 'baseline');
    await canary.setPercent({ ...ADMIN, percent: 100 });
    assert.equal(await open().armOf('anyone'), 'canary');
    await open().setPercent({ ...ADMIN, percent: 0 });
    assert.equal(await canary.armOf('anyone'), 'baseline');
  });

  it('writes down who changed what, when and why', async () => {
    const { canary, pass } = createRollout();
    await canary.setPercent({ percent: 5, by: 'ada', why: 'phase 1' });
    pass(DAY);
    const { decisions } = await canary.setPercent({ percent: 30, by: 'grace', why: 'looks good' });
    const [first, second] = decisions;
    assert.deepEqual(
      [first?.by, first?.why, first?.fromPercent, first?.toPercent, first?.action],
      ['ada', 'phase 1', 0, 5, 'set'],
    );
    assert.deepEqual([second?.by, second?.fromPercent, second?.toPercent], ['grace', 5, 30]);
    assert.equal((second?.at ?? 0) - (first?.at ?? 0), DAY);
    assert.equal((await canary.status()).state.stage, 'custom');
  });

  it('carries out one of two orders that were given on the same revision', async () => {
    const { canary } = createRollout();
    const orders = await Promise.allSettled(
      [25, 0].map((percent) => canary.setPercent({ ...ADMIN, percent, expectedRevision: 0 })),
    );
    assert.deepEqual(orders.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const refused = orders.find((order) => order.status === 'rejected');
    assert.ok(refused?.reason instanceof AppError && refused.reason.code === 'canary_changed');
    assert.equal((await canary.status()).state.decisions.length, 1);
  });

  it('refuses shares outside 0 to 100', async () => {
    const { canary } = createRollout();
    for (const percent of [-1, 100.1, Number.NaN, Infinity]) {
      await assert.rejects(canary.setPercent({ ...ADMIN, percent }), { code: 'invalid_value' });
    }
  });

  it('goes back to 0 at the third call of an outage, whatever the phase', async () => {
    for (const percent of [5, 25, 100]) {
      const { canary, calls } = await createWarmRollout(percent);
      assert.equal((await calls('canary', 2, 'unavailable')).percent, percent);
      const state = await calls('canary', 1, 'timeout');
      assert.equal(state.percent, 0);
      assert.equal(await canary.armOf('anyone'), 'baseline');
      const last = state.decisions.at(-1);
      assert.deepEqual([last?.by, last?.guardRail, last?.action], ['guard-rail', 'failure_rate', 'roll_back']);
      assert.match(last?.why ?? '', /3 of 3 canary calls/);
    }
  });

  it('goes one step back for slow calls and for bad audio', async () => {
    const slow = await createWarmRollout(100, { baselineCalls: 260 });
    const slowed = await slow.calls('canary', 8, null, 5_000);
    assert.deepEqual([slowed.percent, slowed.decisions.at(-1)?.guardRail], [25, 'latency']);
    const bad = await createWarmRollout(25, { baselineCalls: 260 });
    const state = await bad.calls('canary', 3, 'bad_audio');
    assert.deepEqual([state.percent, state.decisions.at(-1)?.guardRail], [5, 'audio_check']);
    assert.equal((await bad.calls('canary', 3, 'bad_audio')).percent, 0);
  });

  it('counts every failure that is the provider’s own', async () => {
    for (const kind of ['auth', 'quota', 'rate_limited', 'timeout', 'unavailable', 'protocol'] as const) {
      const { calls } = await createWarmRollout(25);
      assert.equal((await calls('canary', 3, kind)).percent, 0, kind);
    }
  });

  it('keeps a healthy canary whose failures come in bursts, as the baseline’s do', async () => {
    const rollout = await createWarmRollout(25, { baselineCalls: 300 });
    for (let round = 0; round < 12; round += 1) {
      for (const arm of ['baseline', 'canary'] as const) {
        for (let index = 0; index < 10; index += 1) await rollout.call(arm, round % 6 === 5 ? 'unavailable' : null);
        rollout.pass(10 * MINUTE);
        await rollout.calls(arm, 20);
      }
      assert.equal((await rollout.canary.status()).state.percent, 25, `round ${round}`);
    }
  });

  it('stays when the caller, the request or our own machine was at fault', async () => {
    const { calls } = await createWarmRollout(25);
    for (const kind of ['cancelled', 'invalid_input', 'unsupported', 'storage', 'internal'] as const) {
      assert.equal((await calls('canary', 10, kind)).percent, 25);
    }
    assert.equal((await calls('canary', 60, null)).percent, 25);
  });

  it('lets neither one minute nor one user decide alone', async () => {
    const burst = await createWarmRollout(25);
    burst.pass(MINUTE);
    for (let index = 0; index < 50; index += 1) {
      assert.equal((await burst.call('canary', 'unavailable')).percent, 25);
    }
    burst.pass(MINUTE);
    assert.equal((await burst.call('canary', 'unavailable')).percent, 0);

    const { canary, pass } = await createWarmRollout(25);
    pass(10 * MINUTE);
    for (let index = 0; index < 9; index += 1) {
      const call = { arm: 'canary', userId: 'one', errorKind: 'unavailable', executionMilliseconds: 1 } as const;
      assert.equal((await canary.record(call)).percent, 25);
      pass(MINUTE);
    }
  });

  it('keeps its state small and free of user ids', async () => {
    const { store, calls, call } = await createWarmRollout(25);
    await calls('baseline', 20);
    for (let index = 0; index < 500; index += 1) await call('baseline');
    assert.ok((store.text ?? '').length < 8_000, `${store.text?.length} characters`);
    assert.doesNotMatch(store.text ?? '', /user-\d/);
  });

  it('rolls back gradually by the clock, 100, 25, 5, 0, across a restart', async () => {
    const { canary, open, pass } = await createWarmRollout(100);
    const percents = [(await canary.rollBackGradually({ ...ADMIN, stepMilliseconds: DAY })).percent];
    assert.equal((await canary.status()).state.stage, 'rolling_back');
    pass(DAY - 1);
    assert.equal((await canary.status()).state.percent, 25);
    pass(1);
    percents.push((await open().status()).state.percent);
    pass(10 * DAY);
    const { percent, decisions, nextStepAt } = await canary.tick();
    assert.deepEqual([...percents, percent], [25, 5, 0]);
    assert.equal(nextStepAt, null);
    const [second, third] = decisions.slice(-2);
    assert.equal((third?.at ?? 0) - (second?.at ?? 0), DAY);
  });

  it('promotes after a week with enough points of both arms, and only where it may', async () => {
    const rollout = await createWarmRollout(5, { promotes: true });
    rollout.pass(7 * DAY);
    assert.deepEqual((await rollout.canary.status()).assessment, { action: 'hold', reason: 'not_enough_data' });
    assert.equal((await rollout.canary.tick()).percent, 5);
    await rollout.calls('baseline', 60);
    await rollout.calls('canary', 60);
    assert.deepEqual((await rollout.canary.status()).assessment, { action: 'promote' });
    assert.equal((await rollout.canary.tick()).percent, 25);
    assert.deepEqual((await rollout.canary.status()).assessment, { action: 'hold', reason: 'not_enough_data' });
    await rollout.calls('canary', 60);
    assert.deepEqual((await rollout.canary.status()).assessment, { action: 'hold', reason: 'phase_not_over' });

    const manual = await createWarmRollout(5);
    await manual.calls('baseline', 60);
    await manual.calls('canary', 60);
    manual.pass(7 * DAY);
    assert.equal((await manual.canary.tick()).percent, 5);
  });

  it('keeps every order it is given: the share is from 0 to 100, and the log leads from each share to the next', async () => {
    const order = fc.oneof(
      fc.record({ percent: fc.integer({ min: 0, max: 100 }) }),
      fc.record({ stepMilliseconds: fc.integer({ min: 1, max: 3 * DAY }) }),
      fc.record({ pass: fc.integer({ min: 0, max: 5 * DAY }) }),
      fc.record({ fails: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 30 }), async (orders) => {
        const rollout = await createWarmRollout(25, { promotes: true });
        for (const step of orders) {
          if ('percent' in step) await rollout.canary.setPercent({ ...ADMIN, percent: step.percent });
          else if ('stepMilliseconds' in step) await rollout.canary.rollBackGradually({ ...ADMIN, ...step });
          else if ('pass' in step) rollout.pass(step.pass);
          else await rollout.call('canary', step.fails ? 'unavailable' : null);
          const { state } = await rollout.canary.status();
          await rollout.canary.tick();
          assert.ok(state.percent >= 0 && state.percent <= 100);
          assert.equal(state.decisions.at(-1)?.toPercent, state.percent);
          state.decisions.forEach((decision, index) => {
            const before = state.decisions[index - 1];
            if (before !== undefined) assert.equal(decision.fromPercent, before.toPercent);
          });
        }
      }),
      { numRuns: 40 },
    );
  });
});
