import type { Pcm } from './pcm.ts';

/** Loudness of the speech for the jaw and the gestures: one value 0..1 every 10 ms. Value i is about the 10 ms from i * stepSeconds. */
export type EnergyEnvelope = { readonly stepSeconds: number; readonly values: Float32Array };

const STEP_SECONDS = 0.01;
/** Two and a half pitch periods of a low voice, so that the single pulses do not show. */
const WINDOW_SECONDS = 0.025;
/** Below this a file is taken for silence: 16-bit rounding noise lies at about -98 dB. */
const SILENCE_DB = -70;
/** The loudest syllables, rather than the one loudest sample, are 1. */
const LOUD_PERCENTILE = 0.95;
/** Speech spans about 35 dB between its vowels and its weakest consonants; what is quieter is 0. */
const RANGE_DB = 35;

/**
 * How loud the speech is over time, relative to its own loud syllables: 1 is the 95th percentile of its level or more, 0 is
 * 35 dB below that or less, and between them the scale is even in decibels. It does not depend on the recording's gain.
 * Silence is all zeros. Has one value per started 10 ms, and none for an empty sound.
 */
export function computeEnergy(pcm: Pcm): EnergyEnvelope {
  const levels = levelsDb(pcm);
  const audible = levels.filter((level) => level > SILENCE_DB).toSorted();
  const values = new Float32Array(levels.length);
  if (audible.length > 0) {
    // Pauses would lower the percentile, so it is taken over what is within reach of the loudest level.
    const peakDb = audible.at(-1) as number;
    const spoken = audible.filter((level) => level > peakDb - RANGE_DB);
    const loudDb = spoken[Math.floor((spoken.length - 1) * LOUD_PERCENTILE)] as number;
    for (const [index, level] of levels.entries()) {
      values[index] = Math.max(0, Math.min(1, (level - loudDb) / RANGE_DB + 1));
    }
  }
  return { stepSeconds: STEP_SECONDS, values };
}

/** Root mean square level in dB of full scale, for every 10 ms, in Hann windows of 25 ms; -Infinity where all samples are 0. */
export function levelsDb(pcm: Pcm): Float64Array {
  const { samples, sampleRateHz } = pcm;
  const reach = Math.max(1, Math.round((WINDOW_SECONDS * sampleRateHz) / 2));
  const weights = Float64Array.from(
    { length: reach * 2 + 1 },
    (_, index) => 0.5 - 0.5 * Math.cos((Math.PI * (index + 1)) / (reach + 1)),
  );
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
  const levels = new Float64Array(Math.ceil(samples.length / (STEP_SECONDS * sampleRateHz)));
  for (let step = 0; step < levels.length; step++) {
    const start = Math.round((step + 0.5) * STEP_SECONDS * sampleRateHz) - reach;
    // Only inside the sound: reading beyond an array makes the whole loop slow.
    const first = Math.max(0, -start);
    const last = Math.min(weights.length, samples.length - start);
    let power = 0;
    for (let index = first; index < last; index++) {
      const sample = samples[start + index] as number;
      power += sample * sample * (weights[index] as number);
    }
    levels[step] = 10 * Math.log10(power / weightSum);
  }
  return levels;
}
