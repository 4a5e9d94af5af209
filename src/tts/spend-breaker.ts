import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';

export type SpendLimits = {
  /** For everybody together, and for one user, in any 60 minutes. */
  readonly hourlyUsd: number;
  readonly hourlyUsdPerUser: number;
};

export type SpendEntry = {
  readonly atMilliseconds: number;
  readonly userId: string;
  readonly usd: number;
  /** Who spends or has spent it; documents of the first release do not say. */
  readonly processId?: string;
};

/** Plain JSON. What was reserved and not settled counts as spent, since the call may have been charged. */
export type SpendState = { readonly entries: readonly SpendEntry[] };

/** Money set aside for one call. Exactly one of these must follow it; what comes after the first is ignored. */
export type SpendReservation = {
  /** The call was charged this much. */
  settle(usd: number): void;
  /** The call cost nothing. */
  release(): void;
};

/** Where a call reserves its money. */
export type SpendSource = {
  /** Throws AppError `quota` when the estimate does not fit, with the seconds until it could. */
  reserve(userId: string, estimateUsd: number): SpendReservation;
};

/** Money set aside for calls that are worth nothing without each other. A reservation takes from it first. */
export type SpendAccount = SpendSource & {
  /** Gives back what no call has reserved. */
  close(): void;
};

export type SpendBreaker = SpendSource & {
  /** Throws as `reserve` does, before any of the calls is made. */
  setAside(userId: string, estimateUsd: number): SpendAccount;
  spentUsd(userId?: string): number;
  /** What has been spent elsewhere, instead of what was known of it; gives what of it is less than an hour old. */
  learn(others: readonly SpendEntry[]): readonly SpendEntry[];
  /** What this breaker has reserved or spent in the last hour, without what it has learnt. */
  snapshot(): SpendState;
};

type OpenEntry = { atMilliseconds: number; readonly userId: string; usd: number };

const HOUR_MILLISECONDS = 3_600_000;
/** Sums of estimates are off by their rounding. */
const ROUNDING_USD = 1e-9;

/**
 * Caps what falling back to a paid voice may cost in an hour, so that an outage of our own voice does not become a bill.
 * Money is reserved before a call, so that calls made at the same time cannot pass the cap together; only a call that
 * costs more than its estimate can.
 */
export function createSpendBreaker(options: {
  readonly clock: Clock;
  readonly limits: SpendLimits;
  readonly restored?: SpendState;
}): SpendBreaker {
  const { clock, limits } = options;
  const isCurrent = (entry: SpendEntry): boolean =>
    entry.atMilliseconds > clock.now() - HOUR_MILLISECONDS && entry.usd > 0;
  let entries: OpenEntry[] = [];
  let others: readonly SpendEntry[] = [];
  const learn = (learnt: readonly SpendEntry[]): readonly SpendEntry[] => {
    const now = clock.now();
    // A moment in the future comes from a clock that was wrong, and would never leave the hour.
    const past = learnt.map((entry) => ({ ...entry, atMilliseconds: Math.min(entry.atMilliseconds, now) }));
    return (others = past.filter(isCurrent));
  };
  learn(options.restored?.entries ?? []);
  const current = (userId?: string): SpendEntry[] => {
    entries = entries.filter(isCurrent);
    const all = [...others.filter(isCurrent), ...entries];
    return userId === undefined ? all : all.filter((entry) => entry.userId === userId);
  };

  const refuseBeyondCaps = (userId: string, usd: number): void => {
    refuseBeyond(current(), usd, limits.hourlyUsd, 'in an hour', clock.now());
    refuseBeyond(current(userId), usd, limits.hourlyUsdPerUser, 'in an hour for one user', clock.now());
  };
  const enter = (userId: string, usd: number): OpenEntry => {
    const entry: OpenEntry = { atMilliseconds: clock.now(), userId, usd };
    entries.push(entry);
    return entry;
  };
  const toReservation = (entry: OpenEntry): SpendReservation => {
    let settled = false;
    const settle = (usd: number): void => {
      if (settled) return;
      settled = true;
      // Of an entry that has left the hour meanwhile, the charge is still new.
      if (!entries.includes(entry)) entries.push(entry);
      entry.atMilliseconds = clock.now();
      entry.usd = usd;
    };
    return { settle, release: () => settle(0) };
  };

  return {
    reserve(userId, estimateUsd) {
      requireEstimate(estimateUsd);
      refuseBeyondCaps(userId, estimateUsd);
      return toReservation(enter(userId, estimateUsd));
    },
    setAside(owner, estimateUsd) {
      requireEstimate(estimateUsd);
      refuseBeyondCaps(owner, estimateUsd);
      const account = enter(owner, estimateUsd);
      return {
        reserve(userId, usd) {
          requireEstimate(usd);
          const drawn = Math.min(usd, account.usd);
          if (usd - drawn > ROUNDING_USD) refuseBeyondCaps(userId, usd - drawn);
          account.usd -= drawn;
          return toReservation(enter(userId, usd));
        },
        close() {
          account.usd = 0;
        },
      };
    },
    spentUsd: (userId) => total(current(userId)),
    learn,
    snapshot: () => ({ entries: entries.filter(isCurrent).map((entry) => ({ ...entry })) }),
  };
}

function requireEstimate(usd: number): void {
  if (usd >= 0 && Number.isFinite(usd)) return;
  throw new RangeError(`An estimate must be at least 0 USD, and is ${usd}.`);
}

function refuseBeyond(
  entries: readonly SpendEntry[],
  estimateUsd: number,
  limitUsd: number,
  scope: string,
  now: number,
): void {
  const spentUsd = total(entries);
  if (spentUsd + estimateUsd <= limitUsd) return;
  throw new AppError({
    code: 'fallback_spend_limit',
    kind: 'quota',
    message: `Fallback speech may cost ${limitUsd.toFixed(2)} USD ${scope}; ${spentUsd.toFixed(4)} USD are spent, and this would cost ${estimateUsd.toFixed(4)} USD.`,
    retryAfterSeconds: secondsUntilRoom(entries, estimateUsd, limitUsd, now),
  });
}

function secondsUntilRoom(entries: readonly SpendEntry[], estimateUsd: number, limitUsd: number, now: number): number {
  let left = total(entries);
  for (const entry of entries.toSorted((a, b) => a.atMilliseconds - b.atMilliseconds)) {
    left -= entry.usd;
    if (left + estimateUsd <= limitUsd) return Math.ceil((entry.atMilliseconds + HOUR_MILLISECONDS - now) / 1000);
  }
  return HOUR_MILLISECONDS / 1000;
}

function total(entries: readonly SpendEntry[]): number {
  return entries.reduce((sum, { usd }) => sum + usd, 0);
}
