import type { Pcm } from '../../media/pcm.ts';

/** A repetition within a word, of one pitch period after the next, is how voices are made. */
const SHORTEST_LAG_SECONDS = 0.15;
/** Farther apart than this, two peaks that agree are a coincidence and not one stretch. */
const LONGEST_STEP_SECONDS = 0.25;
const PEAK_SHARE = 0.1;
const FEWEST_PEAKS = 8;
const FULL_SCALE = 0x7f_ff;

/**
 * Seconds of the longest stretch whose samples come again exactly, at least 0.15 s later; 0 when there is none. That happens
 * when a buffer was played twice; a voice that says a word twice does not repeat its samples. `peak` is the largest absolute
 * sample.
 */
export function repeatedSeconds({ samples, sampleRateHz }: Pcm, peak: number): number {
  const least = peak * PEAK_SHARE;
  const seen = new Map<number, number>();
  const stretches = new Map<number, { start: number; end: number; peaks: number }>();
  let longest = 0;
  for (let position = 8; position < samples.length - 16; position += 1) {
    const sample = samples[position] as number;
    const isPeak =
      sample > least && sample > (samples[position - 1] as number) && sample >= (samples[position + 1] as number);
    if (!isPeak) continue;
    const key = fingerprint(samples, position);
    const before = seen.get(key);
    if (before === undefined) {
      seen.set(key, position);
      continue;
    }
    const lag = position - before;
    if (lag < SHORTEST_LAG_SECONDS * sampleRateHz) continue;
    const stretch = stretches.get(lag);
    if (stretch === undefined || position - stretch.end > LONGEST_STEP_SECONDS * sampleRateHz) {
      stretches.set(lag, { start: position, end: position, peaks: 1 });
      continue;
    }
    stretch.end = position;
    stretch.peaks += 1;
    if (stretch.peaks >= FEWEST_PEAKS) longest = Math.max(longest, (stretch.end - stretch.start) / sampleRateHz);
  }
  return longest;
}

/**
 * Five samples of 16 bits around a peak, mixed into 32: two different peaks hardly ever agree, and never eight in a row at
 * one distance. A whole number of 32 bits is a key that a Map looks up without allocating anything.
 */
function fingerprint(samples: Float32Array, position: number): number {
  let hash = stepOf(samples[position - 7] as number);
  hash = mix(hash) ^ stepOf(samples[position - 3] as number);
  hash = mix(hash) ^ stepOf(samples[position] as number);
  hash = mix(hash) ^ stepOf(samples[position + 5] as number);
  hash = mix(hash) ^ stepOf(samples[position + 13] as number);
  return mix(hash);
}

function stepOf(sample: number): number {
  return (sample * FULL_SCALE) | 0;
}

/** The finaliser of MurmurHash3: every bit of what it meets changes about half of the bits. */
function mix(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2_ae35);
  return whole ^ (whole >>> 16);
}
