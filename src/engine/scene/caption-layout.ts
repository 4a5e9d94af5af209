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
 * and if that is still too wide the whole group is set smaller. Words without any text take no room.
 */
export function layOutCaptionGroup(
  words: readonly CaptionWord[],
  group: CaptionGroup,
  options: CaptionLayoutOptions,
): CaptionGroupLayout {
  const given = group.lines
    .map((line) => range(line.firstWord, line.lastWord).filter((index) => words[index]?.text !== ''))
    .filter((line) => line.length > 0);
  if (given.length === 0) return { sizePixels: options.sizePixels, lineCount: 0, words: [] };
  const indices = given.flat();
  const direction = paragraphDirection(indices.map((index) => words[index]?.text ?? '').join(' '));
  const widths = new Map(
    indices.map((index) => [index, options.measure(words[index]?.text ?? '', options.sizePixels, direction)]),
  );
  const gap = WORD_GAP_EM * options.sizePixels;
  const place = (line: readonly number[]): PlacedLine => placeLine(line, words, widths, gap, direction);
  const widest = (lines: readonly (readonly number[])[]): number => Math.max(...lines.map((line) => place(line).width));
  let lines = given;
  if (widest(lines) > options.maximumWidth) {
    const rewrapped = breakInTwo(indices, (line) => place(line).width);
    if (widest(rewrapped) < widest(lines)) lines = rewrapped;
  }
  const scale = Math.min(1, options.maximumWidth / widest(lines));
  const placed = lines.flatMap((line, lineIndex) => {
    const { words: inLine, width } = place(line);
    const left = options.centreX - (width * scale) / 2;
    return inLine.map(({ wordIndex, text, direction, x, width: wordWidth, touchesLeft, touchesRight }) => ({
      wordIndex,
      text,
      direction,
      x: left + x * scale,
      width: wordWidth * scale,
      line: lineIndex,
      touchesLeft,
      touchesRight,
    }));
  });
  return { sizePixels: options.sizePixels * scale, lineCount: lines.length, words: placed };
}

type PlacedLine = { readonly width: number; readonly words: readonly Omit<PlacedCaptionWord, 'line'>[] };

/** Places a line from x = 0, from left to right as it is seen. */
function placeLine(
  line: readonly number[],
  words: readonly CaptionWord[],
  widths: ReadonlyMap<number, number>,
  gap: number,
  direction: Direction,
): PlacedLine {
  const order = visualWordOrder(
    line.map((index) => words[index]?.text ?? ''),
    direction,
  ).map((entry) => ({ wordIndex: line[entry.index] ?? 0, direction: entry.direction }));
  let x = 0;
  const placed = order.map((entry, position) => {
    const { wordIndex, direction: ownDirection } = entry;
    const left = order[position - 1]?.wordIndex;
    const right = order[position + 1]?.wordIndex;
    const touchesLeft = left !== undefined && touch(words, left, wordIndex);
    if (left !== undefined && !touchesLeft) x += gap;
    const width = widths.get(wordIndex) ?? 0;
    const word = {
      wordIndex,
      direction: ownDirection,
      text: words[wordIndex]?.text ?? '',
      x,
      width,
      touchesLeft,
      touchesRight: right !== undefined && touch(words, wordIndex, right),
    };
    x += width;
    return word;
  });
  return { width: x, words: placed };
}

/** Words touch where they stand side by side and the later in reading order says so. */
function touch(words: readonly CaptionWord[], first: number, second: number): boolean {
  return words[Math.max(first, second)]?.joinsPrevious === true && Math.abs(first - second) === 1;
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
