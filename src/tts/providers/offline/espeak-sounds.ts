import type { SoundKind } from './sound-alignment.ts';

/** eSpeak NG's mark of a switch of language inside a text, such as `(en)`; it is not a sound. */
const LANGUAGE_SWITCH = /^\(.*\)$/;
const PRIMARY_STRESS = 'ˈ';
/** A mark on the consonant before it elsewhere; announced on its own it has time of its own, and sounds like j. */
const PALATAL_GLIDE = 'ʲ';
const ASPIRATED = /^(p|t|k|q|tɕ|tʂ|ts|tʃ)h$/;
const VOWELS = 'aeiouyæɐɑɒɔəɘɚɛɜɝɞɤɨɪɯɵøœɶʉʊʌʏᵻᵿ';

/** A sound's IPA without stress, length, tone and other marks; '' for eSpeak NG's pauses and for what is no sound of its own. */
export function espeakSoundToIpa(id: string): string {
  if (LANGUAGE_SWITCH.test(id)) return '';
  if (id === PALATAL_GLIDE) return 'j';
  const letters = id
    .normalize('NFD')
    .replaceAll('c\u0327', 'ç')
    .replaceAll(/[^\p{Ll}\p{Lo}]/gu, '');
  return letters
    .replace(ASPIRATED, '$1')
    .replace(/n[ɡg]$/, 'ŋ')
    .replaceAll('g', 'ɡ');
}

export function isStressedVowel(id: string): boolean {
  return id.includes(PRIMARY_STRESS) && ipaKind(espeakSoundToIpa(id)) === 'vowel';
}

/** A diphthong is a vowel, an affricate a consonant: the first letter decides. */
export function ipaKind(ipa: string): SoundKind {
  if (ipa === '') return 'pause';
  return VOWELS.includes([...ipa][0] as string) ? 'vowel' : 'consonant';
}
