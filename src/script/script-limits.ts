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
 * Letters per second of speech, measured on the offline voices at their neutral style: Flite's slt for English, eSpeak NG
 * for the others, five to fourteen sentences each, normalised as they are spoken. A Japanese kanji counts as two kana.
 */
const LETTERS_PER_SECOND: Readonly<Record<string, number>> = {
  en: 14,
  es: 15.4,
  fr: 19.3,
  de: 15.9,
  it: 15.1,
  nl: 15,
  pt: 14.1,
  pl: 12.8,
  ru: 16.2,
  tr: 13.1,
  hi: 7.6,
  ar: 9.3,
  zh: 3.75,
  ko: 5.3,
  ja: 8.2,
};

/** The middle of the languages above, for those that were not measured. */
const DEFAULT_LETTERS_PER_SECOND = 14;

/** What a voice adds before and after a sentence, whatever its length: fitted to the same measurements. */
const SENTENCE_EDGES_SECONDS: Readonly<Record<string, number>> = { en: 0.35 };
const DEFAULT_SENTENCE_EDGES_SECONDS = 0.15;

/**
 * The real duration of a text of several sentences lies within this share of the estimate for the offline voices. Other
 * voices have their own pace, a quarter faster or slower at most in what vendors publish, so an estimate can warn early
 * but only the speech itself can be held to an exact limit.
 */
export const SPEECH_ESTIMATE_MARGIN = 0.15;

/**
 * How long a text is in speech, rests between sentences included. `spoken` is normalised text (`normaliseForSpeech`):
 * written digits would count for too little.
 */
export function estimateSpeechSeconds(spoken: string, language: string): number {
  const base = baseLanguage(language);
  const letters =
    (spoken.match(/[\p{L}\p{N}]/gu)?.length ?? 0) +
    (base === 'ja' ? (spoken.match(/\p{Script=Han}/gu)?.length ?? 0) : 0);
  if (letters === 0) return 0;
  const sentences = Math.max(1, spoken.match(/[\p{L}\p{N}][^.!?。！？।؟]*(?:[.!?。！？।؟]|$)/gu)?.length ?? 1);
  const edges = sentences * (SENTENCE_EDGES_SECONDS[base] ?? DEFAULT_SENTENCE_EDGES_SECONDS);
  const rests = (sentences - 1) * PAUSE_SECONDS.sentence;
  return letters / (LETTERS_PER_SECOND[base] ?? DEFAULT_LETTERS_PER_SECOND) + edges + rests;
}
