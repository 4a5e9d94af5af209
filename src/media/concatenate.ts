import { shiftAlignment, type AlignedPhoneme, type AlignedWord, type Alignment } from './alignment.ts';
import { durationSeconds, type Pcm } from './pcm.ts';

/** One utterance of a longer speech. `textOffset` is where its text begins in the text of the whole, in UTF-16 units. */
export type SpeechPart = {
  readonly pcm: Pcm;
  readonly alignment: Alignment;
  readonly textOffset: number;
  readonly pauseAfterSeconds: number;
};

export type JoinedSpeech = {
  readonly pcm: Pcm;
  readonly alignment: Alignment;
  /** When each part is heard, without its pause. */
  readonly spans: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
};

/** Background noise that stops from one sample to the next is heard as a click. */
const FADE_SECONDS = 0.004;

/**
 * The parts one after the other with their pauses, as one speech with one alignment; pauses are `sil` in its phonemes.
 * Throws RangeError for no part, parts of different sample rates, or a negative pause.
 */
export function concatenateSpeech(parts: readonly SpeechPart[]): JoinedSpeech {
  const sampleRateHz = parts[0]?.pcm.sampleRateHz;
  if (sampleRateHz === undefined) throw new RangeError('A speech must have at least one part, and has 0.');
  const lengths = parts.map(({ pcm, pauseAfterSeconds }) => {
    if (pcm.sampleRateHz !== sampleRateHz) {
      throw new RangeError(
        `All parts must have the first one's ${sampleRateHz} Hz, and one has ${pcm.sampleRateHz} Hz.`,
      );
    }
    if (!(pauseAfterSeconds >= 0)) throw new RangeError(`A pause must be at least 0 s, and is ${pauseAfterSeconds} s.`);
    return { speech: pcm.samples.length, pause: Math.round(pauseAfterSeconds * sampleRateHz) };
  });
  const samples = new Float32Array(lengths.reduce((sum, { speech, pause }) => sum + speech + pause, 0));
  const words: AlignedWord[] = [];
  const phonemes: AlignedPhoneme[] = [];
  const spans: JoinedSpeech['spans'][number][] = [];
  let position = 0;
  for (const [index, part] of parts.entries()) {
    const { speech, pause } = lengths[index] as { speech: number; pause: number };
    samples.set(part.pcm.samples, position);
    fadeEdges(samples.subarray(position, position + speech), Math.round(FADE_SECONDS * sampleRateHz));
    const startSeconds = position / sampleRateHz;
    const endSeconds = startSeconds + durationSeconds(part.pcm);
    const shifted = shiftAlignment(part.alignment, startSeconds, part.textOffset);
    words.push(...shifted.words);
    phonemes.push(...shifted.phonemes);
    spans.push({ startSeconds, endSeconds });
    position += speech + pause;
    if (pause > 0) {
      phonemes.push({ phoneme: 'sil', startSeconds: endSeconds, endSeconds: position / sampleRateHz, stressed: false });
    }
  }
  return { pcm: { samples, sampleRateHz }, alignment: { words, phonemes }, spans };
}

function fadeEdges(samples: Float32Array, length: number): void {
  const reach = Math.min(length, Math.floor(samples.length / 2));
  for (let index = 0; index < reach; index++) {
    const gain = index / reach;
    const mirrored = samples.length - 1 - index;
    samples[index] = (samples[index] as number) * gain;
    samples[mirrored] = (samples[mirrored] as number) * gain;
  }
}
