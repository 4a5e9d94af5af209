import { strongDirection } from './writing-system.ts';
import type { Direction } from './writing-system.ts';

/** A word of a line at its place from left to right, and the direction in which its own characters are set. */
export type PlacedWord = { readonly index: number; readonly direction: Direction };

/**
 * The Unicode bidirectional algorithm at the grain of words: the order in which the words of a line stand from left to
 * right. Words of the other direction that follow one another form a run that keeps its own order; numbers go with the
 * word before them (rules W2, W7 and N1).
 */
export function visualWordOrder(words: readonly string[], base: Direction): PlacedWord[] {
  const directions: Direction[] = [];
  for (const word of words) directions.push(strongDirection(word) ?? directions.at(-1) ?? base);
  const runs: { direction: Direction; indices: number[] }[] = [];
  for (const [index, direction] of directions.entries()) {
    const run = runs.at(-1);
    if (run?.direction === direction) run.indices.push(index);
    else runs.push({ direction, indices: [index] });
  }
  if (base === 'rtl') runs.reverse();
  return runs.flatMap((run) => {
    const last = run.indices.at(-1);
    const placed = run.indices.map((index) => ({
      index,
      // Punctuation at the end of a run belongs to the sentence around it.
      direction: index === last ? base : run.direction,
    }));
    return run.direction === 'rtl' ? placed.toReversed() : placed;
  });
}
