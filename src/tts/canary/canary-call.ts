import type { FailureKind } from '../../core/failure-policy.ts';

export type Arm = 'canary' | 'baseline';

/** How one speech operation ended on the provider of its arm; what a fallback did afterwards does not belong here. */
export type CanaryCall = {
  readonly arm: Arm;
  readonly userId: string;
  /** The failure after which the provider was given up; null when it delivered. */
  readonly errorKind: FailureKind | null;
  readonly executionMilliseconds: number;
};

/** What a failure says about the provider: faults of the caller, of the request and of our own machine say nothing. */
const MEANING = {
  cancelled: 'nothing',
  invalid_input: 'nothing',
  unsupported: 'nothing',
  uncertain: 'nothing',
  over_budget: 'nothing',
  storage: 'nothing',
  internal: 'nothing',
  auth: 'failed',
  quota: 'failed',
  rate_limited: 'failed',
  timeout: 'failed',
  unavailable: 'failed',
  protocol: 'failed',
  bad_audio: 'bad_audio',
} as const satisfies Record<FailureKind, CallOutcome | 'nothing'>;

export type CallOutcome = 'delivered' | 'failed' | 'bad_audio';

/** The outcome of a call, or undefined when it says nothing about the provider. */
export function outcomeOf(call: CanaryCall): CallOutcome | undefined {
  if (call.errorKind === null) return 'delivered';
  const meaning = MEANING[call.errorKind];
  return meaning === 'nothing' ? undefined : meaning;
}
