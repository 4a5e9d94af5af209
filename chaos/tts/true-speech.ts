import type { Pcm } from '../../src/media/pcm.ts';

/** A seed changes VibeVoice's pace by at most 1 %. */
const LARGEST_PACE_CHANGE = 0.015;
/** Rounding to 16 bits, once on each side of the wire. */
const LARGEST_ROUNDING = 3 / 32_768;
const LEAST_CORRELATION = 0.95;
const LARGEST_LEVEL_CHANGE = 1.12;

/**
 * Whether `heard` is `truth`, from its first sample to its last: the same samples, or the same speech at a pace that a seed
 * explains. Cut, silent, noisy, clipped, doubled or wrongly timed speech is not. Knows nothing of the product's own check.
 */
export function isTrueTo(truth: Pcm, heard: Pcm): boolean {
  if (heard.sampleRateHz !== truth.sampleRateHz) return false;
  if (heard.samples.length === truth.samples.length) return hasSameSamples(truth.samples, heard.samples);
  const pace = heard.samples.length / truth.samples.length;
  if (!(Math.abs(pace - 1) <= LARGEST_PACE_CHANGE)) return false;
  let truePower = 0;
  let heardPower = 0;
  let product = 0;
  for (let index = 0; index < truth.samples.length; index++) {
    const sample = truth.samples[index] as number;
    const other = between(heard.samples, index * pace);
    truePower += sample * sample;
    heardPower += other * other;
    product += sample * other;
  }
  const level = Math.sqrt(heardPower / truePower);
  if (!(level < LARGEST_LEVEL_CHANGE && level > 1 / LARGEST_LEVEL_CHANGE)) return false;
  return product / Math.sqrt(truePower * heardPower) >= LEAST_CORRELATION;
}

function hasSameSamples(some: Float32Array, others: Float32Array): boolean {
  for (let index = 0; index < some.length; index++) {
    if (!(Math.abs((some[index] as number) - (others[index] as number)) <= LARGEST_ROUNDING)) return false;
  }
  return true;
}

function between(samples: Float32Array, position: number): number {
  const index = Math.floor(position);
  const before = samples[index] ?? 0;
  return before + (position - index) * ((samples[index + 1] ?? before) - before);
}
