import type { EnergyEnvelope } from '../../media/energy.ts';

/** Half width of the smoothing: syllables (4-6 a second) stay, single glottal periods and clicks go. */
const SMOOTHING_SECONDS = 0.04;
/** The level of a speech that counts as fully voiced: high enough to ignore pauses, not the single loudest moment. */
const REFERENCE_SHARE = 0.9;
const AUDIBLE = 0.02;
const QUIET_GAIN = 0.35;
const LOUD_GAIN = 1;
const MAX_GAIN = 1.1;

/** The energy of a speech at any moment, relative to that speech's own loud syllables: 0 silent, about 1 loud. */
export type RelativeEnergy = {
  at(timeSeconds: number): number;
  /** False when the envelope is empty or silent throughout, so that nothing can be learnt from it. */
  readonly audible: boolean;
};

export function createRelativeEnergy(energy: EnergyEnvelope): RelativeEnergy {
  const smoothed = smooth(energy.values, Math.round(SMOOTHING_SECONDS / energy.stepSeconds));
  const voiced = smoothed.filter((value) => value > AUDIBLE).toSorted();
  const reference = voiced[Math.floor(REFERENCE_SHARE * voiced.length)];
  if (reference === undefined) return { audible: false, at: () => 0 };
  return {
    audible: true,
    at: (timeSeconds) => interpolate(smoothed, timeSeconds / energy.stepSeconds - 0.5) / reference,
  };
}

/**
 * The jaw's gain for a relative energy: a murmur to slightly more than the pose says. Squared, because the envelope is even in
 * decibels and syllables of one speech differ by few of them.
 */
export function jawGain(relativeEnergy: number): number {
  return Math.min(MAX_GAIN, QUIET_GAIN + (LOUD_GAIN - QUIET_GAIN) * Math.max(0, relativeEnergy) ** 2);
}

/** Triangular kernel: symmetric, so that it adds no lag. Outside the envelope there is silence. */
function smooth(values: Float32Array, halfWidth: number): Float32Array {
  let total = 0;
  for (let offset = -halfWidth; offset <= halfWidth; offset += 1) total += halfWidth + 1 - Math.abs(offset);
  return values.map((_, index) => {
    let sum = 0;
    for (let offset = -halfWidth; offset <= halfWidth; offset += 1) {
      sum += (halfWidth + 1 - Math.abs(offset)) * (values[index + offset] ?? 0);
    }
    return sum / total;
  });
}

function interpolate(values: Float32Array, position: number): number {
  const index = Math.floor(position);
  const before = values[index] ?? 0;
  const after = values[index + 1] ?? 0;
  return before + (after - before) * (position - index);
}
