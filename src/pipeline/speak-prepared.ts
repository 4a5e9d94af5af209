import { isUnspeakable } from '../script/script-limits.ts';
import type { Speech, Utterance, VoiceChoice } from '../tts/speech-provider.ts';
import type { SpeechGateway, SpeechRequest as GatewayRequest } from '../tts/speech-gateway.ts';
import type { SpokenScript } from '../tts/speech-router.ts';
import type { PreparedUtterance } from './prepare-script.ts';

/** Prepared utterances, and how they are to be said. */
export type SpokenWish = {
  readonly utterances: readonly PreparedUtterance[];
  /** BCP 47. */
  readonly language: string;
  readonly voice: VoiceChoice;
};

export type PreparedSpeech = Omit<SpokenScript, 'utterances'> & {
  /** In order; an utterance without anything to say (an emoji) is not among them. */
  readonly parts: readonly { readonly utterance: PreparedUtterance; readonly speech: Speech }[];
  /** Calls to all providers together. */
  readonly attempts: number;
  readonly warnings: readonly string[];
};

/** Sums of seconds are off by their rounding; less than a sample must not make a speech too long. */
export const LENGTH_ROUNDING_SECONDS = 1e-6;

/**
 * Has the gateway speak what can be spoken. Throws `speech_too_long` as soon as the speech, with the pauses between its
 * parts, is longer than `maxSpeechSeconds`, before any more is paid for; otherwise as the gateway does.
 */
export async function speakPrepared(
  wish: SpokenWish,
  options: {
    readonly speech: Pick<SpeechGateway, 'speakScript'>;
    readonly maxSpeechSeconds: number;
    readonly request: Omit<GatewayRequest, 'longestSeconds'>;
  },
): Promise<PreparedSpeech> {
  const voiced = speakable(wish.utterances);
  const pauses = voiced.slice(0, -1).reduce((sum, { pauseAfterSeconds }) => sum + pauseAfterSeconds, 0);
  const { utterances, ...script } = await options.speech.speakScript(toUtterances(wish), {
    ...options.request,
    longestSeconds: options.maxSpeechSeconds - pauses + LENGTH_ROUNDING_SECONDS,
  });
  return {
    parts: voiced.map((utterance, index) => ({ utterance, speech: utterances[index]!.speech })),
    ...script,
    attempts: utterances.reduce((sum, { attempts }) => sum + attempts, 0),
    warnings: [...new Set(utterances.flatMap(({ speech }) => speech.warnings))],
  };
}

/** What a voice gets to say. */
export function toUtterances({ utterances, language, voice }: SpokenWish): Utterance[] {
  return speakable(utterances).map(({ spoken }) => ({ text: spoken, language, voice }));
}

/** Those with a word or a number, which is what a voice can say. */
function speakable(utterances: readonly PreparedUtterance[]): PreparedUtterance[] {
  return utterances.filter(({ spoken }) => !isUnspeakable(spoken));
}
