import type { Pcm } from './pcm.ts';

/** ITU-R BS.1770-4, annex 2, measures between the samples at 192 kHz or more. */
const MEASURING_RATE_HZ = 192_000;
/** Samples on each side of the point between; 12 keep the error below 0.1 dB up to 0.9 of the Nyquist frequency. */
const REACH = 12;
const TAP_COUNT = REACH * 2;

type Interpolator = { readonly phases: readonly Float64Array[]; readonly greatestGain: number };

/** The highest level that the sound reaches between and at its samples, in dB of full scale (dBTP); -Infinity for silence. */
export function truePeakDb(pcm: Pcm): number {
  const samplePeak = highestMagnitude(pcm.samples);
  return 20 * Math.log10(highestMagnitude(peaksBetweenSamples(pcm, samplePeak)));
}

/**
 * For every sample the highest magnitude from it to the next one. Where that is surely below `threshold` it may be given as
 * the sample's own magnitude, which saves most of the work.
 */
export function peaksBetweenSamples(pcm: Pcm, threshold: number): Float32Array {
  const { samples } = pcm;
  const interpolator = createInterpolator(Math.max(1, Math.ceil(MEASURING_RATE_HZ / pcm.sampleRateHz)));
  const padded = new Float32Array(samples.length + TAP_COUNT);
  padded.set(samples, REACH - 1);
  const peaks = new Float32Array(samples.length);
  for (let index = 0; index < samples.length; index++) peaks[index] = Math.abs(samples[index] as number);
  let loudUntil = -1;
  for (let ahead = 0; ahead < REACH; ahead++) {
    if (isLoud(samples, ahead, threshold, interpolator)) loudUntil = ahead + REACH - 1;
  }
  for (let index = 0; index < samples.length; index++) {
    if (isLoud(samples, index + REACH, threshold, interpolator)) loudUntil = index + TAP_COUNT - 1;
    if (index > loudUntil) continue;
    let highest = peaks[index] as number;
    for (const phase of interpolator.phases) {
      let value = 0;
      for (let tap = 0; tap < TAP_COUNT; tap++) value += (padded[index + tap] as number) * (phase[tap] as number);
      highest = Math.max(highest, Math.abs(value));
    }
    peaks[index] = highest;
  }
  return peaks;
}

function highestMagnitude(values: Float32Array): number {
  let highest = 0;
  for (let index = 0; index < values.length; index++) highest = Math.max(highest, Math.abs(values[index] as number));
  return highest;
}

/** Only near a sample of this size can the sound between the samples reach the threshold. */
function isLoud(samples: Float32Array, index: number, threshold: number, { greatestGain }: Interpolator): boolean {
  return Math.abs(samples[index] ?? 0) * greatestGain > threshold;
}

/** Windowed sinc for each point between two samples; tap t weighs the sample t - REACH + 1 after the current one. */
function createInterpolator(factor: number): Interpolator {
  const phases = Array.from({ length: factor - 1 }, (_, index) => {
    const fraction = (index + 1) / factor;
    const taps = Float64Array.from({ length: TAP_COUNT }, (_unused, tap) => {
      const distance = tap - REACH + 1 - fraction;
      const window = Math.cos((Math.PI * distance) / (2 * (REACH + 0.5))) ** 2;
      return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * window;
    });
    const sum = taps.reduce((total, tap) => total + tap, 0);
    return taps.map((tap) => tap / sum);
  });
  const gains = phases.map((taps) => taps.reduce((total, tap) => total + Math.abs(tap), 0));
  return { phases, greatestGain: Math.max(1, ...gains) };
}
