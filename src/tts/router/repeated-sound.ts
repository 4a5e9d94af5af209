import { peakOf } from '../../media/peak.ts';
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
 * when a buffer was played twice; a voice that says a word twice does not repeat its samples.
 */
export function repeatedSeconds({ samples, sampleRateHz }: Pcm): number {
  const least = peakOf(samples) * PEAK_SHARE;
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

/** Five samples in 16 bits around a peak, mixed into 53: two different peaks hardly ever agree, and never eight in a row. */
function fingerprint(samples: Float32Array, position: number): number {
  const at = (offset: number): number => Math.round((samples[position + offset] as number) * FULL_SCALE);
  const [a, b, c, d, e] = [at(-7), at(-3), at(0), at(5), at(13)] as const;
  // Multipliers of MurmurHash3: each spreads every bit of what it meets.
  const low = Math.imul(Math.imul(a, 0x85eb_ca6b) ^ Math.imul(b, 0xc2b2_ae35) ^ c, 0x9e37_79b1) >>> 0;
  const high = Math.imul(Math.imul(d, 0xcc9e_2d51) ^ Math.imul(e, 0x1b87_3593) ^ a, 0x27d4_eb2f) >>> 11;
  return high * 2 ** 32 + low;
}
