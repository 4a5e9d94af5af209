import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { SceneBrief } from '../../src/engine/scene/brief.ts';
import { computeEnergy } from '../../src/media/energy.ts';
import { concatenateSpeech, type SpeechPart } from '../../src/media/concatenate.ts';
import { normaliseLoudness } from '../../src/media/normalise-loudness.ts';
import { durationSeconds, type Pcm } from '../../src/media/pcm.ts';
import { encodeWav } from '../../src/media/wav.ts';
import { DEFAULT_CAPTION_LIMITS, groupCaptionWords } from '../../src/script/caption-groups.ts';
import { captionWords } from '../../src/script/caption-words.ts';
import { normaliseForSpeech } from '../../src/script/normalise.ts';
import { splitIntoUtterances } from '../../src/script/utterances.ts';
import { createOfflineProvider } from '../../src/tts/providers/offline.ts';

/** A talk of 35 s at the offline voice's pace; a clip is its beginning. */
const TALK = `Good presenters do three things well. They look at you, they pause, and they mean every word.
A machine can learn the first two. It blinks, it breathes, and it lets a sentence settle before the next one begins.
The third is up to the person who writes the script. So keep it short, speak plainly, and put the best part first.
Numbers help: a viewer who hears "$3.50 instead of $12" remembers it. Big words do not.
When you have said what you came to say, stop. People will thank you for the time, and they will come back for more.
That is all there is to it. Now it is your turn: open the page, type a few lines, and press the button.`;

export type Clip = { readonly scene: SceneBrief; readonly speech: Pcm };

/** Spoken, captioned content like a user's, of exactly `seconds` (at most 30). */
export async function speakClip(seconds: number): Promise<Clip> {
  const voice = createOfflineProvider();
  const pieces = splitIntoUtterances(TALK, 'en').map((piece) => ({
    ...piece,
    ...normaliseForSpeech(TALK.slice(piece.start, piece.end), 'en'),
  }));
  const parts: SpeechPart[] = [];
  const { signal } = new AbortController();
  for (const { text, pauseAfterSeconds } of pieces) {
    const choice = { profile: 'default', style: 'neutral', seed: 42 } as const;
    const { pcm, alignment } = await voice.synthesize({ text, language: 'en', voice: choice }, { signal });
    parts.push({ pcm, alignment: alignment ?? { words: [], phonemes: [] }, textOffset: 0, pauseAfterSeconds });
  }
  await voice.close();
  const joined = concatenateSpeech(parts);
  const words = captionWords({
    text: TALK,
    language: 'en',
    pieces: pieces.map((piece, index) => ({
      ...piece,
      words: parts[index]?.alignment.words ?? [],
      startSeconds: joined.spans[index]?.startSeconds ?? 0,
      endSeconds: joined.spans[index]?.endSeconds ?? 0,
    })),
    durationSeconds: durationSeconds(joined.pcm),
  }).filter((word) => word.endSeconds < seconds);
  if (durationSeconds(joined.pcm) < seconds) {
    throw new RangeError(
      `The talk lasts ${durationSeconds(joined.pcm).toFixed(1)} s; a clip of ${seconds} s was asked for.`,
    );
  }
  const { pcm } = normaliseLoudness({
    ...joined.pcm,
    samples: joined.pcm.samples.slice(0, seconds * joined.pcm.sampleRateHz),
  });
  return { speech: pcm, scene: sceneOf({ seconds, words, speech: pcm, alignment: joined.alignment }) };
}

function sceneOf(clip: {
  readonly seconds: number;
  readonly words: SceneBrief['captionWords'];
  readonly speech: Pcm;
  readonly alignment: SceneBrief['alignment'];
}): SceneBrief {
  const { seconds, words, speech, alignment } = clip;
  return {
    template: 'presenter1',
    presenter: 'amara',
    aspectRatio: '16:9',
    width: 1920,
    height: 1080,
    frameRate: 30,
    durationSeconds: seconds,
    language: 'en',
    title: 'What good presenters do',
    lowerThird: { name: 'Amara', role: 'AI presenter' },
    captions: { burned: true, style: 'highlight' },
    captionWords: words,
    captionGroups: groupCaptionWords(words, DEFAULT_CAPTION_LIMITS).filter((group) => group.endSeconds <= seconds),
    alignment: {
      words: alignment.words.filter((word) => word.endSeconds < seconds),
      phonemes: alignment.phonemes.filter((phoneme) => phoneme.endSeconds < seconds),
    },
    energy: computeEnergy(speech),
    seed: 42,
  };
}

/** Puts the clip where `render-clip.ts` reads it. */
export async function writeClip(clip: Clip, folder: string): Promise<void> {
  const { energy: _energy, ...scene } = clip.scene;
  await writeFile(join(folder, 'scene.json'), JSON.stringify(scene));
  await writeFile(join(folder, 'speech.wav'), encodeWav(clip.speech));
}
