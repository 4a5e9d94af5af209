import { type BurstCap, countCall, EMPTY_BURST_CAP } from './burst-cap.ts';
import { type Arm, type CanaryCall, outcomeOf } from './canary-call.ts';
import { GUARD_RAILS, type GuardRail, type GuardRailEvidence, LEAST_POINTS, NO_EVIDENCE } from './guard-rails.ts';
import type { ArmCounts, Evidence } from './sequential-test.ts';

/** Beyond this many baseline calls the old ones fade, so that the baseline stays a fresh one. */
const MOST_BASELINE_CALLS = 20_000;

/** Enough for a 95th percentile that ten calls lie above. */
const LATENCY_SAMPLES = 200;

/** All that has been seen of both arms, as plain JSON. */
export type CanaryEvidence = {
  readonly cap: BurstCap;
  readonly guardRails: GuardRailEvidence;
  /** The newest baseline times in milliseconds, until the limit is fixed. */
  readonly baselineMilliseconds: readonly number[];
  /** Calls that took longer are slow: the baseline's 95th percentile of a time before. Null until it is known. */
  readonly slowAboveMilliseconds: number | null;
};

export const EMPTY_EVIDENCE: CanaryEvidence = {
  cap: EMPTY_BURST_CAP,
  guardRails: { failure_rate: NO_EVIDENCE, latency: NO_EVIDENCE, audio_check: NO_EVIDENCE },
  baselineMilliseconds: [],
  slowAboveMilliseconds: null,
};

/**
 * The evidence with this call in it; the same object when the call does not count. Times are compared only when sound was
 * delivered, and both arms with the same fixed limit, so the test of latency knows no distribution and no outlier.
 */
export function addCall(evidence: CanaryEvidence, call: CanaryCall, at: number): CanaryEvidence {
  const outcome = outcomeOf(call);
  if (outcome === undefined) return evidence;
  const cap = countCall(evidence.cap, { arm: call.arm, userId: call.userId, at });
  if (cap === undefined) return evidence;
  const { failure_rate, audio_check, latency } = evidence.guardRails;
  const limit = evidence.slowAboveMilliseconds;
  const isDelivered = outcome === 'delivered';
  const next: CanaryEvidence = {
    ...evidence,
    cap,
    baselineMilliseconds:
      isDelivered && limit === null && call.arm === 'baseline'
        ? [...evidence.baselineMilliseconds, call.executionMilliseconds].slice(-LATENCY_SAMPLES)
        : evidence.baselineMilliseconds,
    guardRails: {
      failure_rate: count(failure_rate, call.arm, outcome === 'failed'),
      audio_check: outcome === 'failed' ? audio_check : count(audio_check, call.arm, outcome === 'bad_audio'),
      latency: isDelivered && limit !== null ? count(latency, call.arm, call.executionMilliseconds > limit) : latency,
    },
  };
  return next.baselineMilliseconds.length < LATENCY_SAMPLES ? next : fixLatencyLimit(next);
}

/**
 * Fixes what slow means if there are 50 baseline times. It happens by itself at 200, and at the start of a rollout with what
 * there is; nothing that was timed before is counted again.
 */
export function fixLatencyLimit(evidence: CanaryEvidence): CanaryEvidence {
  const times = evidence.baselineMilliseconds.toSorted((a, b) => a - b);
  if (evidence.slowAboveMilliseconds !== null || times.length < LEAST_POINTS) return evidence;
  const slowAboveMilliseconds = times[Math.ceil(0.95 * times.length) - 1] ?? null;
  return { ...evidence, slowAboveMilliseconds, baselineMilliseconds: [] };
}

/** For the next stage: the canary starts afresh; the baseline is kept, because at 100 % there will be no new one. */
export function forgetCanary(evidence: CanaryEvidence): CanaryEvidence {
  const guardRails = Object.fromEntries(
    GUARD_RAILS.map((name): [GuardRail, Evidence] => [
      name,
      { canary: NO_EVIDENCE.canary, baseline: evidence.guardRails[name].baseline },
    ]),
  ) as GuardRailEvidence;
  return { ...evidence, guardRails };
}

function count(evidence: Evidence, arm: Arm, isBad: boolean): Evidence {
  const { calls, bad } = evidence[arm];
  const counts = { calls: calls + 1, bad: bad + (isBad ? 1 : 0) };
  return { ...evidence, [arm]: arm === 'baseline' ? fade(counts) : counts };
}

function fade(counts: ArmCounts): ArmCounts {
  if (counts.calls <= MOST_BASELINE_CALLS) return counts;
  return { calls: counts.calls / 2, bad: counts.bad / 2 };
}
