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
  for (let index = 0; index < samples.length; index++) {
    const step = Math.floor((samples[index] as number) * FULL_SCALE + 0.5);
    view.setInt16(index * PCM16_BYTES, Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, step)), true);
  }
}

/** The samples as they are after being stored: the very same array when they came from 16 bits, as vendors' do. */
export function roundToPcm16(samples: Float32Array): Float32Array {
  let index = 0;
  while (index < samples.length && isStep((samples[index] as number) * FULL_SCALE)) index++;
  if (index === samples.length) return samples;
  const bytes = new Uint8Array(samples.length * PCM16_BYTES);
  encodePcm16(samples, bytes);
  return decodePcm16(bytes);
}

function isStep(scaled: number): boolean {
  return Math.trunc(scaled) === scaled && scaled < FULL_SCALE && scaled >= -FULL_SCALE && !Object.is(scaled, -0);
}
