import type { Canary } from '../../tts/canary.ts';
import type { CanaryDecision } from '../../tts/canary/canary-state.ts';
import type { GuardRail } from '../../tts/canary/guard-rails.ts';
import type { Canary as CanaryAnswer } from '../admin-contract.ts';

type CanaryStatus = Awaited<ReturnType<Canary['status']>>;

/** What `GET /admin/canary` and the analytics say about the rollout. */
export function toCanary({ state, assessment }: CanaryStatus): CanaryAnswer {
  const { guardRails } = state.evidence;
  const arms = (guardRail: GuardRail) => ({
    canary: { ...guardRails[guardRail].canary },
    baseline: { ...guardRails[guardRail].baseline },
  });
  return {
    percent: state.percent,
    stage: state.stage,
    revision: state.revision,
    started_at: toTimestamp(state.startedAt),
    next_step_at: state.nextStepAt === null ? null : toTimestamp(state.nextStepAt),
    assessment: {
      action: assessment.action,
      reason: assessment.action === 'hold' ? assessment.reason : null,
      guard_rail: assessment.action === 'roll_back' ? assessment.guardRail : null,
    },
    guard_rails: { failure_rate: arms('failure_rate'), latency: arms('latency'), audio_check: arms('audio_check') },
    decisions: state.decisions.map(toDecision).toReversed(),
  };
}

function toDecision({ at, by, why, action, fromPercent, toPercent, guardRail }: CanaryDecision) {
  return {
    at: toTimestamp(at),
    by,
    why,
    action,
    from_percent: fromPercent,
    to_percent: toPercent,
    guard_rail: guardRail,
  };
}

function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
