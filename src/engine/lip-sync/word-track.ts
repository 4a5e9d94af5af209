import type { AlignedWord } from '../../media/alignment.ts';
import { easeInOut } from './easing.ts';
import { jawGain, type RelativeEnergy } from './jaw-energy.ts';
import { createSpanIndex } from './span-index.ts';
import { VISEMES, type VisemeTrack } from './viseme.ts';

/** The mean open mouth of running speech; without phonemes nothing better is known. */
const OPEN_MIX = [
  ['aa', 0.4],
  ['E', 0.35],
  ['O', 0.15],
  ['DD', 0.1],
] as const;
const OPEN_SECONDS = 0.08;
const CLOSE_SECONDS = 0.14;
/** With neither phonemes nor energy the mouth stands this far open within words. */
const OPENNESS_WITHOUT_ENERGY = 0.6;

/**
 * The plain fallback for speech whose provider knows only words: the mouth opens within words as far as the energy says and
 * dips between them. It never closes for p, b and m, because it cannot know them. Without words the energy alone opens it.
 */
export function createWordTrack(
  words: readonly AlignedWord[],
  energy: RelativeEnergy,
  { durationSeconds, leadSeconds }: { readonly durationSeconds: number; readonly leadSeconds: number },
): VisemeTrack {
  const spoken = words.length > 0 ? words : [{ startSeconds: 0, endSeconds: energy.audible ? durationSeconds : 0 }];
  const wordsAt = createSpanIndex(spoken, (word) => [
    word.startSeconds - OPEN_SECONDS,
    word.endSeconds + CLOSE_SECONDS,
  ]);
  const sil = VISEMES.indexOf('sil');

  return {
    durationSeconds,
    at(timeSeconds) {
      const seconds = timeSeconds + leadSeconds;
      let inWord = 0;
      for (const word of wordsAt(seconds)) {
        const opening = easeInOut((seconds - word.startSeconds + OPEN_SECONDS / 2) / OPEN_SECONDS);
        const closing = easeInOut((word.endSeconds + CLOSE_SECONDS / 2 - seconds) / CLOSE_SECONDS);
        inWord = Math.max(inWord, Math.min(opening, closing));
      }
      const loudness = energy.audible ? energy.at(seconds) : OPENNESS_WITHOUT_ENERGY;
      const openness = inWord * easeInOut(loudness * 1.1);
      const weights = new Float32Array(VISEMES.length);
      weights[sil] = 1 - openness;
      for (const [viseme, share] of OPEN_MIX) weights[VISEMES.indexOf(viseme)] = openness * share;
      return { weights, jaw: openness * (energy.audible ? jawGain(loudness) : 1) };
    },
  };
}
