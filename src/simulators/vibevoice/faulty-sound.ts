import { resample } from '../../media/resample.ts';
import type { Pcm } from '../../media/pcm.ts';
import type { VibeVoiceScenario } from './scenarios.ts';

const NOISE_GAIN = 0.3;
/** So much that nearly every sample lies at full scale. */
const CLIPPING_GAIN = 50;

const CHANGES: Partial<Record<VibeVoiceScenario, (samples: Float32Array, sampleRateHz: number) => Float32Array>> = {
  silence: (samples) => new Float32Array(samples.length),
  noise: (samples) => noise(samples.length),
  clipped: (samples) => samples.map((sample) => sample * CLIPPING_GAIN),
  'wrong-sample-rate': (samples, sampleRateHz) => resample({ samples, sampleRateHz }, (sampleRateHz * 2) / 3).samples,
  truncated: (samples) => samples.slice(0, Math.floor(samples.length / 2)),
  empty: () => new Float32Array(0),
};

/** The speech as a faulty server would send it; unchanged for faults that are not of the sound. */
export function faultySound(pcm: Pcm, scenario: VibeVoiceScenario | undefined): Pcm {
  const { samples, sampleRateHz } = pcm;
  const change = scenario === undefined ? undefined : CHANGES[scenario];
  return change === undefined ? pcm : { samples: change(samples, sampleRateHz), sampleRateHz };
}

/** The same each time: a linear congruential generator, with the constants of Numerical Recipes. */
function noise(length: number): Float32Array {
  let state = 1;
  return new Float32Array(length).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * NOISE_GAIN;
  });
}
