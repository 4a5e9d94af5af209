import { CANONICAL_SAMPLE_RATE_HZ, type Pcm } from '../../../media/pcm.ts';
import { decodePcm16, PCM16_BYTES } from '../../../media/pcm16.ts';
import { failure } from './failure.ts';

/** Far slower than anyone speaks, in any script: what exceeds it does not come to an end. */
const LONGEST_SECONDS_PER_CHARACTER = 0.5;
const LONGEST_START_SECONDS = 20;
/** The model's context ends at about ten minutes of speech (docs/vibevoice-realtime-0.5b.md). */
const LONGEST_SPEECH_SECONDS = 600;

/** Decoded when it is looked at: who only counts what comes does not pay for it. */
function pcmOf(bytes: Uint8Array): Pcm {
  let samples: Float32Array | undefined;
  return {
    get samples() {
      return (samples ??= decodePcm16(bytes));
    },
    sampleRateHz: CANONICAL_SAMPLE_RATE_HZ,
  };
}

/** Gathers signed 16-bit little-endian mono frames at 24 kHz into one speech, and bounds how long it may become. */
export class SoundCollector {
  /** As they came, which is half the size of samples: hundreds of speeches may be on their way at once. */
  readonly #frames: Uint8Array[] = [];
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
    if (bytes.length % PCM16_BYTES !== 0) {
      throw failure('protocol', `must send 16-bit samples in frames of an even size, and sent ${bytes.length} bytes`);
    }
    if (bytes.length === 0) return;
    this.#sampleCount += bytes.length / PCM16_BYTES;
    if (this.#sampleCount > this.#longestSeconds * CANONICAL_SAMPLE_RATE_HZ) {
      throw failure('bad_audio', `may speak this text for ${this.#longestSeconds} s, and went on after that`);
    }
    this.#frames.push(bytes);
    this.#onPcm?.(pcmOf(bytes));
  }

  /** Throws AppError (`bad_audio`) when there is not one sample. */
  finish(): Pcm {
    if (this.#sampleCount === 0) throw failure('bad_audio', 'must send at least one sample, and sent 0');
    const samples = new Float32Array(this.#sampleCount);
    let position = 0;
    for (const frame of this.#frames) {
      const end = position + frame.length / PCM16_BYTES;
      decodePcm16(frame, samples.subarray(position, end));
      position = end;
    }
    this.#frames.length = 0;
    return { samples, sampleRateHz: CANONICAL_SAMPLE_RATE_HZ };
  }
}
