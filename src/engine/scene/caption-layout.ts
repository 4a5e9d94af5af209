import type { CaptionGroup, CaptionWord } from './brief.ts';
import { visualWordOrder } from './word-order.ts';
import { paragraphDirection } from './writing-system.ts';
import type { Direction } from './writing-system.ts';

/** A word at its place; `x` and `width` are its advance box in frame pixels. */
export type PlacedCaptionWord = {
  readonly wordIndex: number;
  readonly text: string;
  readonly direction: Direction;
  readonly x: number;
  readonly width: number;
  /** 0 is the upper line. */
  readonly line: number;
  /** True where the neighbour on that side follows without a space. */
  readonly touchesLeft: boolean;
  readonly touchesRight: boolean;
};

export type CaptionGroupLayout = {
  readonly sizePixels: number;
  readonly lineCount: number;
  readonly words: readonly PlacedCaptionWord[];
};

export type CaptionLayoutOptions = {
  readonly sizePixels: number;
  readonly centreX: number;
  readonly maximumWidth: number;
  /** Advance width at a size, pixels. */
  readonly measure: (text: string, sizePixels: number, direction: Direction) => number;
};

/** Wider than a space, so that the pill around a word keeps clear of its neighbours. */
const WORD_GAP_EM = 0.36;

/**
 * Places the words of a group. Lines are kept as given while they fit; otherwise the words are broken anew into two lines,
 * and if that is still too wide the whole group is set smaller.
 */
export function layOutCaptionGroup(
  words: readonly CaptionWord[],
  group: CaptionGroup,
  options: CaptionLayoutOptions,
): CaptionGroupLayout {
  const given = group.lines.map((line) => range(line.firstWord, line.lastWord));
  const indices = given.flat();
  const direction = paragraphDirection(indices.map((index) => words[index]?.text ?? '').join(' '));
  const widths = new Map(
    indices.map((index) => [index, options.measure(words[index]?.text ?? '', options.sizePixels, direction)]),
  );
  const gap = WORD_GAP_EM * options.sizePixels;
  const widthOf = (line: readonly number[]): number => lineWidth(line, words, widths, gap);
  const widest = (lines: readonly (readonly number[])[]): number => Math.max(...lines.map(widthOf));
  let lines = given;
  if (widest(lines) > options.maximumWidth) {
    const rewrapped = breakInTwo(indices, widthOf);
    if (widest(rewrapped) < widest(lines)) lines = rewrapped;
  }
  const scale = Math.min(1, options.maximumWidth / widest(lines));
  const placed = lines.flatMap((line, lineIndex) => {
    const order = visualWordOrder(
      line.map((index) => words[index]?.text ?? ''),
      direction,
    );
    let x = options.centreX - (widthOf(line) * scale) / 2;
    return order.map((entry, position) => {
      const wordIndex = line[entry.index] ?? 0;
      const width = (widths.get(wordIndex) ?? 0) * scale;
      const left = line[order[position - 1]?.index ?? -1];
      const right = line[order[position + 1]?.index ?? -1];
      if (left !== undefined && !touch(words, left, wordIndex)) x += gap * scale;
      const result = {
        wordIndex,
        text: words[wordIndex]?.text ?? '',
        direction: entry.direction,
        x,
        width,
        line: lineIndex,
        touchesLeft: left !== undefined && touch(words, left, wordIndex),
        touchesRight: right !== undefined && touch(words, wordIndex, right),
      };
      x += width;
      return result;
    });
  });
  return { sizePixels: options.sizePixels * scale, lineCount: lines.length, words: placed };
}

/** Words touch where the later of the two in reading order says so. */
function touch(words: readonly CaptionWord[], first: number, second: number): boolean {
  return words[Math.max(first, second)]?.joinsPrevious === true && Math.abs(first - second) === 1;
}

function lineWidth(
  line: readonly number[],
  words: readonly CaptionWord[],
  widths: ReadonlyMap<number, number>,
  gap: number,
): number {
  let width = 0;
  for (const [position, index] of line.entries()) {
    if (position > 0 && words[index]?.joinsPrevious !== true) width += gap;
    width += widths.get(index) ?? 0;
  }
  return width;
}

/** The break that makes the wider of two lines as narrow as can be. */
function breakInTwo(indices: readonly number[], widthOf: (line: readonly number[]) => number): number[][] {
  let best: number[][] = [[...indices]];
  let bestWidth = Infinity;
  for (let split = 1; split < indices.length; split++) {
    const lines = [indices.slice(0, split), indices.slice(split)];
    const width = Math.max(...lines.map(widthOf));
    if (width < bestWidth) {
      bestWidth = width;
      best = lines;
    }
  }
  return best;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
