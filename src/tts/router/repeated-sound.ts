import type { Pcm } from '../../media/pcm.ts';

/** A repetition within a word, of one pitch period after the next, is how voices are made. */
const SHORTEST_LAG_SECONDS = 0.15;
/** Farther apart than this, two peaks that agree are a coincidence and not one stretch. */
const LONGEST_STEP_SECONDS = 0.25;
const PEAK_SHARE = 0.1;
const FEWEST_PEAKS = 8;

/**
 * Seconds of the longest stretch whose samples come again exactly, at least 0.15 s later; 0 when there is none. That happens
 * when a buffer was played twice; a voice that says a word twice does not repeat its samples.
 */
export function repeatedSeconds({ samples, sampleRateHz }: Pcm): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  const seen = new Map<string, number>();
  const stretches = new Map<number, { start: number; end: number; peaks: number }>();
  let longest = 0;
  for (let position = 8; position < samples.length - 16; position += 1) {
    const sample = samples[position] as number;
    const isPeak =
      sample > peak * PEAK_SHARE &&
      sample > (samples[position - 1] as number) &&
      sample >= (samples[position + 1] as number);
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

/** Five samples in 16 bits around a peak: enough that two different peaks hardly ever agree. */
function fingerprint(samples: Float32Array, position: number): string {
  return [-7, -3, 0, 5, 13].map((offset) => Math.round((samples[position + offset] as number) * 0x7f_ff)).join(',');
}
