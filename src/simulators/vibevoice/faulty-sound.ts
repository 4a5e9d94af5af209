import { resample } from '../../media/resample.ts';
import type { Pcm } from '../../media/pcm.ts';
import type { VibeVoiceScenario } from './scenarios.ts';

const NOISE_GAIN = 0.3;
/** So much that nearly every sample lies at full scale. */
const CLIPPING_GAIN = 50;

export const WRONG_SAMPLE_RATE_HZ = 16_000;

const CHANGES: Partial<Record<VibeVoiceScenario, (pcm: Pcm) => Pcm>> = {
  silence: ({ samples, ...rest }) => ({ ...rest, samples: new Float32Array(samples.length) }),
  noise: ({ samples, ...rest }) => ({ ...rest, samples: noise(samples.length) }),
  clipped: ({ samples, ...rest }) => ({ ...rest, samples: samples.map((sample) => sample * CLIPPING_GAIN) }),
  'wrong-sample-rate': (pcm) => resample(pcm, WRONG_SAMPLE_RATE_HZ),
  'mislabelled-sample-rate': (pcm) => ({ ...resample(pcm, WRONG_SAMPLE_RATE_HZ), sampleRateHz: pcm.sampleRateHz }),
  truncated: ({ samples, ...rest }) => ({ ...rest, samples: samples.slice(0, Math.floor(samples.length / 2)) }),
  empty: (pcm) => ({ ...pcm, samples: new Float32Array(0) }),
};

/** The speech as a faulty server would send it, at the rate that it is said to have; unchanged for other faults. */
export function faultySound(pcm: Pcm, scenario: VibeVoiceScenario | undefined): Pcm {
  return (scenario !== undefined && CHANGES[scenario]?.(pcm)) || pcm;
}

/** The same each time: a linear congruential generator, with the constants of Numerical Recipes. */
function noise(length: number): Float32Array {
  let state = 1;
  return new Float32Array(length).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * NOISE_GAIN;
  });
}
