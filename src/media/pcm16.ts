/** Samples of 16 bits, signed, little-endian: what vendors send and what is stored. */
export const PCM16_BYTES = 2;
const FULL_SCALE = 32_768;

// Plain loops: these run over every sample that is heard, and a minute has a million and a half.

/** Samples in -1..1, written into `into` when it is given. `bytes` has an even length. */
export function decodePcm16(
  bytes: Uint8Array,
  into: Float32Array = new Float32Array(bytes.length / PCM16_BYTES),
): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < into.length; index++) into[index] = view.getInt16(index * PCM16_BYTES, true) / FULL_SCALE;
  return into;
}

/** Writes the samples to `bytes`, which has two for each; what is outside -1..1 is clipped, and what is no number becomes 0. */
export function encodePcm16(samples: Float32Array, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < samples.length; index++) view.setInt16(index * PCM16_BYTES, step(samples[index]), true);
}

/** The samples as they are after being stored: the very same array when they came from 16 bits, as vendors' do. */
export function roundToPcm16(samples: Float32Array): Float32Array {
  let isRounded = true;
  for (let index = 0; isRounded && index < samples.length; index++) {
    isRounded = Object.is(step(samples[index]) / FULL_SCALE, samples[index]);
  }
  if (isRounded) return samples;
  const rounded = new Float32Array(samples.length);
  for (let index = 0; index < samples.length; index++) rounded[index] = step(samples[index]) / FULL_SCALE;
  return rounded;
}

function step(sample: number | undefined): number {
  const scaled = Math.round((sample as number) * FULL_SCALE);
  if (scaled >= FULL_SCALE) return FULL_SCALE - 1;
  if (scaled < -FULL_SCALE) return -FULL_SCALE;
  // Neither -0 nor NaN has a place in 16 bits.
  return scaled || 0;
}
