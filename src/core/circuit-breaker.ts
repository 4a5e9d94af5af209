import type { Clock } from './clock.ts';
import { FAILURE_POLICY } from './failure-policy.ts';
import type { FailureKind } from './failure-policy.ts';

export type BreakerLimits = {
  /** A dead provider gets this many calls and no more. */
  readonly consecutiveFailures: number;
  /** Opens when at least `leastCalls` of the last `windowCalls` are known and this share of them failed. */
  readonly windowCalls: number;
  readonly leastCalls: number;
  readonly failureShare: number;
  /** How long it stays open: doubling from the first to the longest, each shortened by up to a half at random. */
  readonly firstOpenMilliseconds: number;
  readonly longestOpenMilliseconds: number;
  /** Successes in a row after which the open time starts from the first again. */
  readonly successesToForget: number;
};

/**
 * Sized for a few calls a minute. At 1 % errors, five failures in a row or five of ten calls come less than once in 10^7
 * calls; a provider that is well again is found out within a minute, also when its last probe hung for ten seconds first.
 */
export const BREAKER_LIMITS: BreakerLimits = {
  consecutiveFailures: 5,
  windowCalls: 20,
  leastCalls: 10,
  failureShare: 0.5,
  firstOpenMilliseconds: 5000,
  longestOpenMilliseconds: 45_000,
  successesToForget: 10,
};

/** Plain JSON. A breaker that was half open is stored as open, because its probe is lost with the process. */
export type BreakerState = {
  readonly openUntilMilliseconds: number | null;
  readonly timesOpened: number;
  readonly lastFailure: FailureKind | null;
  /** The newest outcomes, oldest first; true is a failure. */
  readonly failures: readonly boolean[];
};

export type BreakerStatus = {
  readonly phase: 'closed' | 'open' | 'half_open';
  readonly retryAfterSeconds: number;
  readonly lastFailure: FailureKind | undefined;
};

/** The right to make one call. Exactly one of these must follow it; what comes after the first is ignored. */
export type BreakerPermit = {
  succeed(): void;
  fail(kind: FailureKind): void;
  /** The call said nothing about the provider, for example because it was cancelled. */
  abandon(): void;
};

export type CircuitBreakers = {
  /** Undefined while the breaker of the key is open, or half open with its probe under way. */
  acquire(key: string): BreakerPermit | undefined;
  status(key: string): BreakerStatus;
  snapshot(): Record<string, BreakerState>;
};

type Circuit = {
  openUntil: number | undefined;
  timesOpened: number;
  lastFailure: FailureKind | undefined;
  failures: boolean[];
  probing: boolean;
  /** Raised when it opens or closes, so that late answers from before are not taken for news. */
  generation: number;
};

/** One circuit breaker for each key. What counts as a failure is decided by core/failure-policy.ts. */
export function createCircuitBreakers(options: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits?: BreakerLimits;
  readonly restored?: Readonly<Record<string, BreakerState>>;
}): CircuitBreakers {
  const { clock, random, limits = BREAKER_LIMITS, restored = {} } = options;
  const circuits = new Map(Object.entries(restored).map(([key, state]) => [key, restore(state, clock.now(), limits)]));

  const circuitOf = (key: string): Circuit => {
    const circuit = circuits.get(key) ?? restore(undefined, clock.now(), limits);
    circuits.set(key, circuit);
    return circuit;
  };
  const open = (circuit: Circuit): void => {
    const longest = limits.firstOpenMilliseconds * 2 ** Math.min(circuit.timesOpened, 30);
    const ceiling = Math.min(limits.longestOpenMilliseconds, longest);
    circuit.openUntil = clock.now() + ceiling * (0.5 + 0.5 * random());
    circuit.timesOpened += 1;
    circuit.failures = [];
    circuit.generation += 1;
  };
  const close = (circuit: Circuit): void => {
    circuit.openUntil = undefined;
    circuit.failures = [];
    circuit.generation += 1;
  };
  const record = (circuit: Circuit, kind: FailureKind | undefined): void => {
    if (kind !== undefined) circuit.lastFailure = kind;
    circuit.failures = [...circuit.failures, kind !== undefined].slice(-limits.windowCalls);
    const mustOpen = kind !== undefined && FAILURE_POLICY[kind].countsToBreaker === 'opens_at_once';
    if (mustOpen || hasFailed(circuit.failures, limits)) return open(circuit);
    const successes = circuit.failures.length - 1 - circuit.failures.lastIndexOf(true);
    if (successes >= limits.successesToForget) circuit.timesOpened = 0;
  };

  return {
    acquire(key) {
      const circuit = circuitOf(key);
      const isProbe = circuit.openUntil !== undefined;
      if (circuit.openUntil !== undefined && (circuit.probing || clock.now() < circuit.openUntil)) return undefined;
      circuit.probing = isProbe;
      const { generation } = circuit;
      let settled = false;
      const settle = (act: () => void): void => {
        if (settled) return;
        settled = true;
        if (isProbe) circuit.probing = false;
        if (circuit.generation === generation) act();
      };
      return {
        succeed: () =>
          settle(() => {
            if (isProbe) close(circuit);
            record(circuit, undefined);
          }),
        fail: (kind) =>
          settle(() => {
            if (FAILURE_POLICY[kind].countsToBreaker === 'no') return;
            if (!isProbe) return record(circuit, kind);
            circuit.lastFailure = kind;
            open(circuit);
          }),
        abandon: () => settle(() => undefined),
      };
    },
    status(key) {
      const circuit = circuitOf(key);
      const { lastFailure, openUntil } = circuit;
      const left = openUntil === undefined ? 0 : Math.max(0, openUntil - clock.now()) / 1000;
      const phase = openUntil === undefined ? 'closed' : left > 0 ? 'open' : 'half_open';
      return { phase, retryAfterSeconds: left, lastFailure };
    },
    snapshot() {
      return Object.fromEntries(
        Array.from(circuits, ([key, { openUntil, timesOpened, lastFailure, failures }]) => [
          key,
          {
            openUntilMilliseconds: openUntil ?? null,
            timesOpened,
            lastFailure: lastFailure ?? null,
            failures: [...failures],
          },
        ]),
      );
    },
  };
}

function hasFailed(failures: readonly boolean[], limits: BreakerLimits): boolean {
  const last = failures.slice(-limits.consecutiveFailures);
  if (last.length === limits.consecutiveFailures && last.every(Boolean)) return true;
  const failed = failures.filter(Boolean).length;
  return failures.length >= limits.leastCalls && failed >= limits.failureShare * failures.length;
}

/** A stored moment beyond the longest open time comes from a clock that was wrong, and must not keep a provider out. */
function restore(state: BreakerState | undefined, now: number, limits: BreakerLimits): Circuit {
  const openUntil = state?.openUntilMilliseconds ?? undefined;
  return {
    openUntil: openUntil === undefined ? undefined : Math.min(openUntil, now + limits.longestOpenMilliseconds),
    timesOpened: state?.timesOpened ?? 0,
    lastFailure: state?.lastFailure ?? undefined,
    failures: [...(state?.failures ?? [])].slice(-limits.windowCalls),
    probing: false,
    generation: 0,
  };
}
