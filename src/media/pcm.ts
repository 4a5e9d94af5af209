/** Mono samples in -1..1. */
export type Pcm = {
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
};

/** The one sample rate inside the product: what both paid speech providers deliver, so that nothing on the main path is resampled twice. */
export const CANONICAL_SAMPLE_RATE_HZ = 24_000;

export function durationSeconds(pcm: Pcm): number {
  return pcm.samples.length / pcm.sampleRateHz;
}
