import type { Pcm } from './pcm.ts';

/** ITU-R BS.1770-4: blocks of 400 ms that overlap by 75 %. */
const BLOCK_SECONDS = 0.4;
const BLOCKS_PER_LENGTH = 4;
/** Calibration of the same recommendation: a 0 dBFS sine of 997 Hz in one channel measures -3.01 LKFS. */
const CALIBRATION_DB = -0.691;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;

type Biquad = {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
};

/**
 * Integrated loudness in LUFS by ITU-R BS.1770-4, of one channel. -Infinity for silence and for anything shorter than one
 * block of 0.4 s. A single channel measures 3.01 LU less than the same sound in both channels of a stereo file.
 */
export function integratedLoudnessLufs(pcm: Pcm): number {
  const powers = blockPowers(pcm);
  const audible = powers.filter((power) => toLufs(power) > ABSOLUTE_GATE_LUFS);
  const relativeGateLufs = toLufs(mean(audible)) + RELATIVE_GATE_LU;
  return toLufs(mean(audible.filter((power) => toLufs(power) > relativeGateLufs)));
}

function blockPowers(pcm: Pcm): Float64Array {
  const { samples, sampleRateHz } = pcm;
  const hop = Math.round((BLOCK_SECONDS * sampleRateHz) / BLOCKS_PER_LENGTH);
  const hopCount = Math.floor(samples.length / hop);
  const hopEnergies = new Float64Array(hopCount);
  const { b0, b1, b2, a1, a2 } = shelfFilter(sampleRateHz);
  const highPass = highPassFilter(sampleRateHz);
  let shelf1 = 0;
  let shelf2 = 0;
  let pass1 = 0;
  let pass2 = 0;
  for (let index = 0; index < hopCount * hop; index++) {
    // Both filters in the transposed direct form II.
    const sample = samples[index] as number;
    const shelved = b0 * sample + shelf1;
    shelf1 = b1 * sample - a1 * shelved + shelf2;
    shelf2 = b2 * sample - a2 * shelved;
    const weighted = highPass.b0 * shelved + pass1;
    pass1 = highPass.b1 * shelved - highPass.a1 * weighted + pass2;
    pass2 = highPass.b2 * shelved - highPass.a2 * weighted;
    const block = Math.floor(index / hop);
    hopEnergies[block] = (hopEnergies[block] as number) + weighted * weighted;
  }
  const blockCount = Math.max(0, hopCount - BLOCKS_PER_LENGTH + 1);
  return Float64Array.from({ length: blockCount }, (_, block) => {
    const energies = hopEnergies.subarray(block, block + BLOCKS_PER_LENGTH);
    return energies.reduce((sum, energy) => sum + energy, 0) / (hop * BLOCKS_PER_LENGTH);
  });
}

/**
 * The recommendation lists coefficients for 48 kHz only. These are the analogue prototypes that give them, put through the
 * bilinear transform for any rate: a shelf of +4 dB above 1.68 kHz (the head), then a high-pass at 38 Hz.
 */
function shelfFilter(sampleRateHz: number): Biquad {
  const gain = 10 ** (3.999_843_853_973_347 / 20);
  const middleGain = gain ** 0.499_666_774_154_541_6;
  const { k, q, scale } = warp(1681.974_450_955_533, 0.707_175_236_955_419_6, sampleRateHz);
  return {
    b0: (gain + (middleGain * k) / q + k * k) / scale,
    b1: (2 * (k * k - gain)) / scale,
    b2: (gain - (middleGain * k) / q + k * k) / scale,
    a1: (2 * (k * k - 1)) / scale,
    a2: (1 - k / q + k * k) / scale,
  };
}

function highPassFilter(sampleRateHz: number): Biquad {
  const { k, q, scale } = warp(38.135_470_876_024_44, 0.500_327_037_323_877_3, sampleRateHz);
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / scale, a2: (1 - k / q + k * k) / scale };
}

function warp(frequencyHz: number, q: number, sampleRateHz: number): { k: number; q: number; scale: number } {
  const k = Math.tan((Math.PI * frequencyHz) / sampleRateHz);
  return { k, q, scale: 1 + k / q + k * k };
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function toLufs(power: number): number {
  return CALIBRATION_DB + 10 * Math.log10(power);
}
