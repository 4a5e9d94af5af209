import { AppError } from '../core/errors.ts';
import { levelsDb } from '../media/energy.ts';
import { CANONICAL_SAMPLE_RATE_HZ, durationSeconds } from '../media/pcm.ts';
import { peakOf } from '../media/peak.ts';
import { repeatedSeconds } from './router/repeated-sound.ts';
import type { Speech, Utterance } from './speech-provider.ts';

/** 16-bit rounding noise lies at about -98 dB; the quietest speech of any voice far above -60. */
const SILENCE_DB = -60;
/** What lies this far below the loud syllables is a pause. */
const PAUSE_RANGE_DB = 38;
const LOUD_PERCENTILE = 0.98;
/** A peak of three samples at full scale is rare in speech; one in a thousand samples is heard as a rasp. */
const CLIPPED_RUN_SAMPLES = 3;
const MOST_CLIPPED_SHARE = 0.001;
/** Speech moves by 16 dB and more between its vowels and its pauses; noise and tones stay within 3. */
const LEAST_LEVEL_SPREAD_DB = 6;
const SPREAD_NEEDS_SECONDS = 0.5;
const LONGEST_PAUSE_SECONDS = 1.2;
/** A rest between sentences, dramatic but not yet broken; also the most silence before and after speech. */
const LONGEST_EXPLAINED_PAUSE_SECONDS = 2;
/**
 * How far below the loud syllables the last 5 ms must lie. Voices end at -26 dB or less (measured on 138 utterances in 16
 * languages); two of three random cuts lie above -20 dB.
 */
const LOUDEST_END_DB = -20;
const END_SECONDS = 0.005;
const LONGEST_SILENT_WORDS_SECONDS = 0.5;
const LONGEST_SOUND_AFTER_WORDS_SECONDS = 1;
const ALIGNMENT_TOLERANCE_SECONDS = 0.05;

/**
 * Letters per second, slowest and fastest, by writing system. Widened by about a third beyond what voices were measured or
 * are known to do (Latin 8 to 21, Chinese 3 to 6), so that only broken speech lies outside.
 */
const WRITING_RATES: readonly { readonly letters: RegExp; readonly slowest: number; readonly fastest: number }[] = [
  { letters: /\p{Script=Han}/gu, slowest: 1.5, fastest: 9 },
  { letters: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu, slowest: 2.8, fastest: 14 },
  { letters: /\p{Script=Hangul}/gu, slowest: 2.5, fastest: 12 },
  { letters: /[\p{Script=Arabic}\p{Script=Hebrew}]/gu, slowest: 3.5, fastest: 24 },
  {
    letters:
      /[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Gujarati}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Thai}]/gu,
    slowest: 4,
    fastest: 30,
  },
];
const OTHER_WRITING = { slowest: 6, fastest: 30 };
/** English is known better: three voices, calm and excited, speak 5 to 19 letters a second. Half of a sentence counts for twice that. */
const ENGLISH = { slowest: 6, fastest: 22 };
/** A single word may be drawn out, and a voice breathes before it; this much is no sign of a fault. */
const SLACK_SECONDS = 1.5;
/** No syllable is shorter. */
const SHORTEST_SPEECH_SECONDS = 0.08;

/**
 * Refuses speech that nobody should hear: not canonical, empty, not numbers, silent, clipped, noise, of a length that the
 * text cannot have, with a hole, with a part twice, cut off, or at odds with its own word times.
 * Throws AppError `bad_audio` with the measured value.
 */
export function checkSpeech(speech: Speech, utterance: Utterance): void {
  const fault = findFault(speech, utterance);
  if (fault === undefined) return;
  throw new AppError({ code: 'bad_audio', kind: 'bad_audio', message: fault });
}

function findFault(speech: Speech, utterance: Utterance): string | undefined {
  const { samples, sampleRateHz } = speech.pcm;
  if (sampleRateHz !== CANONICAL_SAMPLE_RATE_HZ) {
    return `Speech must have ${CANONICAL_SAMPLE_RATE_HZ} samples per second, and has ${sampleRateHz}.`;
  }
  if (samples.length === 0) return 'Speech must have samples, and has 0.';
  const peak = peakOf(samples);
  if (!Number.isFinite(peak)) {
    const broken = samples.findIndex((sample) => !Number.isFinite(sample));
    return `Every sample must be a finite number, and sample ${broken} is ${samples[broken]}.`;
  }
  const levels = levelsDb(speech.pcm);
  const loudDb = percentile(levels, LOUD_PERCENTILE);
  if (!(loudDb > SILENCE_DB)) {
    return `Speech must be louder than ${SILENCE_DB} dB, and its loud parts have ${loudDb.toFixed(1)} dB.`;
  }
  const heard = levels.map((level) => (level > loudDb - PAUSE_RANGE_DB ? 1 : 0));
  return (
    findClipping(samples, peak) ??
    findSteadySound(levels, heard) ??
    findImplausibleLength(heard, utterance) ??
    findHole(heard, utterance.text) ??
    findRepetition(speech, heard, peak) ??
    findCut(samples, loudDb) ??
    findMisalignment(speech, heard)
  );
}

// The loops over samples are plain ones: everybody waits for this check, and a sentence has 100,000 samples.

/** Flat tops count wherever they lie, since clipped sound may have been turned down afterwards. */
function findClipping(samples: Float32Array, peak: number): string | undefined {
  const top = Math.min(1, peak) * 0.999;
  let clipped = 0;
  let run = 0;
  for (let index = 0; index <= samples.length; index += 1) {
    if (index < samples.length && Math.abs(samples[index] as number) >= top) {
      run += 1;
    } else if (run > 0) {
      if (run >= CLIPPED_RUN_SAMPLES) clipped += run;
      run = 0;
    }
  }
  const share = clipped / samples.length;
  if (share <= MOST_CLIPPED_SHARE) return undefined;
  return `At most ${percent(MOST_CLIPPED_SHARE)} of the samples may be clipped, and ${percent(share)} are.`;
}

function findSteadySound(levels: Float64Array, heard: Float64Array): string | undefined {
  const inside = levels.subarray(heard.indexOf(1), heard.lastIndexOf(1) + 1);
  if (inside.length < SPREAD_NEEDS_SECONDS * 100) return undefined;
  const spread = percentile(inside, 0.9) - percentile(inside, 0.1);
  if (spread >= LEAST_LEVEL_SPREAD_DB) return undefined;
  return `The level of speech must vary by ${LEAST_LEVEL_SPREAD_DB} dB, and varies by ${spread.toFixed(1)} dB, as noise does.`;
}

function findImplausibleLength(heard: Float64Array, utterance: Utterance): string | undefined {
  const seconds = framesToSeconds(heard.lastIndexOf(1) - heard.indexOf(1) + 1);
  const { shortest, longest, letters } = plausibleSeconds(utterance);
  if (seconds >= shortest && seconds <= longest) return undefined;
  return `${letters} letters must take ${shortest.toFixed(2)} to ${longest.toFixed(2)} s, and take ${seconds.toFixed(2)} s.`;
}

function plausibleSeconds({ text, language }: Utterance): { shortest: number; longest: number; letters: number } {
  const otherRates = /^en\b/i.test(language) ? ENGLISH : OTHER_WRITING;
  let others = text.match(/[\p{L}\p{M}\p{N}]/gu)?.length ?? 0;
  const letters = others;
  let shortest = 0;
  let longest = SLACK_SECONDS;
  for (const { letters: pattern, slowest, fastest } of WRITING_RATES) {
    const count = text.match(pattern)?.length ?? 0;
    others = Math.max(0, others - count);
    shortest += count / fastest;
    longest += count / slowest;
  }
  return {
    shortest: Math.max(SHORTEST_SPEECH_SECONDS, shortest + others / otherRates.fastest),
    longest: longest + others / otherRates.slowest,
    letters,
  };
}

function findHole(heard: Float64Array, text: string): string | undefined {
  const first = heard.indexOf(1);
  const last = heard.lastIndexOf(1);
  const outside = framesToSeconds(Math.max(first, heard.length - 1 - last));
  if (outside > LONGEST_EXPLAINED_PAUSE_SECONDS) {
    return `Speech may have ${LONGEST_EXPLAINED_PAUSE_SECONDS} s of silence at its ends, and has ${outside.toFixed(2)} s.`;
  }
  const pauses: number[] = [];
  let silent = 0;
  for (const isHeard of heard.subarray(first, last + 1)) {
    if (isHeard === 1 && silent > 0) pauses.push(framesToSeconds(silent));
    silent = isHeard === 1 ? 0 : silent + 1;
  }
  const long = pauses.filter((seconds) => seconds > LONGEST_PAUSE_SECONDS);
  const longest = Math.max(0, ...long);
  const explained = text.trim().match(/(?:[.!?…;:—–。！？；：،؛।\n]+)(?=[^.!?…;:—–。！？；：،؛।\n])/gu)?.length ?? 0;
  if (longest <= LONGEST_EXPLAINED_PAUSE_SECONDS && long.length <= explained) return undefined;
  return `A pause inside speech may take ${LONGEST_PAUSE_SECONDS} s (${LONGEST_EXPLAINED_PAUSE_SECONDS} s between sentences), and ${long.length} take up to ${longest.toFixed(2)} s.`;
}

function findRepetition(speech: Speech, heard: Float64Array, peak: number): string | undefined {
  const seconds = repeatedSeconds(speech.pcm, peak);
  const audible = framesToSeconds(heard.lastIndexOf(1) - heard.indexOf(1) + 1);
  // Doubled sound repeats almost half of itself, however short it is.
  if (seconds < Math.min(0.5, Math.max(0.1, audible * 0.25))) return undefined;
  return `No part of speech may be heard twice, and ${seconds.toFixed(2)} s of it are the same samples again.`;
}

function findCut(samples: Float32Array, loudDb: number): string | undefined {
  const end = samples.subarray(-Math.round(END_SECONDS * CANONICAL_SAMPLE_RATE_HZ));
  const power = end.reduce((sum, sample) => sum + sample * sample, 0) / end.length;
  const endDb = 10 * Math.log10(power) - loudDb;
  if (!(endDb > LOUDEST_END_DB)) return undefined;
  return `Speech must end ${-LOUDEST_END_DB} dB below its loud parts, and is cut off at ${endDb.toFixed(1)} dB.`;
}

function findMisalignment(speech: Speech, heard: Float64Array): string | undefined {
  const words = speech.alignment?.words ?? [];
  const lastWord = words.at(-1);
  if (lastWord === undefined) return undefined;
  const total = durationSeconds(speech.pcm);
  const late = words.find((word) => word.endSeconds > total + ALIGNMENT_TOLERANCE_SECONDS);
  if (late !== undefined) {
    return `Every word must lie inside the ${total.toFixed(2)} s of speech, and one ends at ${late.endSeconds.toFixed(2)} s.`;
  }
  const after = framesToSeconds(heard.lastIndexOf(1) + 1) - lastWord.endSeconds;
  if (after > LONGEST_SOUND_AFTER_WORDS_SECONDS) {
    return `Speech may go on for ${LONGEST_SOUND_AFTER_WORDS_SECONDS} s after its last word, and does for ${after.toFixed(2)} s.`;
  }
  const silent = words
    .filter(
      (word) => !heard.subarray(Math.floor(word.startSeconds * 100), Math.ceil(word.endSeconds * 100)).includes(1),
    )
    .reduce((sum, word) => sum + word.endSeconds - word.startSeconds, 0);
  if (silent <= LONGEST_SILENT_WORDS_SECONDS) return undefined;
  return `Words may be silent for ${LONGEST_SILENT_WORDS_SECONDS} s in all, and are for ${silent.toFixed(2)} s.`;
}

/** `levelsDb` gives one value every 10 ms. */
function framesToSeconds(frames: number): number {
  return frames / 100;
}

function percentile(values: Float64Array, share: number): number {
  return values.toSorted()[Math.floor((values.length - 1) * share)] ?? -Infinity;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
