import type { AlignedWord } from '../../../media/alignment.ts';
import { wordSpans } from '../../../media/words.ts';
import type { WordSpan } from '../../../media/words.ts';

/** When each character is heard; the three lists are equally long. A character is a code point or more. */
export type TimedCharacters = {
  readonly characters: readonly string[];
  readonly startSeconds: readonly number[];
  readonly endSeconds: readonly number[];
};

type HeardWord = { readonly text: string; readonly startSeconds: number; readonly endSeconds: number };

/** Fewer words than this found among the characters: they belong to another text. */
const LEAST_FOUND_SHARE = 0.5;

/**
 * The words of `text` with the times of their characters. The characters need not be those of the text (the vendor may
 * write numbers out, fold spaces or leave signs away): words are then found by their spelling, in order, and a word that
 * is not found gets its share of the time between its neighbours. Times are put in order and inside `totalSeconds`.
 * Undefined when fewer than half of the words are found.
 */
export function wordsOfCharacters(
  text: string,
  language: string,
  timed: TimedCharacters,
  totalSeconds: number,
): AlignedWord[] | undefined {
  const spoken = timed.characters.join('');
  const heard = heardWords(wordSpans(spoken, language), timed);
  const written = wordSpans(text, language);
  const partners =
    spoken === text ? written.map((_, index) => index) : longestCommonOrder(written.map(spelling), heard.map(spelling));
  const found = partners.filter((partner) => partner !== undefined).length;
  if (found < written.length * LEAST_FOUND_SHARE) return undefined;
  const known = partners.map((partner) => (partner === undefined ? undefined : heard[partner]));
  return inOrder(written, filledGaps(written, known, totalSeconds), totalSeconds);
}

function heardWords(spans: readonly WordSpan[], timed: TimedCharacters): HeardWord[] {
  const characterAt: number[] = [];
  timed.characters.forEach((character, index) => {
    for (let unit = 0; unit < character.length; unit++) characterAt.push(index);
  });
  return spans.map(({ text, start, end }) => ({
    text,
    startSeconds: timed.startSeconds[characterAt[start] ?? 0] ?? 0,
    endSeconds: timed.endSeconds[characterAt[end - 1] ?? 0] ?? 0,
  }));
}

function spelling({ text }: { readonly text: string }): string {
  return text.normalize('NFKC').toLowerCase();
}

/** For each word of `left` its partner in `right`, such that most words have one and partners keep their order. */
function longestCommonOrder(left: readonly string[], right: readonly string[]): (number | undefined)[] {
  const width = right.length + 1;
  const longest = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        left[i] === right[j]
          ? 1 + (longest[(i + 1) * width + j + 1] ?? 0)
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const partners: (number | undefined)[] = left.map(() => undefined);
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) partners[i++] = j++;
    else if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return partners;
}

type Times = { readonly startSeconds: number; readonly endSeconds: number };

function filledGaps(
  written: readonly WordSpan[],
  known: readonly (Times | undefined)[],
  totalSeconds: number,
): readonly Times[] {
  const times: Times[] = [];
  let index = 0;
  while (index < written.length) {
    const here = known[index];
    if (here !== undefined) {
      times.push(here);
      index++;
      continue;
    }
    const next = known.findIndex((candidate, position) => position > index && candidate !== undefined);
    const end = next === -1 ? written.length : next;
    const from = times.at(-1)?.endSeconds ?? 0;
    const until = Math.max(from, next === -1 ? totalSeconds : (known[next]?.startSeconds ?? totalSeconds));
    const lengths = written.slice(index, end).map(({ text }) => text.length);
    const all = lengths.reduce((sum, length) => sum + length, 0);
    let passed = 0;
    for (const length of lengths) {
      const startSeconds = from + ((until - from) * passed) / all;
      passed += length;
      times.push({ startSeconds, endSeconds: from + ((until - from) * passed) / all });
    }
    index = end;
  }
  return times;
}

function inOrder(written: readonly WordSpan[], times: readonly Times[], totalSeconds: number): AlignedWord[] {
  let reached = 0;
  return written.map((span, index) => {
    const { startSeconds, endSeconds } = times[index] ?? { startSeconds: reached, endSeconds: reached };
    const start = Math.min(totalSeconds, Math.max(reached, startSeconds));
    reached = Math.min(totalSeconds, Math.max(start, endSeconds));
    return { text: span.text, start: span.start, end: span.end, startSeconds: start, endSeconds: reached };
  });
}
