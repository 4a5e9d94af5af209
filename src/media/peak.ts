/** The largest absolute sample; 0 for no samples, NaN when one of them is no number. */
export function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (let index = 0; index < samples.length; index += 1) peak = Math.max(peak, Math.abs(samples[index] as number));
  return peak;
}
