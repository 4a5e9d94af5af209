import type { AlignedPhoneme, AlignedWord, Alignment } from '../../../media/alignment.ts';

/** What rounding to milliseconds may add. */
const TOLERANCE_SECONDS = 0.002;

/**
 * The alignment of our own protocol: `{"words":[{"text","start","end","start_seconds","end_seconds"}],
 * "phonemes":[{"phoneme","start_seconds","end_seconds","stressed"}]}`, offsets in UTF-16 units of the text. Undefined
 * unless every word stands where it says, and all is in order and inside the speech.
 */
export function readAlignment(described: unknown, text: string, totalSeconds: number): Alignment | undefined {
  const { words: wordList, phonemes: phonemeList = [] } = described as { words?: unknown; phonemes?: unknown };
  if (!Array.isArray(wordList) || !Array.isArray(phonemeList)) return undefined;
  const words = readAll(wordList, (entry) => readWord(entry, text, totalSeconds));
  const phonemes = readAll(phonemeList, (entry) => readPhoneme(entry, totalSeconds));
  if (words === undefined || phonemes === undefined) return undefined;
  const isInText = words.every((word, index) => word.start >= (words[index - 1]?.end ?? 0));
  return isInText && isInOrder(words) && isInOrder(phonemes) ? { words, phonemes } : undefined;
}

type Times = { readonly startSeconds: number; readonly endSeconds: number };

/** A JSON object whose fields nobody has checked yet. */
type Entry = Readonly<Record<string, unknown>>;

function readAll<Item>(list: readonly unknown[], read: (entry: Entry) => Item | undefined): Item[] | undefined {
  const items: Item[] = [];
  for (const entry of list) {
    const item = typeof entry === 'object' && entry !== null ? read(entry as Entry) : undefined;
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readTimes(entry: Entry, totalSeconds: number): Times | undefined {
  const { start_seconds: start, end_seconds: end } = entry;
  if (typeof start !== 'number' || typeof end !== 'number') return undefined;
  if (!(start >= 0 && end >= start && end <= totalSeconds + TOLERANCE_SECONDS)) return undefined;
  return { startSeconds: Math.min(start, totalSeconds), endSeconds: Math.min(end, totalSeconds) };
}

function readWord(entry: Entry, text: string, totalSeconds: number): AlignedWord | undefined {
  const times = readTimes(entry, totalSeconds);
  const { text: word, start, end } = entry;
  if (times === undefined || !Number.isInteger(start) || !Number.isInteger(end)) return undefined;
  const span = { start: start as number, end: end as number };
  if (typeof word !== 'string' || word === '' || text.slice(span.start, span.end) !== word) return undefined;
  return { text: word, ...span, ...times };
}

function readPhoneme(entry: Entry, totalSeconds: number): AlignedPhoneme | undefined {
  const times = readTimes(entry, totalSeconds);
  const { phoneme, stressed } = entry;
  if (times === undefined || typeof phoneme !== 'string' || phoneme === '') return undefined;
  return { phoneme, ...times, stressed: stressed === true };
}

function isInOrder(timed: readonly Times[]): boolean {
  return timed.every(
    ({ startSeconds }, index) => startSeconds >= (timed[index - 1]?.endSeconds ?? 0) - TOLERANCE_SECONDS,
  );
}
