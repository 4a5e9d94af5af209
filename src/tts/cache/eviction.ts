import type { SpeechKey } from './speech-key.ts';

export type EntryFacts = {
  readonly key: SpeechKey;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly lastUsedAt: number;
};

/** An entry used so recently may be in the hands of another process; room is never made at its cost. */
export const GUARD_MILLISECONDS = 60_000;

/** Unused for longer than `maximumAgeSeconds`. */
export function isExpired(lastUsedAt: number, now: number, maximumAgeSeconds: number): boolean {
  return ageMilliseconds(lastUsedAt, now) > maximumAgeSeconds * 1000;
}

/** The entries that may go to make room, in the order in which they go: the least recently used first. */
export function removableEntries(entries: readonly EntryFacts[], now: number): EntryFacts[] {
  return entries
    .filter((entry) => isIdle(entry.lastUsedAt, now))
    .sort((a, b) => ageMilliseconds(b.lastUsedAt, now) - ageMilliseconds(a.lastUsedAt, now));
}

export function isIdle(lastUsedAt: number, now: number): boolean {
  return ageMilliseconds(lastUsedAt, now) >= GUARD_MILLISECONDS;
}

/** A time in the future counts as equally far in the past, or a clock set back would keep its entries for ever. */
function ageMilliseconds(lastUsedAt: number, now: number): number {
  return Math.abs(now - lastUsedAt);
}
