import type { AlignedPhoneme, AlignedWord, Alignment } from '../media/alignment.ts';

/** The vendor's field names: one entry per Unicode code point of the text, times in seconds. */
export type CharacterAlignment = {
  readonly characters: readonly string[];
  readonly character_start_times_seconds: readonly number[];
  readonly character_end_times_seconds: readonly number[];
};

/**
 * When each character of the text is heard. The characters of a word follow its sounds, so that a word with many letters
 * for one sound has short letters; what stands between two words takes the time between them.
 */
export function characterAlignment(text: string, alignment: Alignment, totalSeconds: number): CharacterAlignment {
  const characters: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const add = (part: string, timeAt: (share: number) => number): void => {
    const points = Array.from(part);
    points.forEach((character, index) => {
      characters.push(character);
      starts.push(milliseconds(timeAt(index / points.length)));
      ends.push(milliseconds(timeAt((index + 1) / points.length)));
    });
  };
  let offset = 0;
  let reachedSeconds = 0;
  for (const word of alignment.words) {
    const from = reachedSeconds;
    add(text.slice(offset, word.start), (share) => from + share * (word.startSeconds - from));
    add(text.slice(word.start, word.end), soundClock(word, alignment.phonemes));
    offset = word.end;
    reachedSeconds = word.endSeconds;
  }
  const from = reachedSeconds;
  add(text.slice(offset), (share) => from + share * (totalSeconds - from));
  return { characters, character_start_times_seconds: starts, character_end_times_seconds: ends };
}

/** The part of an alignment whose characters begin in a span of time, in that part's own time. */
export function alignmentBetween(
  alignment: CharacterAlignment,
  startSeconds: number,
  endSeconds: number,
): CharacterAlignment {
  const kept = [...alignment.characters.keys()].filter((index) => {
    const start = alignment.character_start_times_seconds[index] ?? 0;
    return start >= startSeconds && start < endSeconds;
  });
  const shifted = (times: readonly number[]): number[] =>
    kept.map((index) => milliseconds((times[index] ?? 0) - startSeconds));
  return {
    characters: kept.map((index) => alignment.characters[index] ?? ''),
    character_start_times_seconds: shifted(alignment.character_start_times_seconds),
    character_end_times_seconds: shifted(alignment.character_end_times_seconds),
  };
}

/** Where in time a share of a word's letters is: the same share of its sounds. */
function soundClock(word: AlignedWord, phonemes: readonly AlignedPhoneme[]): (share: number) => number {
  const inner = phonemes
    .map((phoneme) => phoneme.endSeconds)
    .filter((end) => end > word.startSeconds && end < word.endSeconds);
  const boundaries = [word.startSeconds, ...inner, word.endSeconds];
  return (share) => {
    const position = share * (boundaries.length - 1);
    const index = Math.min(boundaries.length - 2, Math.floor(position));
    const [before = 0, after = 0] = boundaries.slice(index, index + 2);
    return before + (position - index) * (after - before);
  };
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
