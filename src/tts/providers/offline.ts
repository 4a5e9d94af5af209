import { AppError, toAppError } from '../../core/errors.ts';
import { CANONICAL_SAMPLE_RATE_HZ } from '../../media/pcm.ts';
import { resample } from '../../media/resample.ts';
import { assertSpeakable } from '../speakable-text.ts';
import type { LanguageTag, Speech, SpeechProvider, Utterance, VoiceChoice } from '../speech-provider.ts';
import { EspeakVoice } from './offline/espeak-voice.ts';
import type { FliteVoiceName } from './offline/flite-engine.ts';
import { FliteVoice } from './offline/flite-voice.ts';

export type OfflineProvider = SpeechProvider & {
  /** The language tags that can be spoken here; English alone when eSpeak NG is not installed. */
  listLanguages(options: { readonly signal: AbortSignal }): Promise<LanguageTag[]>;
  /** Stops the worker and the process that speak; later calls are refused as `unavailable`. */
  close(): Promise<void>;
};

type Profile = { readonly flite: FliteVoiceName; readonly espeakVariant: string };
type Style = {
  readonly durationStretch: number;
  readonly pitchShift: number;
  /** eSpeak NG: words per minute, then pitch and pitch range of 100 with 50 as the voice's own. */
  readonly rate: number;
  readonly pitch: number;
  readonly range: number;
};

const PROFILES: Readonly<Record<VoiceChoice['profile'], Profile>> = {
  default: { flite: 'slt', espeakVariant: 'f3' },
  professional: { flite: 'rms', espeakVariant: 'm3' },
  casual: { flite: 'awb', espeakVariant: 'm7' },
};

const STYLES: Readonly<Record<VoiceChoice['style'], Style>> = {
  neutral: { durationStretch: 1, pitchShift: 1, rate: 168, pitch: 50, range: 50 },
  excited: { durationStretch: 0.92, pitchShift: 1.08, rate: 186, pitch: 58, range: 70 },
  calm: { durationStretch: 1.1, pitchShift: 0.96, rate: 150, pitch: 45, range: 40 },
};

/**
 * Speech without a network, a key or a cost: Flite in a worker thread speaks English, eSpeak NG in a process of its own
 * every other language. The same utterance always gives the same samples; the seed has nothing to choose.
 * Throws AppError: `invalid_input` for a text without words, `unsupported` for a language or writing that it cannot speak,
 * `cancelled`, `timeout`, `unavailable`, `protocol`.
 */
export function createOfflineProvider(): OfflineProvider {
  const flite = new FliteVoice();
  const espeak = new EspeakVoice();
  return {
    id: 'offline',
    capabilities: { languages: 'any', alignment: 'phoneme', paid: false },
    voiceIdentity: () => ({ vendorVoiceId: null, model: null }),
    estimateUsd: () => 0,
    async synthesize(utterance, { signal, onPcm }) {
      return guarded(signal, async () => {
        assertSpeakable(utterance);
        const speech = isEnglish(utterance.language)
          ? await speakEnglish(flite, utterance, signal)
          : await speakOther(espeak, utterance, signal);
        onPcm?.(speech.pcm);
        return speech;
      });
    },
    async listLanguages({ signal }) {
      return guarded(signal, async () => {
        try {
          return await espeak.listLanguages(signal);
        } catch (thrown) {
          if (thrown instanceof AppError && thrown.kind === 'unsupported') return ['en'];
          throw thrown;
        }
      });
    },
    async close() {
      await Promise.all([flite.close(), espeak.close()]);
    },
  };
}

async function speakEnglish(flite: FliteVoice, utterance: Utterance, signal: AbortSignal): Promise<Speech> {
  const voice = PROFILES[utterance.voice.profile].flite;
  const { durationStretch, pitchShift } = STYLES[utterance.voice.style];
  const spoken = await flite.speak({ text: utterance.text, voice, durationStretch, pitchShift }, signal);
  return {
    pcm: spoken.pcm,
    alignment: spoken.alignment,
    warnings: spoken.silentWordCount > 0 ? [`Words without an English pronunciation: ${spoken.silentWordCount}.`] : [],
    costUsd: 0,
    providerMetadata: { engine: 'flite', voice },
  };
}

async function speakOther(espeak: EspeakVoice, utterance: Utterance, signal: AbortSignal): Promise<Speech> {
  const variant = PROFILES[utterance.voice.profile].espeakVariant;
  const { rate, pitch, range } = STYLES[utterance.voice.style];
  const { text, language } = utterance;
  const spoken = await espeak.speak({ text, language, variant, rate, pitch, range }, signal);
  return {
    pcm: resample(spoken.pcm, CANONICAL_SAMPLE_RATE_HZ),
    alignment: spoken.alignment,
    warnings: /^th\b/i.test(language) ? ['The offline voice reads Thai script only roughly.'] : [],
    costUsd: 0,
    providerMetadata: { engine: 'espeak-ng', voice: `${spoken.voice}+${variant}` },
  };
}

async function guarded<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  try {
    signal.throwIfAborted();
    return await work();
  } catch (thrown) {
    if (!signal.aborted) throw toAppError(thrown);
    throw new AppError({
      code: 'cancelled',
      kind: 'cancelled',
      message: 'The speech was cancelled.',
      cause: thrown,
    });
  }
}

function isEnglish(tag: LanguageTag): boolean {
  return /^en(?:[-_]|$)/i.test(tag);
}
