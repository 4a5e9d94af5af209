import { CANONICAL_SAMPLE_RATE_HZ, type Pcm } from '../../../media/pcm.ts';
import { failure } from './failure.ts';

const BYTES_PER_SAMPLE = 2;
const FULL_SCALE_S16 = 32_768;
/** Far slower than anyone speaks, in any script: what exceeds it does not come to an end. */
const LONGEST_SECONDS_PER_CHARACTER = 0.5;
const LONGEST_START_SECONDS = 20;
/** The model's context ends at about ten minutes of speech (docs/vibevoice-realtime-0.5b.md). */
const LONGEST_SPEECH_SECONDS = 600;

/** Gathers signed 16-bit little-endian mono frames at 24 kHz into one speech, and bounds how long it may become. */
export class SoundCollector {
  readonly #chunks: Float32Array[] = [];
  readonly #longestSeconds: number;
  readonly #onPcm: ((chunk: Pcm) => void) | undefined;
  #sampleCount = 0;

  constructor(text: string, onPcm: ((chunk: Pcm) => void) | undefined) {
    const plausible = LONGEST_START_SECONDS + text.length * LONGEST_SECONDS_PER_CHARACTER;
    this.#longestSeconds = Math.min(LONGEST_SPEECH_SECONDS, plausible);
    this.#onPcm = onPcm;
  }

  get sampleCount(): number {
    return this.#sampleCount;
  }

  /** Throws AppError: `protocol` for half a sample, `bad_audio` when the speech does not come to an end. */
  add(bytes: Uint8Array): void {
    if (bytes.length % BYTES_PER_SAMPLE !== 0) {
      throw failure('protocol', `must send 16-bit samples in frames of an even size, and sent ${bytes.length} bytes`);
    }
    if (bytes.length === 0) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const samples = new Float32Array(bytes.length / BYTES_PER_SAMPLE);
    for (let index = 0; index < samples.length; index++) {
      samples[index] = view.getInt16(index * BYTES_PER_SAMPLE, true) / FULL_SCALE_S16;
    }
    this.#sampleCount += samples.length;
    if (this.#sampleCount > this.#longestSeconds * CANONICAL_SAMPLE_RATE_HZ) {
      throw failure('bad_audio', `may speak this text for ${this.#longestSeconds} s, and went on after that`);
    }
    this.#chunks.push(samples);
    this.#onPcm?.({ samples, sampleRateHz: CANONICAL_SAMPLE_RATE_HZ });
  }

  /** Throws AppError (`bad_audio`) when there is not one sample. */
  finish(): Pcm {
    if (this.#sampleCount === 0) throw failure('bad_audio', 'must send at least one sample, and sent 0');
    const samples = new Float32Array(this.#sampleCount);
    let position = 0;
    for (const chunk of this.#chunks) {
      samples.set(chunk, position);
      position += chunk.length;
    }
    return { samples, sampleRateHz: CANONICAL_SAMPLE_RATE_HZ };
  }
}
