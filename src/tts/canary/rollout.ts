import { AppError } from '../../core/errors.ts';
import { EMPTY_EVIDENCE, addCall, fixLatencyLimit, forgetCanary } from './canary-evidence.ts';
import type { CanaryCall } from './canary-call.ts';
import {
  type CanaryDecision,
  type CanaryState,
  type CanaryStage,
  percentAbove,
  percentBelow,
  stageOf,
} from './canary-state.ts';
import { judge, type Verdict } from './guard-rails.ts';

/** A phase lasts a week, so that every day of the week has been seen. */
const PHASE_MILLISECONDS = 7 * 24 * 60 * 60 * 1_000;

/** The rest is in the audit log. */
const MOST_DECISIONS = 100;

type Order = { readonly by: string; readonly why: string; readonly at: number };

/** A rollout that has not been decided about. */
export function initialCanaryState(percent: number, at: number): CanaryState {
  requirePercent(percent);
  return {
    revision: 0,
    percent,
    stage: stageOf(percent),
    startedAt: at,
    nextStepAt: null,
    stepMilliseconds: 0,
    evidence: EMPTY_EVIDENCE,
    decisions: [],
  };
}

/**
 * A person's order: any percentage from 0 to 100, at once. Throws `canary_changed` when `expectedRevision` is given and
 * the rollout has moved on since it was read.
 */
export function setPercent(
  state: CanaryState,
  order: Order & { readonly percent: number; readonly expectedRevision?: number },
): CanaryState {
  requirePercent(order.percent);
  if (order.expectedRevision !== undefined && order.expectedRevision !== state.revision) {
    throw new AppError({
      code: 'canary_changed',
      kind: 'invalid_input',
      message: `The rollout must be at revision ${order.expectedRevision}; it is at ${state.revision} with ${state.percent} %.`,
    });
  }
  return move(state, { ...order, action: 'set', toPercent: order.percent, guardRail: null });
}

/**
 * A person's order to go back one step now and one more every `stepMilliseconds`, 100, 25, 5, 0. An order to set a
 * percentage ends it. A rollout at 0 % stays as it is.
 */
export function rollBackGradually(
  state: CanaryState,
  order: Order & { readonly stepMilliseconds: number },
): CanaryState {
  if (!(order.stepMilliseconds > 0)) {
    throw new AppError({
      code: 'invalid_value',
      kind: 'invalid_input',
      message: `The time between two steps of a rollback must be above 0 ms; it is ${order.stepMilliseconds}.`,
    });
  }
  if (state.percent === 0) return state;
  return stepBack({ ...state, stepMilliseconds: order.stepMilliseconds }, order);
}

/** Takes the steps of a gradual rollback that are due, each at its own moment. */
export function advanceRollback(state: CanaryState, at: number): CanaryState {
  let current = state;
  while (current.nextStepAt !== null && current.nextStepAt <= at) {
    current = stepBack(current, {
      by: 'schedule',
      why: 'The next step of the gradual rollback.',
      at: current.nextStepAt,
    });
  }
  return current;
}

/**
 * The rollout after one more call. A guard-rail rolls back at once: failures to 0 %, because users wait through them;
 * slowness and bad audio to the step below. Without 50 baseline calls, as when 100 % is ordered on the first day, there is
 * nothing to compare with, and only the fallback protects. The same object comes back when the call does not count.
 */
export function recordCall(state: CanaryState, call: CanaryCall, at: number): CanaryState {
  const added = addCall(state.evidence, call, at);
  if (added === state.evidence) return state;
  const evidence = state.percent > 0 ? fixLatencyLimit(added) : added;
  const next = { ...state, evidence };
  if (state.percent === 0) return next;
  const verdict = judge(evidence.guardRails);
  if (verdict.action !== 'roll_back') return next;
  const { canary, baseline } = evidence.guardRails[verdict.guardRail];
  return move(next, {
    at,
    by: 'guard-rail',
    why: `${verdict.guardRail}: ${canary.bad} of ${canary.calls} canary calls were bad, ${Math.round(baseline.bad)} of ${Math.round(baseline.calls)} baseline calls.`,
    action: 'roll_back',
    toPercent: verdict.guardRail === 'failure_rate' ? 0 : percentBelow(state.percent),
    guardRail: verdict.guardRail,
  });
}

export type CanaryAssessment =
  | Verdict
  | { readonly action: 'hold'; readonly reason: 'phase_not_over' | 'rolling_back' | 'off' | 'complete' };

/** What the rollout is ready for. `promote` needs a full week, 50 points a guard-rail and none that leans worse. */
export function assess(state: CanaryState, at: number): CanaryAssessment {
  if (state.stage === 'off' || state.stage === 'rolling_back') return { action: 'hold', reason: state.stage };
  const verdict = judge(state.evidence.guardRails);
  if (verdict.action !== 'promote') return verdict;
  if (percentAbove(state.percent) === undefined) return { action: 'hold', reason: 'complete' };
  return at - state.startedAt < PHASE_MILLISECONDS ? { action: 'hold', reason: 'phase_not_over' } : verdict;
}

/** One phase up when the assessment says so, otherwise the same object. */
export function promoteWhenReady(state: CanaryState, at: number): CanaryState {
  const toPercent = percentAbove(state.percent);
  if (toPercent === undefined || assess(state, at).action !== 'promote') return state;
  const why = `A week at ${state.percent} % without a guard-rail that leans worse.`;
  return move(state, { at, by: 'schedule', why, action: 'promote', toPercent, guardRail: null });
}

function stepBack(state: CanaryState, order: Order): CanaryState {
  const toPercent = percentBelow(state.percent);
  const moved = move(state, {
    by: order.by,
    why: order.why,
    at: order.at,
    action: 'roll_back',
    toPercent,
    guardRail: null,
  });
  if (toPercent === 0) return moved;
  return { ...moved, stage: 'rolling_back', nextStepAt: order.at + state.stepMilliseconds };
}

function move(
  state: CanaryState,
  decision: Pick<CanaryDecision, 'at' | 'by' | 'why' | 'action' | 'toPercent' | 'guardRail'>,
): CanaryState {
  const { at, by, why, action, toPercent, guardRail } = decision;
  const entry: CanaryDecision = { at, by, why, action, fromPercent: state.percent, toPercent, guardRail };
  const stage: CanaryStage = stageOf(toPercent);
  return {
    ...state,
    revision: state.revision + 1,
    percent: toPercent,
    stage,
    startedAt: at,
    nextStepAt: null,
    evidence: toPercent > 0 ? fixLatencyLimit(forgetCanary(state.evidence)) : EMPTY_EVIDENCE,
    decisions: [...state.decisions, entry].slice(-MOST_DECISIONS),
  };
}

function requirePercent(percent: number): void {
  if (percent >= 0 && percent <= 100) return;
  throw new AppError({
    code: 'invalid_value',
    kind: 'invalid_input',
    message: `The share of the canary must be from 0 to 100 percent; it is ${percent}.`,
  });
}
