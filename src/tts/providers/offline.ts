import { AppError, toAppError } from '../../core/errors.ts';
import { CANONICAL_SAMPLE_RATE_HZ } from '../../media/pcm.ts';
import { resample } from '../../media/resample.ts';
import { wordSpans } from '../../media/words.ts';
import type { LanguageTag, Speech, SpeechProvider, Utterance, VoiceChoice } from '../speech-provider.ts';
import type { FliteVoiceName } from './offline/flite-engine.ts';
import { FliteVoice } from './offline/flite-voice.ts';

export type OfflineProvider = SpeechProvider & {
  /** Stops the worker; later calls are refused as `unavailable`. */
  close(): Promise<void>;
};

const FLITE_VOICES: Readonly<Record<VoiceChoice['profile'], FliteVoiceName>> = {
  default: 'slt',
  professional: 'rms',
  casual: 'awb',
};

const STYLES: Readonly<Record<VoiceChoice['style'], { durationStretch: number; pitchShift: number }>> = {
  neutral: { durationStretch: 1, pitchShift: 1 },
  excited: { durationStretch: 0.92, pitchShift: 1.08 },
  calm: { durationStretch: 1.1, pitchShift: 0.96 },
};

/**
 * Speech without a network, a key or a cost: Flite in a worker thread speaks English.
 * The same utterance always gives the same samples. Throws AppError: `invalid_input` for a text without words,
 * `unsupported` for a language or writing that it cannot speak, `cancelled`, `timeout`, `unavailable`.
 */
export function createOfflineProvider(): OfflineProvider {
  const flite = new FliteVoice();
  return {
    id: 'offline',
    capabilities: { languages: 'any', alignment: 'phoneme', paid: false },
    async synthesize(utterance, { signal, onPcm }) {
      try {
        signal.throwIfAborted();
        checkText(utterance);
        const speech = await speakEnglish(flite, utterance, signal);
        onPcm?.(speech.pcm);
        return speech;
      } catch (thrown) {
        throw signal.aborted ? cancelled(thrown) : toAppError(thrown);
      }
    },
    close: () => flite.close(),
  };
}

async function speakEnglish(flite: FliteVoice, utterance: Utterance, signal: AbortSignal): Promise<Speech> {
  if (primaryLanguage(utterance.language) !== 'en') {
    throw new AppError({
      code: 'language_unsupported',
      kind: 'unsupported',
      message: `The offline voice speaks English, and was asked for the language ${utterance.language}.`,
    });
  }
  const voice = FLITE_VOICES[utterance.voice.profile];
  const spoken = await flite.speak({ text: utterance.text, voice, ...STYLES[utterance.voice.style] }, signal);
  return {
    pcm: resample(spoken.pcm, CANONICAL_SAMPLE_RATE_HZ),
    alignment: spoken.alignment,
    warnings: spoken.silentWordCount > 0 ? [`${spoken.silentWordCount} words have no English pronunciation.`] : [],
    costUsd: 0,
    providerMetadata: { engine: 'flite', voice },
  };
}

function checkText(utterance: Utterance): void {
  if (wordSpans(utterance.text, 'en').length > 0) return;
  throw new AppError({
    code: 'text_empty',
    kind: 'invalid_input',
    message: `A text to speak must have at least one word; these ${utterance.text.length} characters have none.`,
  });
}

function primaryLanguage(tag: LanguageTag): string {
  return (tag.split(/[-_]/)[0] ?? '').toLowerCase();
}

function cancelled(cause: unknown): AppError {
  return new AppError({ code: 'cancelled', kind: 'cancelled', message: 'The speech was cancelled.', cause });
}
