import type { Pcm } from './pcm.ts';

/** Zero crossings of the sinc on each side. 32 put the passband edge at 0.84 of the lower Nyquist frequency. */
const ZERO_CROSSINGS = 32;
/** Kaiser window for 80 dB of stop-band attenuation: beta = 0.1102 (A - 8.7), A. Oppenheim and Schafer. */
const ATTENUATION_DB = 80;
const KAISER_BETA = 0.1102 * (ATTENUATION_DB - 8.7);
/** Kaiser's transition width in cycles per sample, for a filter of 2 * ZERO_CROSSINGS taps: (A - 7.95) / (14.36 N). */
const TRANSITION = (ATTENUATION_DB - 7.95) / (14.36 * 2 * ZERO_CROSSINGS);
/** The transition ends at the Nyquist frequency, so that nothing above it folds back. */
const CUTOFF = 0.5 - TRANSITION / 2;

/**
 * The same sound at another sample rate, by a band-limited polyphase filter. There is no delay: an event keeps its time.
 * The result has ceil(length * target / source) samples. Rates must be whole numbers of hertz above 0 (RangeError).
 */
export function resample(pcm: Pcm, targetRateHz: number): Pcm {
  for (const rateHz of [pcm.sampleRateHz, targetRateHz]) {
    if (!Number.isInteger(rateHz) || rateHz <= 0) {
      throw new RangeError(`A sample rate must be a whole number of hertz above 0, and is ${rateHz}.`);
    }
  }
  if (pcm.sampleRateHz === targetRateHz) return pcm;
  const divisor = greatestCommonDivisor(pcm.sampleRateHz, targetRateHz);
  const phaseCount = targetRateHz / divisor;
  const step = pcm.sampleRateHz / divisor;
  const filter = polyphaseFilter(phaseCount, step);
  const { reach, phases } = filter;
  const tapCount = reach * 2;

  const outputLength = Math.ceil((pcm.samples.length * phaseCount) / step);
  const padded = new Float32Array(pcm.samples.length + tapCount + 1);
  padded.set(pcm.samples, reach - 1);
  const samples = new Float32Array(outputLength);
  let base = 0;
  let phase = 0;
  for (let index = 0; index < outputLength; index++) {
    const row = phase * tapCount;
    let even = 0;
    let odd = 0;
    for (let tap = 0; tap < tapCount; tap += 2) {
      even += (padded[base + tap] as number) * (phases[row + tap] as number);
      odd += (padded[base + tap + 1] as number) * (phases[row + tap + 1] as number);
    }
    samples[index] = even + odd;
    phase += step;
    base += Math.floor(phase / phaseCount);
    phase %= phaseCount;
  }
  return { samples, sampleRateHz: targetRateHz };
}

/** One row of taps per output phase; tap t of a row weighs the input sample t - reach + 1 samples after the base. */
function polyphaseFilter(phaseCount: number, step: number): { reach: number; phases: Float32Array } {
  const scale = Math.min(1, phaseCount / step);
  const reach = Math.ceil(ZERO_CROSSINGS / scale);
  const tapCount = reach * 2;
  const phases = new Float32Array(phaseCount * tapCount);
  for (let phase = 0; phase < phaseCount; phase++) {
    const taps = Array.from({ length: tapCount }, (_, tap) => {
      const distance = (tap - reach + 1 - phase / phaseCount) * scale;
      return normalisedSinc(2 * CUTOFF * distance) * kaiser(distance / ZERO_CROSSINGS);
    });
    const sum = taps.reduce((total, tap) => total + tap, 0);
    phases.set(
      taps.map((tap) => tap / sum),
      phase * tapCount,
    );
  }
  return { reach, phases };
}

function normalisedSinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(position: number): number {
  return Math.abs(position) >= 1
    ? 0
    : besselI0(KAISER_BETA * Math.sqrt(1 - position * position)) / besselI0(KAISER_BETA);
}

/** Modified Bessel function of order zero by its power series; the terms fall below double precision within 50. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let index = 1; index < 50; index++) {
    term *= (x / (2 * index)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
