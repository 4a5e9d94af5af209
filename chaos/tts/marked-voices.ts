import type { AlignedPhoneme, AlignedWord, Alignment } from '../../src/media/alignment.ts';
import { durationSeconds } from '../../src/media/pcm.ts';
import type { Pcm } from '../../src/media/pcm.ts';
import { resample } from '../../src/media/resample.ts';
import type { SimulatorVoice } from '../../src/simulators/simulator.ts';
import { createOfflineProvider } from '../../src/tts/providers/offline.ts';
import type { SpeechProvider, SpeechProviderId } from '../../src/tts/speech-provider.ts';
import { isTrueTo } from './true-speech.ts';

type Spoken = { readonly pcm: Pcm; readonly alignment: Alignment };
/** By text, as the offline voice says it; plain data. */
export type SpokenTexts = ReadonlyMap<string, Spoken>;

/**
 * How much faster and higher than the offline voice each vendor's speaks, so that sound tells who made it. Farther apart
 * than what a seed changes at VibeVoice (1 %).
 */
const PACES: Readonly<Record<SpeechProviderId, number>> = {
  vibevoice: 1.04,
  elevenlabs: 1.1,
  'openai-speech': 0.95,
  offline: 1,
};
const IDS = Object.keys(PACES) as readonly SpeechProviderId[];

/** The voices of all simulators, each with a sound of its own, and what they truly say. Nothing is spoken twice. */
export type MarkedVoices = {
  voiceOf(id: SpeechProviderId): SimulatorVoice;
  /** The offline provider with its speech kept. */
  readonly offline: SpeechProvider;
  /** Has every voice say the texts, so that no vendor is slow the first time. */
  prepare(texts: readonly string[]): Promise<void>;
  /** What was spoken so far, for another `createMarkedVoices`. */
  spokenTexts(): Promise<SpokenTexts>;
  /** Whose sound this is, all of it and nothing else; undefined when no vendor says the text so. */
  whoSays(text: string, pcm: Pcm): Promise<SpeechProviderId | undefined>;
  close(): Promise<void>;
};

export function createMarkedVoices(known: SpokenTexts = new Map()): MarkedVoices {
  const offline = createOfflineProvider();
  const plain = new Map(Array.from(known, ([text, spoken]) => [text, Promise.resolve(spoken)]));
  const marked = new Map<string, Promise<Spoken>>();
  const speak = async (text: string): Promise<Spoken> => {
    const voice = { profile: 'default', style: 'neutral', seed: 0 } as const;
    const { signal } = new AbortController();
    const { pcm, alignment } = await offline.synthesize({ text, language: 'en', voice }, { signal });
    if (alignment === undefined) throw new Error('The offline voice must know when it says what.');
    return { pcm, alignment };
  };
  const sayPlainly = (text: string): Promise<Spoken> => {
    const spoken = plain.get(text) ?? speak(text);
    plain.set(text, spoken);
    return spoken;
  };
  const sayAs = (id: SpeechProviderId, text: string): Promise<Spoken> => {
    const key = `${id} ${text}`;
    const spoken = marked.get(key) ?? sayPlainly(text).then((said) => atPace(said, PACES[id]));
    marked.set(key, spoken);
    return spoken;
  };
  return {
    voiceOf: (id) => async (request) => sayAs(id, request.text),
    offline: {
      ...offline,
      async synthesize({ text }, { signal, onPcm }) {
        const spoken = await sayAs('offline', text);
        signal.throwIfAborted();
        onPcm?.(spoken.pcm);
        return { ...spoken, warnings: [], costUsd: 0, providerMetadata: {} };
      },
    },
    async prepare(texts) {
      for (const text of texts) for (const id of IDS) await sayAs(id, text);
    },
    async spokenTexts() {
      return new Map(await Promise.all(Array.from(plain, async ([text, spoken]) => [text, await spoken] as const)));
    },
    async whoSays(text, pcm) {
      for (const id of IDS) if (isTrueTo((await sayAs(id, text)).pcm, pcm)) return id;
      return undefined;
    },
    close: () => offline.close(),
  };
}

/** The same speech faster and higher, as a record player does it. */
function atPace({ pcm, alignment }: Spoken, pace: number): Spoken {
  const faster = resample({ ...pcm, sampleRateHz: Math.round(pcm.sampleRateHz * pace) }, pcm.sampleRateHz);
  const scale = durationSeconds(faster) / durationSeconds(pcm);
  const timed = <Timed extends AlignedWord | AlignedPhoneme>(sound: Timed): Timed => ({
    ...sound,
    startSeconds: sound.startSeconds * scale,
    endSeconds: sound.endSeconds * scale,
  });
  return { pcm: faster, alignment: { words: alignment.words.map(timed), phonemes: alignment.phonemes.map(timed) } };
}
