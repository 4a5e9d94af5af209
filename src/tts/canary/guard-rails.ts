import { isProvenWorse, logLikelihoodRatio, type Evidence } from './sequential-test.ts';

/** What is watched, each as a yes-or-no measure of one call. */
export type GuardRail = 'failure_rate' | 'latency' | 'audio_check';

export type GuardRailEvidence = Readonly<Record<GuardRail, Evidence>>;

/**
 * The chance of stopping a healthy canary, per stage: 1 % in all. Most of it goes to failures, which must be seen first.
 */
const ALPHA = { failure_rate: 0.0094, latency: 0.0003, audio_check: 0.0003 } as const satisfies Record<
  GuardRail,
  number
>;

/** Kayenta compares nothing below 50 points a measure. */
export const LEAST_POINTS = 50;

/** Two bad calls may be one event that hit both. */
const LEAST_BAD_CALLS = 3;

export const GUARD_RAILS: readonly GuardRail[] = ['failure_rate', 'latency', 'audio_check'];

export const NO_EVIDENCE: Evidence = { canary: { calls: 0, bad: 0 }, baseline: { calls: 0, bad: 0 } };

export type Verdict =
  | { readonly action: 'roll_back'; readonly guardRail: GuardRail }
  | { readonly action: 'hold'; readonly reason: 'not_enough_data' | 'leans_worse' }
  | { readonly action: 'promote' };

/**
 * What the numbers alone say. Rolling back needs no least number of canary calls (three in a row that fail are an
 * outage), but 50 baseline calls to compare with; promoting needs 50 of each arm for every guard-rail, and none that
 * leans towards "worse".
 */
export function judge(evidence: GuardRailEvidence): Verdict {
  const worse = GUARD_RAILS.find(
    (guardRail) =>
      evidence[guardRail].baseline.calls >= LEAST_POINTS &&
      evidence[guardRail].canary.bad >= LEAST_BAD_CALLS &&
      isProvenWorse(evidence[guardRail], ALPHA[guardRail]),
  );
  if (worse !== undefined) return { action: 'roll_back', guardRail: worse };
  const fewest = Math.min(
    ...GUARD_RAILS.map((guardRail) => Math.min(evidence[guardRail].canary.calls, evidence[guardRail].baseline.calls)),
  );
  if (fewest < LEAST_POINTS) return { action: 'hold', reason: 'not_enough_data' };
  const leansWorse = GUARD_RAILS.some((guardRail) => logLikelihoodRatio(evidence[guardRail]) > 0);
  return leansWorse ? { action: 'hold', reason: 'leans_worse' } : { action: 'promote' };
}
