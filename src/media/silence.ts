import { levelsDb } from './energy.ts';
import { durationSeconds, type Pcm } from './pcm.ts';

/** Where speech begins and ends inside a recording. */
export type SpeechSpan = { readonly startSeconds: number; readonly endSeconds: number };

const FRAME_SECONDS = 0.01;
/** Kept on both sides, so that a soft first or last sound is not cut off. */
const KEPT_SECONDS = 0.08;
/** Speech lies within 38 dB of its loud parts; below -70 dB there is none. */
const SPEECH_RANGE_DB = 38;
const SILENCE_DB = -70;
/** In a noisy recording: above the noise floor, but never so high that soft speech counts as noise. */
const ABOVE_NOISE_DB = 8;
const BELOW_LOUD_DB = 15;
const LOUD_PERCENTILE = 0.98;
const NOISE_PERCENTILE = 0.05;

/** From the first to the last moment that is louder than the pauses, with 80 ms on both sides; undefined for silence. */
export function findSpeech(pcm: Pcm): SpeechSpan | undefined {
  const levels = levelsDb(pcm);
  const sorted = levels.toSorted();
  const loudDb = percentile(sorted, LOUD_PERCENTILE);
  if (!(loudDb > SILENCE_DB)) return undefined;
  const noiseDb = percentile(sorted, NOISE_PERCENTILE);
  const thresholdDb = Math.max(loudDb - SPEECH_RANGE_DB, Math.min(noiseDb + ABOVE_NOISE_DB, loudDb - BELOW_LOUD_DB));
  const first = levels.findIndex((level) => level > thresholdDb);
  const last = levels.findLastIndex((level) => level > thresholdDb);
  return {
    startSeconds: Math.max(0, first * FRAME_SECONDS - KEPT_SECONDS),
    endSeconds: Math.min(durationSeconds(pcm), (last + 1) * FRAME_SECONDS + KEPT_SECONDS),
  };
}

/** The sound without the silence before and after its speech; nothing is cut inside. A silent sound comes back as it is. */
export function trimSilence(pcm: Pcm): { readonly pcm: Pcm; readonly span: SpeechSpan } {
  const span = findSpeech(pcm) ?? { startSeconds: 0, endSeconds: durationSeconds(pcm) };
  const start = Math.round(span.startSeconds * pcm.sampleRateHz);
  const end = Math.round(span.endSeconds * pcm.sampleRateHz);
  return {
    pcm: { ...pcm, samples: pcm.samples.slice(start, end) },
    span: { startSeconds: start / pcm.sampleRateHz, endSeconds: end / pcm.sampleRateHz },
  };
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? -Infinity;
}
