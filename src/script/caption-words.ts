import type { AlignedWord } from '../media/alignment.ts';
import { displayWidth } from './caption-groups.ts';
import type { Span } from './normalise/compose.ts';
import { findMarkup } from './normalise/markdown.ts';
import { findSentences, segmenterLocale } from './sentences.ts';

/** A word as the user wrote it, and when it is heard. */
export type CaptionWord = {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** True when the original text has no space before this word (Chinese, Japanese, or after a hyphen). */
  readonly joinsPrevious: boolean;
  /** True when a sentence ends with this word. */
  readonly endsSentence: boolean;
};

/** One spoken piece of the script. */
export type SpokenPiece = {
  /** Where the piece stands in the script: UTF-16 offsets, half-open, as `splitIntoUtterances` gives them. */
  readonly start: number;
  readonly end: number;
  /** Spans of the piece's normalised text; their source offsets count from `start`. */
  readonly spans: readonly Span[];
  /** Words of the alignment; times count from the beginning of the piece's own speech. */
  readonly words: readonly AlignedWord[];
  /** When the piece's speech begins and ends in the whole. */
  readonly startSeconds: number;
  readonly endSeconds: number;
};

/**
 * The words of the script as they were written, with the times at which they are heard. Every visible character of the
 * script appears, except Markdown and HTML markup. Times never go back and lie in 0..durationSeconds. A word that has no
 * sound (an emoji, a lone dash) stands at the end of the word before it. Without aligned words a piece's words share its
 * time by their length.
 */
export function captionWords(input: {
  readonly text: string;
  readonly language: string;
  readonly pieces: readonly SpokenPiece[];
  readonly durationSeconds: number;
}): CaptionWord[] {
  const written = findWrittenWords(input.text, input.language);
  const times = withInterpolation(
    written,
    written.map((word) => timeOf(word, input.pieces)),
  );
  const words: CaptionWord[] = [];
  let clock = 0;
  for (const [index, word] of written.entries()) {
    const time = times[index];
    const startSeconds = clamp(time?.startSeconds ?? clock, clock, input.durationSeconds);
    const endSeconds = clamp(time?.endSeconds ?? startSeconds, startSeconds, input.durationSeconds);
    clock = endSeconds;
    words.push({
      text: word.text,
      startSeconds,
      endSeconds,
      joinsPrevious: word.joinsPrevious,
      endsSentence: word.endsSentence,
    });
  }
  return words;
}

type WrittenWord = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly joinsPrevious: boolean;
  readonly endsSentence: boolean;
};

/** In columns. Long enough for ordinary words; web addresses are cut so that a line can hold them. */
const MAXIMUM_WORD_WIDTH = 24;

/** A web address is cut after one of its marks, unless that would leave a stump of fewer characters than this. */
const MINIMUM_PART_CHARACTERS = 8;

const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function findWrittenWords(text: string, language: string): WrittenWord[] {
  const markup = findMarkup(text);
  const segmenter = new Intl.Segmenter(segmenterLocale(language), { granularity: 'word' });
  const words: WrittenWord[] = [];
  for (const match of text.matchAll(/\S+/gu)) {
    let isFirst = true;
    for (const part of splitToken(match[0], segmenter)) {
      const start = match.index + part.start;
      const end = match.index + part.end;
      const shown = withoutMarkup(text, start, end, markup);
      if (shown === '') continue;
      words.push({ start, end, text: shown, joinsPrevious: !isFirst, endsSentence: false });
      isFirst = false;
    }
  }
  return markSentenceEnds(
    words,
    findSentences(text, language).map((sentence) => sentence.end),
  );
}

type Part = { readonly start: number; readonly end: number };

function splitToken(token: string, segmenter: Intl.Segmenter): Part[] {
  const parts = WITHOUT_SPACES.test(token) ? segmentedParts(token, segmenter) : dashedParts(token);
  return parts.flatMap((part) => (isTooWide(token.slice(part.start, part.end)) ? brokenParts(token, part) : [part]));
}

/** Words of a script without spaces; marks go with the word before them, opening brackets and currency signs with the word after. */
function segmentedParts(token: string, segmenter: Intl.Segmenter): Part[] {
  const parts: Part[] = [];
  let start = 0;
  let hasWord = false;
  for (const { segment, index, isWordLike } of segmenter.segment(token)) {
    const opens =
      /^[\p{Ps}\p{Pi}\p{Sc}#@]/u.test(segment) && /^[\p{L}\p{N}]/u.test(token.slice(index + segment.length));
    if (hasWord && (isWordLike === true || opens)) {
      parts.push({ start, end: index });
      start = index;
      hasWord = false;
    }
    if (isWordLike === true) hasWord = true;
  }
  parts.push({ start, end: token.length });
  return parts;
}

/** "word—word" is two words on screen; a hyphenated word stays whole. */
function dashedParts(token: string): Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const match of token.matchAll(/(?<=[\p{L}\p{N}.,!?…"”’)])(?:—|--|…(?=\p{L}))(?=[\p{L}\p{N}"“‘(¿¡])/gu)) {
    const end = match.index + match[0].length;
    parts.push({ start, end });
    start = end;
  }
  parts.push({ start, end: token.length });
  return parts;
}

/** No character takes more than two columns, so most words need not be measured. */
function isTooWide(text: string): boolean {
  return text.length * 2 > MAXIMUM_WORD_WIDTH && displayWidth(text) > MAXIMUM_WORD_WIDTH;
}

function brokenParts(token: string, part: Part): Part[] {
  const parts: Part[] = [];
  let start = part.start;
  while (start < part.end) {
    const end = start + fittingLength(token.slice(start, part.end));
    const mark = lastMark(token.slice(start, end));
    const cut = end < part.end && mark >= MINIMUM_PART_CHARACTERS ? start + mark : end;
    parts.push({ start, end: cut });
    start = cut;
  }
  return parts;
}

/** How much of a text fits into the width of a word; at least one character. */
function fittingLength(text: string): number {
  let length = 0;
  let width = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    width += displayWidth(segment);
    if (width > MAXIMUM_WORD_WIDTH && length > 0) break;
    length += segment.length;
  }
  return length;
}

function lastMark(text: string): number {
  return Math.max(...['/', '-', '_', '.', '?', '&', '=', ',', '@'].map((sign) => text.lastIndexOf(sign))) + 1;
}

function withoutMarkup(text: string, start: number, end: number, markup: readonly Part[]): string {
  let shown = '';
  let position = start;
  for (const range of markup) {
    if (range.end <= position || range.start >= end) continue;
    shown += text.slice(position, Math.max(position, range.start));
    position = Math.min(end, range.end);
  }
  return shown + text.slice(position, end);
}

function markSentenceEnds(words: readonly WrittenWord[], sentenceEnds: readonly number[]): WrittenWord[] {
  let sentence = 0;
  return words.map((word, index) => {
    while ((sentenceEnds[sentence] ?? Infinity) < word.end) sentence += 1;
    const next = words[index + 1];
    const end = sentenceEnds[sentence] ?? Infinity;
    return { ...word, endsSentence: next === undefined || (word.end <= end && next.end > end) };
  });
}

type Time = { readonly startSeconds: number; readonly endSeconds: number };

function timeOf(word: WrittenWord, pieces: readonly SpokenPiece[]): Time | undefined {
  let time: Time | undefined;
  for (const piece of pieces) {
    if (piece.end <= word.start || piece.start >= word.end) continue;
    for (const span of piece.spans) {
      const heard = timeOfSpan(word, span, piece);
      if (heard === undefined) continue;
      time = {
        startSeconds: Math.min(time?.startSeconds ?? Infinity, heard.startSeconds),
        endSeconds: Math.max(time?.endSeconds ?? 0, heard.endSeconds),
      };
    }
  }
  return time;
}

/** Words that are spoken but missing from the alignment share the gap between their neighbours by length. */
function withInterpolation(words: readonly WrittenWord[], times: readonly (Time | undefined)[]): (Time | undefined)[] {
  const filled = [...times];
  let index = 0;
  while (index < words.length) {
    if (times[index] !== undefined) {
      index += 1;
      continue;
    }
    let end = index;
    while (end < words.length && times[end] === undefined) end += 1;
    const from = filled[index - 1]?.endSeconds;
    const to = times[end]?.startSeconds;
    if (from !== undefined && to !== undefined) fillGap(words, filled, { first: index, end, from, to });
    index = end;
  }
  return filled;
}

function fillGap(
  words: readonly WrittenWord[],
  times: (Time | undefined)[],
  gap: { first: number; end: number; from: number; to: number },
): void {
  const weights = words.slice(gap.first, gap.end).map((word) => word.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0 || gap.to <= gap.from) return;
  let clock = gap.from;
  for (const [offset, weight] of weights.entries()) {
    const endSeconds = clock + ((gap.to - gap.from) * weight) / total;
    times[gap.first + offset] = { startSeconds: clock, endSeconds };
    clock = endSeconds;
  }
}

/** The share of a span that belongs to the word, first in characters, then in time. */
function timeOfSpan(word: WrittenWord, span: Span, piece: SpokenPiece): Time | undefined {
  const sourceStart = piece.start + span.sourceStart;
  const sourceEnd = piece.start + span.sourceEnd;
  const from = Math.max(word.start, sourceStart);
  const to = Math.min(word.end, sourceEnd);
  if (from >= to) return undefined;
  const scale = (span.spokenEnd - span.spokenStart) / (sourceEnd - sourceStart);
  const spokenStart = span.spokenStart + (from - sourceStart) * scale;
  const spokenEnd = span.spokenStart + (to - sourceStart) * scale;
  return timeOfSpoken(spokenStart, spokenEnd, piece);
}

function timeOfSpoken(start: number, end: number, piece: SpokenPiece): Time | undefined {
  if (piece.words.length === 0) return shareOfPiece(start, end, piece);
  let first: number | undefined;
  let last: number | undefined;
  for (const word of piece.words) {
    if (word.end <= start || word.start >= end) continue;
    first ??= timeInWord(Math.max(start, word.start), word);
    last = timeInWord(Math.min(end, word.end), word);
  }
  if (first === undefined || last === undefined) return undefined;
  return { startSeconds: piece.startSeconds + first, endSeconds: piece.startSeconds + last };
}

/** A spoken word that covers two written ones ("of the" in one breath) is shared between them by length. */
function timeInWord(offset: number, word: AlignedWord): number {
  const share = (offset - word.start) / Math.max(1, word.end - word.start);
  return word.startSeconds + share * (word.endSeconds - word.startSeconds);
}

function shareOfPiece(start: number, end: number, piece: SpokenPiece): Time {
  const length = Math.max(1, piece.spans.at(-1)?.spokenEnd ?? 1);
  const seconds = (offset: number) =>
    piece.startSeconds + (Math.min(offset, length) / length) * (piece.endSeconds - piece.startSeconds);
  return { startSeconds: seconds(start), endSeconds: seconds(end) };
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.max(minimum, Math.min(Math.max(minimum, maximum), value));
}
