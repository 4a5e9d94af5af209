import { FAILURE_POLICY } from '../core/failure-policy.ts';
import type { FailureKind } from '../core/failure-policy.ts';

/**
 * Whether one server may have work; plain JSON. `last_resort` is an ejected server that nothing else stands in for: the fleet tries it
 * again at the shortest interval, which never grows.
 */
export type Breaker = {
  readonly state: 'serving' | 'ejected' | 'last_resort';
  readonly consecutiveFailures: number;
  /** How many ejections in a row the next one is lengthened by. */
  readonly ejections: number;
  /** When a server that is not serving may be tried with one utterance, milliseconds since the epoch. */
  readonly retryAt: number;
  /** The newest failure that counted: why a server that is not serving was taken out. */
  readonly lastFailure: FailureKind | null;
};

export type BreakerRules = {
  /** At a failure rate of 1 %, three in a row come once in a million calls. */
  readonly failuresToEject: number;
  readonly ejectionSeconds: number;
  readonly longestEjectionSeconds: number;
};

export const NEW_BREAKER: Breaker = {
  state: 'serving',
  consecutiveFailures: 0,
  ejections: 0,
  retryAt: 0,
  lastFailure: null,
};

/** A stored moment beyond the longest ejection comes from a clock that was wrong, and must not keep a server out. */
export function restoreBreaker(stored: Breaker | undefined, now: number, rules: BreakerRules): Breaker {
  if (stored === undefined) return NEW_BREAKER;
  return { ...stored, retryAt: Math.min(stored.retryAt, now + rules.longestEjectionSeconds * 1000) };
}

/**
 * A server that has come back is on probation: its next failure ejects it again, its next success clears it. The
 * lengthening is forgotten one success at a time, so that a server that comes and goes stays away longer and longer.
 */
export function afterSuccess(breaker: Breaker, rules: BreakerRules): Breaker {
  if (breaker.state === 'serving') {
    return { ...breaker, consecutiveFailures: 0, ejections: Math.max(0, breaker.ejections - 1) };
  }
  return { ...breaker, state: 'serving', consecutiveFailures: rules.failuresToEject - 1, retryAt: 0 };
}

/** Kinds that do not count to a breaker (core/failure-policy) change nothing. */
export function afterFailure(
  breaker: Breaker,
  failure: FailureKind,
  context: { readonly now: number; readonly rules: BreakerRules },
): Breaker {
  const { countsToBreaker } = FAILURE_POLICY[failure];
  if (countsToBreaker === 'no') return breaker;
  const { now, rules } = context;
  const consecutiveFailures = breaker.consecutiveFailures + 1;
  const trips =
    breaker.state !== 'serving' || countsToBreaker === 'opens_at_once' || consecutiveFailures >= rules.failuresToEject;
  if (!trips) return { ...breaker, consecutiveFailures, lastFailure: failure };
  const ejections = breaker.ejections + 1;
  const seconds = Math.min(rules.ejectionSeconds * 2 ** (ejections - 1), rules.longestEjectionSeconds);
  return { state: 'ejected', consecutiveFailures, ejections, retryAt: now + seconds * 1000, lastFailure: failure };
}
