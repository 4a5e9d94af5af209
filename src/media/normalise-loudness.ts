import { integratedLoudnessLufs } from './loudness.ts';
import { PeakLimiter } from './peak-limiter.ts';
import type { Pcm } from './pcm.ts';
import { truePeakDb } from './true-peak.ts';

/** What video and podcast platforms ask of speech. */
export const TARGET_LOUDNESS_LUFS = -16;
export const TRUE_PEAK_CEILING_DB = -1;

/** The limiter takes loudness away with the peaks, so the gain is corrected until the result is this near to the target. */
const TOLERANCE_LU = 0.1;
const PASSES = 8;
/** Once every pulse of the voice is limited, a decibel of gain yields only a part of a decibel of loudness. */
const LEAST_YIELD = 0.15;
/** A recording that needs more than this is noise, and is not made as loud as speech. */
const GREATEST_GAIN_DB = 40;

export type NormalisedLoudness = {
  readonly pcm: Pcm;
  /** -Infinity when the sound is silent or shorter than 0.4 s. */
  readonly originalLufs: number;
  readonly loudnessLufs: number;
  readonly truePeakDb: number;
  /** What was added before limiting. */
  readonly gainDb: number;
};

/**
 * Brings speech to -16 LUFS (within 0.5 LU) with no true peak above -1 dBTP. Silence, and sounds shorter than the 0.4 s
 * that loudness is defined for, come back as they are.
 */
export function normaliseLoudness(pcm: Pcm): NormalisedLoudness {
  const originalLufs = integratedLoudnessLufs(pcm);
  if (!Number.isFinite(originalLufs)) {
    return { pcm, originalLufs, loudnessLufs: originalLufs, truePeakDb: truePeakDb(pcm), gainDb: 0 };
  }
  const limiter = new PeakLimiter(pcm, TRUE_PEAK_CEILING_DB);
  let gainDb = Math.min(GREATEST_GAIN_DB, TARGET_LOUDNESS_LUFS - originalLufs);
  let normalised = limiter.limit(gainDb);
  let loudnessLufs = integratedLoudnessLufs(normalised);
  let yieldPerDb = 1;
  for (let pass = 0; pass < PASSES && Math.abs(TARGET_LOUDNESS_LUFS - loudnessLufs) > TOLERANCE_LU; pass++) {
    const stepDb = (TARGET_LOUDNESS_LUFS - loudnessLufs) / yieldPerDb;
    const nextGainDb = Math.min(GREATEST_GAIN_DB, gainDb + stepDb);
    if (nextGainDb === gainDb) break;
    normalised = limiter.limit(nextGainDb);
    const nextLufs = integratedLoudnessLufs(normalised);
    yieldPerDb = Math.max(LEAST_YIELD, Math.min(1, (nextLufs - loudnessLufs) / (nextGainDb - gainDb)));
    gainDb = nextGainDb;
    loudnessLufs = nextLufs;
  }
  return { pcm: normalised, originalLufs, loudnessLufs, truePeakDb: truePeakDb(normalised), gainDb };
}
