import { AppError } from '../core/errors.ts';
import type { StepContext } from '../jobs/workflow.ts';
import type { Alignment } from '../media/alignment.ts';
import { concatenateSpeech, type SpeechPart } from '../media/concatenate.ts';
import { normaliseLoudness } from '../media/normalise-loudness.ts';
import { CANONICAL_SAMPLE_RATE_HZ, durationSeconds } from '../media/pcm.ts';
import { encodeWav, parseWav } from '../media/wav.ts';
import { DEFAULT_CAPTION_LIMITS, groupCaptionWords, type CaptionGroup } from '../script/caption-groups.ts';
import { captionWords, type CaptionWord } from '../script/caption-words.ts';
import { contentKey, hashBytes } from '../storage/content-key.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { PreparedScript } from './prepare-script.ts';
import { LENGTH_ROUNDING_SECONDS } from './speak-prepared.ts';
import type { StoredSpeech } from './speak-utterances.ts';
import { loadJson, storeJson } from './stored-json-object.ts';

/** The finished sound of the video and what is heard when. */
export type MixedSpeech = {
  readonly audioKey: string;
  /** Key of a SpeechTimeline. */
  readonly timelineKey: string;
  readonly durationSeconds: number;
  readonly loudnessLufs: number;
  readonly truePeakDb: number;
};

export type SpeechTimeline = {
  readonly alignment: Alignment;
  readonly captionWords: readonly CaptionWord[];
  readonly captionGroups: readonly CaptionGroup[];
};

/** The viewer sees the presenter before the first word, */
const LEAD_IN_SECONDS = 0.4;
/** and the presenter settles after the last one. */
const TAIL_SECONDS = 0.8;
/** By how much a video is longer than its speech. */
export const SILENCE_AROUND_SPEECH_SECONDS = LEAD_IN_SECONDS + TAIL_SECONDS;

/**
 * Joins the utterances with their pauses, brings them to -16 LUFS and gives the captions their times. Throws `speech_too_long`
 * when the speech is longer than `maxSpeechSeconds`, before anything is drawn.
 */
export async function mixSpeech(options: {
  readonly script: PreparedScript;
  readonly spoken: StoredSpeech;
  readonly objects: ObjectStore;
  readonly maxSpeechSeconds: number;
  readonly step: StepContext;
}): Promise<MixedSpeech> {
  const { script, spoken, objects, maxSpeechSeconds, step } = options;
  const { signal } = step;
  const parts = await loadParts(options);
  const joined = concatenateSpeech([LEAD_IN, ...parts.map(({ part }) => part)]);
  const spans = joined.spans.slice(1);
  const totalSeconds = durationSeconds(joined.pcm);
  const speechSeconds = totalSeconds - LEAD_IN_SECONDS - TAIL_SECONDS;
  if (speechSeconds > maxSpeechSeconds + LENGTH_ROUNDING_SECONDS) {
    throw new AppError({
      code: 'speech_too_long',
      kind: 'invalid_input',
      message: `The speech must be at most ${maxSpeechSeconds} s long; this script takes ${speechSeconds.toFixed(1)} s.`,
    });
  }
  const { pcm, loudnessLufs, truePeakDb } = normaliseLoudness(joined.pcm);
  const words = captionWords({
    text: script.script,
    language: script.language,
    pieces: parts.map(({ utterance, part }, index) => ({
      ...utterance,
      words: part.alignment.words,
      startSeconds: spans[index]?.startSeconds ?? 0,
      endSeconds: spans[index]?.endSeconds ?? 0,
    })),
    durationSeconds: totalSeconds,
  });
  const timeline: SpeechTimeline = {
    alignment: withSoundsOfAllOrNone(joined.alignment, parts),
    captionWords: words,
    captionGroups: groupCaptionWords(words, DEFAULT_CAPTION_LIMITS),
  };
  const wav = encodeWav(pcm);
  const audioKey = contentKey('audio', hashBytes(wav), 'wav');
  await objects.putBytes(audioKey, wav, { signal });
  await step.describe({
    provider: spoken.provider,
    detail: `${speechSeconds.toFixed(1)} s at ${loudnessLufs.toFixed(1)} LUFS`,
  });
  const timelineKey = await storeJson(objects, 'timelines', timeline, signal);
  return { audioKey, timelineKey, durationSeconds: totalSeconds, loudnessLufs, truePeakDb };
}

const LEAD_IN: SpeechPart = {
  pcm: { samples: new Float32Array(0), sampleRateHz: CANONICAL_SAMPLE_RATE_HZ },
  alignment: { words: [], phonemes: [] },
  textOffset: 0,
  pauseAfterSeconds: LEAD_IN_SECONDS,
};

async function loadParts({ script, spoken, objects, step }: Parameters<typeof mixSpeech>[0]) {
  const { signal } = step;
  const lastIndex = spoken.utterances.findLastIndex((utterance) => utterance !== null);
  const parts = await Promise.all(
    script.utterances.map(async (utterance, index) => {
      const keys = spoken.utterances[index];
      if (keys === null || keys === undefined) return undefined;
      const [wav, alignment] = await Promise.all([
        objects.getBytes(keys.audioKey, { signal }),
        loadJson<Alignment>(objects, keys.alignmentKey, signal),
      ]);
      const pauseAfterSeconds = index === lastIndex ? TAIL_SECONDS : utterance.pauseAfterSeconds;
      const part: SpeechPart = {
        pcm: parseWav(wav),
        alignment,
        textOffset: spokenOffset(script, index),
        pauseAfterSeconds,
      };
      return { utterance, part };
    }),
  );
  return parts.filter((part) => part !== undefined);
}

/** The mouth follows sounds where there are any: with those of some parts only, it would stand still in the others. */
function withSoundsOfAllOrNone(alignment: Alignment, parts: readonly { readonly part: SpeechPart }[]): Alignment {
  return parts.every(({ part }) => part.alignment.phonemes.length > 0) ? alignment : { ...alignment, phonemes: [] };
}

/** Where an utterance begins in the whole spoken text: the utterances, one space between them. */
function spokenOffset(script: PreparedScript, index: number): number {
  return script.utterances.slice(0, index).reduce((sum, { spoken }) => sum + spoken.length + 1, 0);
}
