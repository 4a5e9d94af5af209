import type { CanaryEvidence } from './canary-evidence.ts';
import type { GuardRail } from './guard-rails.ts';

/** The phases of a rollout; `custom` is any other percentage that a person chose. */
export type CanaryStage = 'off' | 'phase_1' | 'phase_2' | 'phase_3' | 'custom' | 'rolling_back';

/** Percentages of the phases, in order. */
export const PHASE_PERCENTS = [5, 25, 100] as const;

/** One line of the decision log: who changed what, when and why. */
export type CanaryDecision = {
  readonly at: number;
  /** An administrator's name, or `guard-rail` or `schedule`. */
  readonly by: string;
  readonly why: string;
  readonly action: 'set' | 'promote' | 'roll_back';
  readonly fromPercent: number;
  readonly toPercent: number;
  readonly guardRail: GuardRail | null;
};

/** The whole rollout as plain JSON. Times are milliseconds since the epoch. */
export type CanaryState = {
  /** Counts the changes of the percentage, so that of two orders given at once only the first is carried out. */
  readonly revision: number;
  readonly percent: number;
  readonly stage: CanaryStage;
  readonly startedAt: number;
  /** When the next step of a gradual rollback is due; null when none runs. */
  readonly nextStepAt: number | null;
  readonly stepMilliseconds: number;
  readonly evidence: CanaryEvidence;
  /** Newest last. */
  readonly decisions: readonly CanaryDecision[];
};

export function stageOf(percent: number): CanaryStage {
  if (percent === 0) return 'off';
  const phase = PHASE_PERCENTS.findIndex((phasePercent) => phasePercent === percent);
  return (['phase_1', 'phase_2', 'phase_3'] as const)[phase] ?? 'custom';
}

/** The next lower step of 100, 25, 5, 0. */
export function percentBelow(percent: number): number {
  return PHASE_PERCENTS.findLast((phasePercent) => phasePercent < percent) ?? 0;
}

/** The next higher step of 0, 5, 25, 100; undefined at the top. */
export function percentAbove(percent: number): number | undefined {
  return PHASE_PERCENTS.find((phasePercent) => phasePercent > percent);
}
