import { isArpabetVowel } from './arpabet.ts';

/** Words that carry no stress in a sentence although the lexicon stresses them when they stand alone. */
const UNSTRESSED: ReadonlySet<string> = new Set(
  (
    'a an and are as at be been but by can could did do does for from had has have he her him his i if in is it its me my ' +
    'of on or our shall she should so than that the their them then there these they this to us was we were which who will ' +
    'with would you your'
  ).split(' '),
);
/** Flite's reduced vowel, never stressed. */
const REDUCED_VOWEL = 'ax';

/** A sound as it is heard: its symbol, the word it belongs to (-1 for none), and whether its match alone is stressed. */
export type HeardStress = {
  readonly symbol: string;
  readonly word: number;
  readonly stressedAlone: boolean;
  readonly durationSeconds: number;
};

/**
 * Which sounds are stressed vowels. Where the sentence has moved a word's stress away from where it lies in the word alone
 * ("they record" from "a record"), the longest full vowel of the word has it.
 */
export function stressedVowels(sounds: readonly HeardStress[], words: readonly string[]): boolean[] {
  const stressed = sounds.map(
    ({ symbol, word, stressedAlone }) => stressedAlone && canBeStressed(symbol) && !isUnstressedWord(words[word] ?? ''),
  );
  const settled = new Set(sounds.flatMap(({ word }, index) => (stressed[index] === true ? [word] : [])));
  const moved = new Set(
    sounds.flatMap(({ word, stressedAlone }) => (stressedAlone && word >= 0 && !settled.has(word) ? [word] : [])),
  );
  for (const word of moved) {
    if (isUnstressedWord(words[word] ?? '')) continue;
    let longest = -1;
    for (const [index, sound] of sounds.entries()) {
      const longer = sound.durationSeconds > (sounds[longest]?.durationSeconds ?? 0);
      if (sound.word === word && canBeStressed(sound.symbol) && longer) longest = index;
    }
    if (longest >= 0) stressed[longest] = true;
  }
  return stressed;
}

function canBeStressed(symbol: string): boolean {
  return isArpabetVowel(symbol) && symbol !== REDUCED_VOWEL;
}

function isUnstressedWord(word: string): boolean {
  return UNSTRESSED.has(word.toLowerCase());
}
