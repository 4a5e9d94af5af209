import { GUARD_RAILS, judge, type GuardRail, type GuardRailEvidence } from './guard-rails.ts';
import type { ArmCounts, Evidence } from './sequential-test.ts';

/** The healthy rates that the baseline shows: 1 % failures, 5 % slow calls (by the definition of p95), 0.5 % bad audio. */
const HEALTHY_RATES: Readonly<Record<GuardRail, number>> = { failure_rate: 0.01, latency: 0.05, audio_check: 0.005 };

export type RolloutSimulation = {
  /** Share of the runs that were rolled back, 0 to 1. */
  readonly rollbackShare: number;
  /** Canary calls until the rollback, over the runs that had one; Infinity when there was none. */
  readonly medianCalls: number;
  /** The 95th percentile over all runs: a run without rollback counts as Infinity. */
  readonly p95Calls: number;
};

/**
 * Rollouts as they would go if calls were independent: `baselinePerCanaryCall` baseline calls run beside each canary call
 * (19 at 5 %, 3 at 25 %, 0 at 100 %), and `baselineCalls` were seen before. Each run lasts `canaryCalls` or until the
 * guard-rails stop it. `failureRate` is the canary's; `baselineFailureRate` (1 %) is the other arm's.
 */
export function simulateRollouts(options: {
  readonly seed: number;
  readonly runs: number;
  readonly failureRate: number;
  readonly baselineFailureRate?: number;
  readonly slowRate?: number;
  readonly badAudioRate?: number;
  readonly canaryCalls?: number;
  readonly baselineCalls?: number;
  readonly baselinePerCanaryCall?: number;
}): RolloutSimulation {
  const { seed, runs, canaryCalls = 2_000, baselineCalls = 5_000, baselinePerCanaryCall = 19 } = options;
  const baselineRates = {
    ...HEALTHY_RATES,
    failure_rate: options.baselineFailureRate ?? HEALTHY_RATES.failure_rate,
  };
  const canaryRates = {
    failure_rate: options.failureRate,
    latency: options.slowRate ?? HEALTHY_RATES.latency,
    audio_check: options.badAudioRate ?? HEALTHY_RATES.audio_check,
  };
  const random = createRandom(seed);
  const stops = Array.from({ length: runs }, () => {
    const arms = GUARD_RAILS.map((guardRail) => ({
      guardRail,
      canary: createBadCalls(canaryRates[guardRail], random),
      baseline: createBadCalls(baselineRates[guardRail], random),
    }));
    let calls = 0;
    while (calls < canaryCalls) {
      // Nothing is decided between bad canary calls, so the walk goes from one to the next.
      calls = Math.min(...arms.map(({ canary }) => canary.nextAfter(calls)));
      if (calls > canaryCalls) break;
      const besides = baselineCalls + calls * baselinePerCanaryCall;
      const evidence = Object.fromEntries(
        arms.map(({ guardRail, canary, baseline }): [GuardRail, Evidence] => [
          guardRail,
          { canary: canary.countUpTo(calls), baseline: baseline.countUpTo(besides) },
        ]),
      ) as GuardRailEvidence;
      if (judge(evidence).action === 'roll_back') return calls;
    }
    return Infinity;
  }).toSorted((a, b) => a - b);
  const stopped = stops.filter((calls) => calls !== Infinity);
  return {
    rollbackShare: stopped.length / runs,
    medianCalls: stopped[Math.floor((stopped.length - 1) / 2)] ?? Infinity,
    p95Calls: stops[Math.ceil(0.95 * runs) - 1] ?? Infinity,
  };
}

/** The positions (from 1) of the bad ones in an endless row of calls, drawn by their gaps, which are geometric. */
function createBadCalls(rate: number, random: () => number) {
  const positions: number[] = [];
  const gap = () => (rate >= 1 ? 1 : 1 + Math.floor(Math.log(1 - random()) / Math.log1p(-rate)));
  let last = rate > 0 ? gap() : Infinity;
  let passed = 0;
  const drawUpTo = (call: number) => {
    while (last <= call) {
      positions.push(last);
      last += gap();
    }
    while ((positions[passed] ?? Infinity) <= call) passed += 1;
  };
  return {
    nextAfter(call: number): number {
      drawUpTo(call);
      return positions[passed] ?? last;
    },
    countUpTo(call: number): ArmCounts {
      drawUpTo(call);
      return { calls: call, bad: passed };
    },
  };
}

/** xorshift32: numbers from 0 (inclusive) to 1, the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e37_79b9) ^ 0x85eb_ca6b) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
