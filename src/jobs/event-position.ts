import type { Clock } from '../core/clock.ts';

/** How far behind the newest event a missing one is looked for: far more than transactions can have under way at once. */
export const GAP_WINDOW = 1_000;
/** Gaps so close together are read at once, with what lies between them. */
const RANGE_SEQUENCES = 100;

/**
 * A reader's place in the log of all jobs: everything up to `tail` has been seen, but for the gaps. A sequence that was passed
 * over belongs to a transaction that has not ended yet, or to one that was rolled back; which, only time tells.
 */
export type EventPosition = {
  readonly tail: number;
  /** True the first time that a sequence behind the start is seen. */
  admit(sequence: number): boolean;
  /** The gaps that may still be filled, the last ones first: from `first` to `last`, both included. */
  gapRanges(): readonly { readonly first: number; readonly last: number }[];
};

/** With `settleMilliseconds` 0 there are no gaps. */
export function createEventPosition(options: {
  readonly start: number;
  /** How long after it was passed over a sequence can still appear. */
  readonly settleMilliseconds: number;
  readonly clock: Clock;
}): EventPosition {
  const { settleMilliseconds, clock } = options;
  let tail = options.start;
  /** By sequence, upwards: when it was passed over. */
  const gaps = new Map<number, number>();

  function rememberGaps(sequence: number): void {
    if (settleMilliseconds === 0) return;
    const now = clock.now();
    for (let gap = Math.max(tail + 1, sequence - GAP_WINDOW); gap < sequence; gap += 1) gaps.set(gap, now);
  }

  return {
    get tail() {
      return tail;
    },
    admit(sequence) {
      if (sequence <= tail) return gaps.delete(sequence);
      rememberGaps(sequence);
      tail = sequence;
      return true;
    },
    gapRanges() {
      const ranges: { first: number; last: number }[] = [];
      const oldest = clock.now() - settleMilliseconds;
      for (const [sequence, since] of gaps) {
        if (since < oldest) {
          gaps.delete(sequence);
          continue;
        }
        const range = ranges.at(-1);
        if (range !== undefined && sequence - range.first < RANGE_SEQUENCES) range.last = sequence;
        else ranges.push({ first: sequence, last: sequence });
      }
      return ranges.toReversed();
    },
  };
}
