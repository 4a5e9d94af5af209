import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { judge, NO_EVIDENCE } from './guard-rails.ts';
import { isProvenWorse, logLikelihoodRatio } from './sequential-test.ts';
import { simulateRollouts } from './simulate-rollouts.ts';

const counts = fc
  .tuple(fc.nat({ max: 3_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([calls, share]) => ({ calls, bad: Math.floor(calls * share) }));

describe('the sequential test', () => {
  it('knows nothing before the first call, and weighs every count as a finite number', () => {
    assert.ok(Math.abs(logLikelihoodRatio(NO_EVIDENCE)) < 1e-9);
    fc.assert(
      fc.property(counts, counts, (canary, baseline) => Number.isFinite(logLikelihoodRatio({ canary, baseline }))),
    );
  });

  it('leans towards worse with every bad canary call, and away from it with every good one', () => {
    fc.assert(
      fc.property(counts, counts, (canary, baseline) => {
        const before = logLikelihoodRatio({ canary, baseline });
        const good = { ...canary, calls: canary.calls + 1 };
        const bad = { calls: canary.calls + 1, bad: canary.bad + 1 };
        const after = logLikelihoodRatio({ canary: good, baseline });
        return after <= before + 1e-9 && logLikelihoodRatio({ canary: bad, baseline }) >= after;
      }),
    );
  });

  it('is a fair bet for calls that are alike: its mean over both outcomes of the next call is the ratio itself', () => {
    // With as many baseline calls as pin the rate down, at a rate of the grid's lower end.
    const baseline = { calls: 1e8, bad: 5e5 };
    const ratio = (bad: number, calls: number) => Math.exp(logLikelihoodRatio({ canary: { calls, bad }, baseline }));
    for (const [bad, calls] of [
      [0, 0],
      [1, 40],
      [3, 200],
    ] as const) {
      const mean = 0.005 * ratio(bad + 1, calls + 1) + 0.995 * ratio(bad, calls + 1);
      assert.ok(Math.abs(mean / ratio(bad, calls) - 1) < 1e-6);
    }
  });

  it('never finds a canary worse that did no worse than the baseline', () => {
    const baseline = { calls: 1_000, bad: 100 };
    assert.ok(!isProvenWorse({ canary: { calls: 1_000, bad: 100 }, baseline }, 0.999_999));
  });
});

describe('the verdict', () => {
  const evidence = (calls: number, bad: number, baseline = { calls: 1_000, bad: 10 }) => ({
    failure_rate: { canary: { calls, bad }, baseline },
    latency: { canary: { calls, bad: 0 }, baseline },
    audio_check: { canary: { calls, bad: 0 }, baseline },
  });

  it('holds below 50 points of either arm, and promotes from 50 on', () => {
    assert.deepEqual(judge(evidence(49, 0)), { action: 'hold', reason: 'not_enough_data' });
    assert.deepEqual(judge(evidence(50, 0)), { action: 'promote' });
    assert.deepEqual(judge(evidence(500, 0, { calls: 49, bad: 0 })), { action: 'hold', reason: 'not_enough_data' });
    const thin = { ...evidence(500, 0), latency: { canary: { calls: 49, bad: 0 }, baseline: { calls: 500, bad: 0 } } };
    assert.deepEqual(judge(thin), { action: 'hold', reason: 'not_enough_data' });
  });

  it('holds a canary that leans worse without proof', () => {
    assert.deepEqual(judge(evidence(100, 4)), { action: 'hold', reason: 'leans_worse' });
  });

  it('rolls back an outage at the third call, unless there is nothing to compare with', () => {
    assert.equal(judge(evidence(2, 2)).action, 'hold');
    assert.deepEqual(judge(evidence(3, 3)), { action: 'roll_back', guardRail: 'failure_rate' });
    assert.equal(judge(evidence(3, 3, { calls: 49, bad: 0 })).action, 'hold');
  });
});

describe('600 simulated rollouts', () => {
  const runs = 600;

  it('roll back at most 1 % of the healthy ones in 2,000 calls each', (context) => {
    const { rollbackShare } = simulateRollouts({ seed: 1, runs, failureRate: 0.01 });
    context.diagnostic(`healthy: ${100 * rollbackShare} %`);
    assert.ok(rollbackShare <= 0.01);
  });

  it('catch 5 % failures within 325 calls at the 95th percentile, and worse ones sooner', (context) => {
    const bounds = [
      { failureRate: 0.05, median: 125, p95: 325 },
      { failureRate: 0.1, median: 45, p95: 110 },
      { failureRate: 0.3, median: 11, p95: 27 },
      { failureRate: 1, median: 3, p95: 3 },
    ];
    for (const { failureRate, median, p95 } of bounds) {
      const { rollbackShare, medianCalls, p95Calls } = simulateRollouts({ seed: 1, runs, failureRate });
      context.diagnostic(`${100 * failureRate} %: median ${medianCalls}, p95 ${p95Calls}`);
      assert.equal(rollbackShare, 1);
      assert.ok(medianCalls <= median && p95Calls <= p95, `${failureRate}: ${medianCalls}, ${p95Calls}`);
    }
  });

  it('catch a canary that is slow or whose sound is bad', () => {
    const slow = simulateRollouts({ seed: 1, runs: 200, failureRate: 0.01, slowRate: 0.3 });
    const bad = simulateRollouts({ seed: 1, runs: 200, failureRate: 0.01, badAudioRate: 0.1 });
    assert.ok(slow.p95Calls <= 70 && bad.p95Calls <= 150, `${slow.p95Calls}, ${bad.p95Calls}`);
  });

  it('stay fair with a thin baseline, a frozen one, and at other rates', () => {
    const worlds = [
      { baselineCalls: 50, baselinePerCanaryCall: 19, rate: 0.01 },
      { baselineCalls: 50, baselinePerCanaryCall: 0, rate: 0.01 },
      { baselineCalls: 5_000, baselinePerCanaryCall: 0, rate: 0.02 },
      { baselineCalls: 2_000, baselinePerCanaryCall: 3, rate: 0.1 },
      { baselineCalls: 2_000, baselinePerCanaryCall: 19, rate: 0.002 },
    ];
    for (const { rate, ...world } of worlds) {
      const { rollbackShare } = simulateRollouts({
        seed: 1,
        runs: 400,
        canaryCalls: 500,
        failureRate: rate,
        baselineFailureRate: rate,
        ...world,
      });
      // 400 runs of a true 1 % give more than 10 in one of 600 tries.
      assert.ok(rollbackShare <= 10 / 400, `${JSON.stringify(world)} at ${rate}: ${rollbackShare}`);
    }
  });
});
