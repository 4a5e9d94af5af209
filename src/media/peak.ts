/** The largest absolute sample; 0 for no samples. */
export function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const size = Math.abs(samples[index] as number);
    if (size > peak) peak = size;
  }
  return peak;
}
