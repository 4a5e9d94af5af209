import { isWrittenWithoutSpaces, mainScript } from './writing-system.ts';

export type FittedText = {
  readonly sizePixels: number;
  readonly lines: readonly string[];
  /** True when not all of the text fits: it ends with an ellipsis, or a word is broken. */
  readonly isCut: boolean;
};

/** A piece of text that is not broken, and whether a space stands before it. */
type Token = { readonly text: string; readonly spaceBefore: boolean };

type LinesCost = { readonly cost: number; readonly lines: readonly string[] };

/** Below this share of the longest line, the last line looks forgotten. */
const SHORTEST_LAST_LINE = 0.38;
const PENALTY_SHORT_LAST_LINE = 0.25;
const PENALTY_WEAK_LINE_END = 0.1;
/** Words of up to this many letters (articles, prepositions) should not end a line. */
const WEAK_WORD_LETTERS = 3;
const NO_LINE_START = /^[\p{Pe}\p{Pf}\p{Po}\u30FC\u3005]/u;
const NO_LINE_END = /[\p{Ps}\p{Pi}]$/u;

/**
 * Breaks a text into balanced lines at the largest size that fits. Sizes are tried from the first to the last; two lines
 * are preferred to three while one of the `preferred` sizes fits. If even the last size needs more lines, the text is cut
 * with an ellipsis.
 *
 * @param measure width of a text at a size, pixels
 */
export function fitLines(
  text: string,
  options: {
    readonly sizes: readonly number[];
    readonly preferredSizes: number;
    readonly maximumWidth: number;
    readonly maximumLines: number;
    readonly measure: (text: string, sizePixels: number) => number;
  },
): FittedText {
  const tokens = tokensOf(text);
  const fits = (count: number, sizePixels: number): readonly string[] | undefined =>
    balancedLines(tokens, count, options.maximumWidth, (line) => options.measure(line, sizePixels));
  const twoLines = Math.min(2, options.maximumLines);
  for (const sizePixels of options.sizes.slice(0, options.preferredSizes)) {
    for (let count = 1; count <= twoLines; count++) {
      const lines = fits(count, sizePixels);
      if (lines !== undefined) return { sizePixels, lines, isCut: false };
    }
  }
  for (const sizePixels of options.sizes) {
    for (let count = 1; count <= options.maximumLines; count++) {
      const lines = fits(count, sizePixels);
      if (lines !== undefined) return { sizePixels, lines, isCut: false };
    }
  }
  return cutToFit(tokens, options);
}

function cutToFit(
  tokens: readonly Token[],
  options: {
    readonly sizes: readonly number[];
    readonly maximumWidth: number;
    readonly maximumLines: number;
    readonly measure: (text: string, sizePixels: number) => number;
  },
): FittedText {
  const sizePixels = options.sizes.at(-1) ?? 0;
  const measure = (line: string): number => options.measure(line, sizePixels);
  // A single word can be wider than the page: then characters are the only places to break.
  const pieces = tokens.flatMap((token) =>
    measure(token.text) <= options.maximumWidth
      ? [token]
      : Array.from(token.text, (text, index) => ({ text, spaceBefore: index === 0 && token.spaceBefore })),
  );
  for (let kept = pieces.length; kept > 0; kept--) {
    const shortened = pieces.slice(0, kept);
    const last = shortened.at(-1);
    if (kept < pieces.length && last !== undefined) {
      shortened[kept - 1] = { ...last, text: `${last.text.replace(/[\p{P}\s]+$/u, '')}…` };
    }
    const lines = greedyLines(shortened, options.maximumWidth, measure);
    if (lines.length <= options.maximumLines) return { sizePixels, lines, isCut: true };
  }
  return { sizePixels, lines: [], isCut: tokens.length > 0 };
}

function greedyLines(tokens: readonly Token[], maximumWidth: number, measure: (line: string) => number): string[] {
  const lines: string[] = [];
  for (const token of tokens) {
    const current = lines.at(-1);
    const extended = current === undefined ? token.text : current + (token.spaceBefore ? ' ' : '') + token.text;
    if (current === undefined || measure(extended) > maximumWidth) lines.push(token.text);
    else lines[lines.length - 1] = extended;
  }
  return lines;
}

/** The break into exactly `count` lines whose widths differ least, or undefined if some line would be too wide. */
function balancedLines(
  tokens: readonly Token[],
  count: number,
  maximumWidth: number,
  measure: (line: string) => number,
): readonly string[] | undefined {
  if (tokens.length < count) return undefined;
  const target = Math.min(maximumWidth, measure(joinTokens(tokens)) / count);
  const solve = (first: number, linesLeft: number): LinesCost | undefined => {
    let best: LinesCost | undefined;
    const lastStart = linesLeft === 1 ? tokens.length : tokens.length - linesLeft + 1;
    for (let end = linesLeft === 1 ? tokens.length : first + 1; end <= lastStart; end++) {
      const line = joinTokens(tokens.slice(first, end));
      const width = measure(line);
      if (width > maximumWidth) break;
      const rest = linesLeft === 1 ? { cost: 0, lines: [] } : solveOnce(end, linesLeft - 1);
      if (rest === undefined) continue;
      let cost = rest.cost + ((width - target) / target) ** 2;
      if (linesLeft > 1 && isWeakEnd(tokens[end - 1])) cost += PENALTY_WEAK_LINE_END;
      if (linesLeft === 1 && count > 1 && width < target * SHORTEST_LAST_LINE) cost += PENALTY_SHORT_LAST_LINE;
      if (best === undefined || cost < best.cost) best = { cost, lines: [line, ...rest.lines] };
    }
    return best;
  };
  const known = new Map<number, LinesCost | undefined>();
  const solveOnce = (first: number, linesLeft: number): LinesCost | undefined => {
    const key = first * 8 + linesLeft;
    if (!known.has(key)) known.set(key, solve(first, linesLeft));
    return known.get(key);
  };
  return solveOnce(0, count)?.lines;
}

function isWeakEnd(token: Token | undefined): boolean {
  return token !== undefined && Array.from(token.text).length <= WEAK_WORD_LETTERS && /^\p{L}+$/u.test(token.text);
}

function joinTokens(tokens: readonly Token[]): string {
  return tokens.map((token, index) => (index > 0 && token.spaceBefore ? ' ' : '') + token.text).join('');
}

function tokensOf(text: string): Token[] {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  const tokens: Token[] = [];
  for (const word of words) {
    for (const [index, piece] of piecesOf(word).entries()) {
      const previous = tokens.at(-1);
      const spaceBefore = index === 0 && tokens.length > 0;
      const staysTogether =
        previous !== undefined && !spaceBefore && (NO_LINE_START.test(piece) || NO_LINE_END.test(previous.text));
      if (staysTogether) tokens[tokens.length - 1] = { ...previous, text: previous.text + piece };
      else tokens.push({ text: piece, spaceBefore });
    }
  }
  return tokens;
}

/** Where a word may be broken: after hyphens, and between the words of scripts that write none apart. */
function piecesOf(word: string): string[] {
  const script = mainScript(word);
  if (isWrittenWithoutSpaces(script)) {
    const language = script === 'kana' ? 'ja' : script === 'han' ? 'zh' : 'th';
    const segments = new Intl.Segmenter(language, { granularity: 'word' }).segment(word);
    return Array.from(segments, ({ segment }) => segment);
  }
  return word.split(/(?<=\p{L}[-\u2010\u2013\u2014/])(?=\p{L}{2})/u);
}
