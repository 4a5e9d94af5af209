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

/**
 * The entries to remove so that at most `targetBytes` stay: the least recently used first, none of the last minute.
 * When those are not enough, more than `targetBytes` stay.
 */
export function leastRecentlyUsed(entries: readonly EntryFacts[], now: number, targetBytes: number): EntryFacts[] {
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const removable = entries
    .filter((entry) => isIdle(entry.lastUsedAt, now))
    .sort((a, b) => ageMilliseconds(b.lastUsedAt, now) - ageMilliseconds(a.lastUsedAt, now));
  const chosen: EntryFacts[] = [];
  for (const entry of removable) {
    if (bytes <= targetBytes) break;
    chosen.push(entry);
    bytes -= entry.bytes;
  }
  return chosen;
}

export function isIdle(lastUsedAt: number, now: number): boolean {
  return ageMilliseconds(lastUsedAt, now) >= GUARD_MILLISECONDS;
}

/** A time in the future counts as equally far in the past, or a clock set back would keep its entries for ever. */
function ageMilliseconds(lastUsedAt: number, now: number): number {
  return Math.abs(now - lastUsedAt);
}
