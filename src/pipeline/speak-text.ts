import { concatenateSpeech } from '../media/concatenate.ts';
import { durationSeconds } from '../media/pcm.ts';
import { encodeWav } from '../media/wav.ts';
import type { SpeechGateway } from '../tts/speech-gateway.ts';
import { prepareUtterances } from './prepare-script.ts';
import { speakPrepared } from './speak-prepared.ts';
import type { PreparedSpeech } from './speak-prepared.ts';
import type { SpeechRequest } from './speech-request.ts';

export type SpokenText = Omit<PreparedSpeech, 'parts'> & {
  /** A mono 16-bit WAV file. */
  readonly wav: Uint8Array;
  readonly durationSeconds: number;
};

/**
 * Has a text spoken as a video would be, without the video: the same utterances, voices and limits. Throws as
 * `speakPrepared`.
 */
export async function speakText(
  request: SpeechRequest,
  options: { readonly speech: SpeechGateway; readonly maxSpeechSeconds: number; readonly signal: AbortSignal },
): Promise<SpokenText> {
  const { text, language, voice, userId, provider: wish } = request;
  const { speech, maxSpeechSeconds, signal } = options;
  const utterances = prepareUtterances(text, language);
  const { parts, ...facts } = await speakPrepared(
    { utterances, language, voice },
    { speech, maxSpeechSeconds, request: { signal, userId, wish } },
  );
  const joined = concatenateSpeech(
    parts.map(({ utterance, speech: { pcm } }, index) => ({
      pcm,
      alignment: { words: [], phonemes: [] },
      textOffset: 0,
      pauseAfterSeconds: index === parts.length - 1 ? 0 : utterance.pauseAfterSeconds,
    })),
  );
  const isWishIgnored = wish !== undefined && !facts.fallbackUsed && facts.provider !== wish;
  return {
    ...facts,
    warnings: isWishIgnored
      ? [`${wish} does not speak the language ${language}; ${facts.provider} spoke instead.`, ...facts.warnings]
      : facts.warnings,
    wav: encodeWav(joined.pcm),
    durationSeconds: durationSeconds(joined.pcm),
  };
}
