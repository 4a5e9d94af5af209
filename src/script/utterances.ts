import { findSentences, segmenterLocale } from './sentences.ts';

/** What ends a piece of the script, and so how long the voice rests after it. */
export type UtteranceBoundary = 'clause' | 'sentence' | 'paragraph' | 'end';

/** A piece of the script that is spoken in one go. UTF-16 offsets, half-open; white space belongs to the piece before it. */
export type UtterancePiece = {
  readonly start: number;
  readonly end: number;
  readonly boundary: UtteranceBoundary;
  readonly pauseAfterSeconds: number;
};

/** Rests of a calm presenter. They come on top of the short silence with which every voice ends an utterance. */
export const PAUSE_SECONDS: Readonly<Record<UtteranceBoundary, number>> = {
  clause: 0.15,
  sentence: 0.35,
  paragraph: 0.7,
  end: 0,
};

/** Voices lose their breath and their place in longer texts; HeyGen and the speech models are at their best below this. */
export const MAXIMUM_UTTERANCE_CHARACTERS = 320;

/** Speech models misread very short texts, so a shorter sentence is spoken together with its neighbour. */
export const MINIMUM_UTTERANCE_LETTERS = 12;

/**
 * Splits a script into the pieces that are sent to a voice: sentences, long ones cut at clauses and then at words, tiny
 * ones joined. Pieces lie end to end, so that joining them gives back the script; every piece has something to say
 * unless the whole script has nothing. An empty script has no pieces.
 */
export function splitIntoUtterances(
  text: string,
  language: string,
  limits: { readonly maximumCharacters?: number; readonly minimumLetters?: number } = {},
): UtterancePiece[] {
  const maximum = limits.maximumCharacters ?? MAXIMUM_UTTERANCE_CHARACTERS;
  const minimum = limits.minimumLetters ?? MINIMUM_UTTERANCE_LETTERS;
  const parts: Part[] = findSentences(text, language).flatMap((sentence) =>
    splitLong(text, sentence.start, sentence.end, maximum, language).map((range, index, ranges) => ({
      ...range,
      boundary: index < ranges.length - 1 ? 'clause' : sentence.endsParagraph ? 'paragraph' : 'sentence',
    })),
  );
  const joined = joinSmall(parts, text, maximum, minimum);
  return joined.map((part, index) => {
    const boundary = index === joined.length - 1 ? 'end' : part.boundary;
    return { ...part, boundary, pauseAfterSeconds: PAUSE_SECONDS[boundary] };
  });
}

type Range = { readonly start: number; readonly end: number };
type Part = Range & { readonly boundary: UtteranceBoundary };

function splitLong(text: string, start: number, end: number, maximum: number, language: string): Range[] {
  const ranges: Range[] = [];
  let from = start;
  while (lengthWithoutTail(text, from, end) > maximum) {
    const count = Math.ceil(lengthWithoutTail(text, from, end) / maximum);
    const target = from + Math.round(lengthWithoutTail(text, from, end) / count);
    const cut = bestCut(text, from, end, Math.min(target, from + maximum), from + maximum, language);
    ranges.push({ start: from, end: cut });
    from = cut;
  }
  ranges.push({ start: from, end });
  return ranges;
}

function lengthWithoutTail(text: string, start: number, end: number): number {
  return text.slice(start, end).trimEnd().length;
}

/** Equal parts sound better than one full and one tiny part, so the cut nearest the target wins, clauses before words. */
function bestCut(text: string, start: number, end: number, target: number, limit: number, language: string): number {
  const earliest = start + Math.floor((target - start) * 0.4);
  const window = text.slice(start, Math.min(limit + 1, end));
  const clauseEnds = /(?:[,;:،؛—–)][^\S\n]*(?=\s)\s+|[，、；：）]\s*)/gu;
  const spaces = /\s+/gu;
  for (const pattern of [clauseEnds, spaces]) {
    const cut = nearest(cutsOf(pattern, window, start), target, earliest, limit);
    if (cut !== undefined) return cut;
  }
  const words = Array.from(
    new Intl.Segmenter(segmenterLocale(language), { granularity: 'word' }).segment(window),
    (word) => start + word.index,
  );
  const wordCut = nearest(words, target, earliest, limit);
  if (wordCut !== undefined) return wordCut;
  const graphemes = Array.from(
    new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(window),
    (grapheme) => start + grapheme.index,
  );
  return nearest(graphemes, target, start + 1, limit) ?? Math.min(limit, end);
}

function cutsOf(pattern: RegExp, window: string, start: number): number[] {
  return Array.from(window.matchAll(pattern), (match) => start + match.index + match[0].length);
}

function nearest(cuts: readonly number[], target: number, earliest: number, limit: number): number | undefined {
  let best: number | undefined;
  for (const cut of cuts) {
    if (cut <= earliest || cut > limit) continue;
    if (best === undefined || Math.abs(cut - target) < Math.abs(best - target)) best = cut;
  }
  return best;
}

/** Joins what is too short within its paragraph, and what has nothing to say with any neighbour. */
function joinSmall(parts: readonly Part[], text: string, maximum: number, minimum: number): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const previous = joined.at(-1);
    if (previous === undefined) {
      joined.push(part);
      continue;
    }
    const letters = letterCount(text.slice(part.start, part.end));
    const previousLetters = letterCount(text.slice(previous.start, previous.end));
    const isSilent = letters === 0 || previousLetters === 0;
    // A line of its own (a list item, a heading) keeps its pause.
    const isOwnLine = /\n\s*$/u.test(text.slice(previous.start, previous.end));
    const isTiny = !isOwnLine && Math.min(letters, previousLetters) < minimum && previous.boundary === 'sentence';
    const fits = part.end - previous.start <= maximum;
    if (isSilent || (isTiny && fits)) {
      const boundary = letters === 0 && previous.boundary === 'paragraph' ? 'paragraph' : part.boundary;
      joined[joined.length - 1] = { start: previous.start, end: part.end, boundary };
    } else joined.push(part);
  }
  return joined;
}

function letterCount(text: string): number {
  // A Chinese or Japanese character is about a syllable, so it weighs as much as two or three Latin letters.
  const wide = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  return (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) + 2 * wide;
}
