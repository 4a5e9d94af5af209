import type { AlignedPhoneme, Alignment } from '../../src/media/alignment.ts';

/** Letters as sounds, without any knowledge of pronunciation. */
const SOUND_OF_LETTER: Readonly<Record<string, string>> = {
  a: 'æ',
  b: 'b',
  c: 'k',
  d: 'd',
  e: 'ɛ',
  f: 'f',
  g: 'ɡ',
  h: 'h',
  i: 'ɪ',
  j: 'dʒ',
  k: 'k',
  l: 'l',
  m: 'm',
  n: 'n',
  o: 'ɔ',
  p: 'p',
  q: 'k',
  r: 'ɹ',
  s: 's',
  t: 't',
  u: 'ʊ',
  v: 'v',
  w: 'w',
  x: 'ks',
  y: 'i',
  z: 'z',
};

/** The negative control: the text's characters, spaces included, spread evenly over a stretch of the speech. */
export function spreadLetters(text: string, startSeconds: number, endSeconds: number): AlignedPhoneme[] {
  const characters = [...text.toLowerCase()];
  const step = (endSeconds - startSeconds) / characters.length;
  return characters.flatMap((character, index) => {
    const phoneme = SOUND_OF_LETTER[character];
    if (phoneme === undefined) return [];
    const from = startSeconds + index * step;
    return [{ phoneme, startSeconds: from, endSeconds: from + step, stressed: 'aeiou'.includes(character) }];
  });
}

/** A weaker control that knows when the words are heard and spreads the letters of each over its time. */
export function spreadLettersInWords(alignment: Alignment): AlignedPhoneme[] {
  return alignment.words.flatMap((word) => spreadLetters(word.text, word.startSeconds, word.endSeconds));
}
