import type { Pcm } from './pcm.ts';
import { peaksBetweenSamples, truePeakDb } from './true-peak.ts';

/** The gain begins to fall this long before a peak, which is too short to be heard as a fade and too long for a click. */
const LOOK_AHEAD_SECONDS = 0.005;
/** Time in which the gain recovers to 63 %: slower than a pitch period, so that it does not follow the waveform. */
const RELEASE_SECONDS = 0.06;
/** Changing the gain moves the peaks between the samples; with gains as smooth as these by less than this. */
const MARGIN_DB = 0.05;

/** Amplifies a sound and limits its true peaks; made once and used for several gains, since finding the peaks is the work. */
export class PeakLimiter {
  readonly #pcm: Pcm;
  readonly #ceilingDb: number;
  #peaks: Float32Array = new Float32Array(0);
  #peaksFrom = Infinity;

  constructor(pcm: Pcm, ceilingDb: number) {
    this.#pcm = pcm;
    this.#ceilingDb = ceilingDb;
  }

  /** The sound amplified by `gainDb`, with no true peak above the ceiling. */
  limit(gainDb: number): Pcm {
    const gain = 10 ** (gainDb / 20);
    const greatestPeak = 10 ** ((this.#ceilingDb - MARGIN_DB) / 20) / gain;
    const gains = limiterGains(this.#peaksAbove(greatestPeak), greatestPeak, this.#pcm.sampleRateHz);
    const samples = new Float32Array(gains.length);
    for (let index = 0; index < samples.length; index++) {
      samples[index] = (this.#pcm.samples[index] as number) * (gains[index] as number) * gain;
    }
    const limited = { ...this.#pcm, samples };
    const excessDb = truePeakDb(limited) - this.#ceilingDb;
    return excessDb > 0 ? scale(limited, 10 ** (-excessDb / 20)) : limited;
  }

  #peaksAbove(threshold: number): Float32Array {
    if (threshold < this.#peaksFrom) {
      // Half of it, because the next gain is likely to be a little higher.
      this.#peaksFrom = threshold / 2;
      this.#peaks = peaksBetweenSamples(this.#pcm, this.#peaksFrom);
    }
    return this.#peaks;
  }
}

/** The gain for every sample: never above what its peak allows, falling before it and recovering after it smoothly. */
function limiterGains(peaks: Float32Array, greatestPeak: number, sampleRateHz: number): Float32Array {
  const recovery = 1 - Math.exp(-1 / (RELEASE_SECONDS * sampleRateHz));
  const released = new Float32Array(peaks.length);
  let gain = 1;
  let before = 0;
  for (let index = 0; index < peaks.length; index++) {
    // The peak between the sample before and this one binds both.
    const peak = Math.max(before, peaks[index] as number);
    before = peaks[index] as number;
    gain = Math.min(greatestPeak / Math.max(peak, greatestPeak), gain + (1 - gain) * recovery);
    released[index] = gain;
  }
  const reach = Math.max(1, Math.round(LOOK_AHEAD_SECONDS * sampleRateHz));
  return movingAverage(movingMinimum(released, reach), reach);
}

/** The smallest value within `reach` on either side. */
function movingMinimum(values: Float32Array, reach: number): Float32Array {
  const result = new Float32Array(values.length);
  // Indexes of ever larger values; the front one is the minimum of the window.
  const candidates = new Int32Array(values.length);
  let front = 0;
  let back = 0;
  for (let ahead = 0; ahead < values.length + reach; ahead++) {
    if (ahead < values.length) {
      const value = values[ahead] as number;
      while (back > front && (values[candidates[back - 1] as number] as number) >= value) back--;
      candidates[back++] = ahead;
    }
    const index = ahead - reach;
    if (index < 0) continue;
    while ((candidates[front] as number) < index - reach) front++;
    result[index] = values[candidates[front] as number] as number;
  }
  return result;
}

/** The mean within `reach` on either side. All of these values lie at or below what the sample in the middle allows. */
function movingAverage(values: Float32Array, reach: number): Float32Array {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index++) {
    sums[index + 1] = (sums[index] as number) + (values[index] as number);
  }
  const means = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const start = Math.max(0, index - reach);
    const end = Math.min(values.length, index + reach + 1);
    means[index] = ((sums[end] as number) - (sums[start] as number)) / (end - start);
  }
  return means;
}

function scale(pcm: Pcm, factor: number): Pcm {
  return { ...pcm, samples: pcm.samples.map((sample) => sample * factor) };
}
