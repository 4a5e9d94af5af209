import { CANONICAL_SAMPLE_RATE_HZ, type Pcm } from '../../../media/pcm.ts';
import { decodePcm16, PCM16_BYTES } from '../../../media/pcm16.ts';
import { failure } from './failure.ts';

/** Far slower than anyone speaks, in any script: what exceeds it does not come to an end. */
const LONGEST_SECONDS_PER_CHARACTER = 0.5;
const LONGEST_START_SECONDS = 20;
/** English at 150 words a minute: most texts fit without growing. */
const EXPECTED_SECONDS_PER_CHARACTER = 0.07;
const GROWTH = 1.3;
/** Speech that fills less of its array is copied, so that the rest does not live as long as the speech. */
const LEAST_FILLED_SHARE = 0.7;
/** The model's context ends at about ten minutes of speech (docs/vibevoice-realtime-0.5b.md). */
const LONGEST_SPEECH_SECONDS = 600;

/** Gathers signed 16-bit little-endian mono frames at 24 kHz into one speech, and bounds how long it may become. */
export class SoundCollector {
  #samples: Float32Array;
  readonly #longestSeconds: number;
  readonly #onPcm: ((chunk: Pcm) => void) | undefined;
  #sampleCount = 0;

  constructor(text: string, onPcm: ((chunk: Pcm) => void) | undefined) {
    const plausible = LONGEST_START_SECONDS + text.length * LONGEST_SECONDS_PER_CHARACTER;
    this.#longestSeconds = Math.min(LONGEST_SPEECH_SECONDS, plausible);
    this.#onPcm = onPcm;
    this.#samples = new Float32Array(
      Math.ceil(text.length * EXPECTED_SECONDS_PER_CHARACTER * CANONICAL_SAMPLE_RATE_HZ),
    );
  }

  get sampleCount(): number {
    return this.#sampleCount;
  }

  /** Throws AppError: `protocol` for half a sample, `bad_audio` when the speech does not come to an end. */
  add(bytes: Uint8Array): void {
    if (bytes.length % PCM16_BYTES !== 0) {
      throw failure('protocol', `must send 16-bit samples in frames of an even size, and sent ${bytes.length} bytes`);
    }
    if (bytes.length === 0) return;
    const start = this.#sampleCount;
    this.#sampleCount += bytes.length / PCM16_BYTES;
    if (this.#sampleCount > this.#longestSeconds * CANONICAL_SAMPLE_RATE_HZ) {
      throw failure('bad_audio', `may speak this text for ${this.#longestSeconds} s, and went on after that`);
    }
    this.#makeRoom();
    const samples = decodePcm16(bytes, this.#samples.subarray(start, this.#sampleCount));
    this.#onPcm?.({ samples, sampleRateHz: CANONICAL_SAMPLE_RATE_HZ });
  }

  /** What listeners were handed stays as it is: the old array is left to them. */
  #makeRoom(): void {
    if (this.#sampleCount <= this.#samples.length) return;
    const larger = new Float32Array(Math.ceil(this.#sampleCount * GROWTH));
    larger.set(this.#samples);
    this.#samples = larger;
  }

  /** Throws AppError (`bad_audio`) when there is not one sample. */
  finish(): Pcm {
    if (this.#sampleCount === 0) throw failure('bad_audio', 'must send at least one sample, and sent 0');
    const isFilled = this.#sampleCount >= LEAST_FILLED_SHARE * this.#samples.length;
    const samples = isFilled ? this.#samples.subarray(0, this.#sampleCount) : this.#samples.slice(0, this.#sampleCount);
    return { samples, sampleRateHz: CANONICAL_SAMPLE_RATE_HZ };
  }
}
