import { baseLanguage } from './language.ts';
import { PAUSE_SECONDS } from './utterances.ts';

/** The length of a text as a reader counts it: an accented letter, an emoji family or a flag is one. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) count += 1;
  return count;
}

/** False for text with half of a surrogate pair, which no encoder can write. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** True when there is nothing that a voice could say: white space, invisible characters, punctuation, emoji. */
export function isUnspeakable(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text);
}

/**
 * Letters (for Chinese, Japanese and Korean: characters) per second of speech. TODO-CALIBRATE
 */
const LETTERS_PER_SECOND: Readonly<Record<string, number>> = { en: 14 };
const DEFAULT_LETTERS_PER_SECOND = 13;

/** Half the width of the range in which the real duration lies for 19 of 20 texts of a sentence or more, as a share of the estimate. */
export const SPEECH_ESTIMATE_MARGIN = 0.2;

/**
 * How long a text is in speech, rests between utterances included. `spoken` is normalised text (`normaliseForSpeech`):
 * written digits would count for too little.
 */
export function estimateSpeechSeconds(spoken: string, language: string): number {
  const letters = spoken.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters === 0) return 0;
  const rate = LETTERS_PER_SECOND[baseLanguage(language)] ?? DEFAULT_LETTERS_PER_SECOND;
  const sentences = spoken.match(/[.!?。！？।؟]+(?=\s|$)/gu)?.length ?? 0;
  return letters / rate + Math.max(0, sentences - 1) * PAUSE_SECONDS.sentence;
}
