import type { Clock } from '../core/clock.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { durationSeconds } from '../media/pcm.ts';
import { orderProviders } from './provider-order.ts';
import { callProvider, type CallGuards, type CallOutcome } from './router/provider-call.ts';
import { operationRecord } from './router/operation-record.ts';
import type { Speech, SpeechProvider, SpeechProviderId, Utterance } from './speech-provider.ts';
import {
  speakInAnyVoice,
  speakInOneVoice,
  UtteranceFailed,
  type SpeakUtterance,
  type SpokenUtterance,
  type VoicePolicy,
} from './voice-consistency.ts';

export type SpeakScriptOptions = {
  readonly signal: AbortSignal;
  readonly voicePolicy: VoicePolicy;
  /** The provider to ask first, whatever the language. */
  readonly wish?: SpeechProviderId | undefined;
  /** Lets the offline voice speak when all others have failed. */
  readonly isOfflineAllowed: boolean;
  /** For the spending cap and the log. */
  readonly userId: string;
  readonly videoId?: string | undefined;
  readonly traceId?: string | undefined;
  /** The most utterances that were ever ready at once; it does not go back when a script is spoken again. */
  readonly onProgress?: (spoken: number, total: number) => void;
};

export type SpokenScript = {
  readonly utterances: readonly SpokenUtterance[];
  /** Everything that was paid, also for speech that was thrown away. */
  readonly costUsd: number;
};

export type SpeechRouter = {
  /**
   * Every utterance spoken, in order, or an AppError with the true cause; never a part of it. With `voicePolicy` `same` one
   * provider has spoken them all. Writes one log record.
   */
  speakScript(utterances: readonly Utterance[], options: SpeakScriptOptions): Promise<SpokenScript>;
};

/**
 * Asked around everything that is done to get one utterance from one provider: returns kept speech, or calls `synthesize`,
 * keeps its result and returns it. `cached` is true when `synthesize` was not called for this caller.
 */
export type RememberSpeech = (
  provider: SpeechProviderId,
  utterance: Utterance,
  synthesize: (signal: AbortSignal) => Promise<Speech>,
  options: { readonly signal: AbortSignal },
) => Promise<{ readonly speech: Speech; readonly cached: boolean }>;

/**
 * Chooses who speaks a script, and makes sure that someone does: by wish and language, with retries, fallback, circuit
 * breakers and a spending cap as the failure policy has it.
 */
export function createSpeechRouter(
  options: CallGuards & {
    readonly providers: readonly SpeechProvider[];
    readonly remember?: RememberSpeech;
    /** Utterances that are spoken at the same time for one script. */
    readonly concurrency: number;
    readonly clock: Clock;
    readonly log: Logger;
  },
): SpeechRouter {
  const { providers, concurrency, clock, log, remember = alwaysSynthesize } = options;
  return {
    async speakScript(utterances, script) {
      const { signal, userId, voicePolicy, onProgress } = script;
      const startedAt = clock.now();
      let attempts = 0;
      let costUsd = 0;
      let lastAsked: SpeechProviderId | null = null;
      let mostSpoken = 0;

      const speak: SpeakUtterance = async (provider, utterance, { signal: inner, isFallback }) => {
        lastAsked = provider.id;
        let outcome: CallOutcome | undefined;
        try {
          const { speech, cached } = await remember(
            provider.id,
            utterance,
            async (shared) => {
              outcome = await callProvider(provider, utterance, options, { signal: shared, isFallback, userId });
              attempts += outcome.attempts;
              costUsd += outcome.costUsd;
              if ('error' in outcome) throw outcome.error;
              return outcome.speech;
            },
            { signal: inner },
          );
          return { speech, cached, attempts: outcome?.attempts ?? 0 };
        } catch (thrown) {
          throw new UtteranceFailed({
            provider: provider.id,
            error: toAppError(thrown),
            attempts: outcome?.attempts ?? 0,
          });
        }
      };

      const finish = (spoken: readonly SpokenUtterance[], error: AppError | undefined): void => {
        const names = [...new Set(spoken.map(({ provider }) => provider))].join('+');
        const record = operationRecord({
          provider: names === '' ? lastAsked : names,
          fallbackUsed: spoken.some(({ fallbackUsed }) => fallbackUsed),
          startedAt,
          endedAt: clock.now(),
          audioSeconds: spoken.reduce((sum, { speech }) => sum + durationSeconds(speech.pcm), 0),
          script,
          isCached: spoken.length > 0 && spoken.every(({ cached }) => cached),
          attempts,
          costUsd,
          error,
        });
        if (error === undefined || error.kind === 'cancelled') log.info(record, 'speech');
        else log.error(record, 'speech');
      };

      try {
        checkUtterances(utterances);
        const work = {
          providers: providersFor(providers, utterances, script),
          utterances,
          concurrency,
          signal,
          speak,
          onSpoken: (spoken: number) => {
            if (spoken <= mostSpoken) return;
            mostSpoken = spoken;
            onProgress?.(spoken, utterances.length);
          },
        };
        const spoken = voicePolicy === 'same' ? await speakInOneVoice(work) : await speakInAnyVoice(work);
        finish(spoken, undefined);
        return { utterances: spoken, costUsd };
      } catch (thrown) {
        const error = endOf(signal) ?? toAppError(thrown);
        finish([], error);
        throw error;
      }
    },
  };
}

const alwaysSynthesize: RememberSpeech = async (_provider, _utterance, synthesize, { signal }) => ({
  speech: await synthesize(signal),
  cached: false,
});

/** A job that ran past its own deadline has not been cancelled by anybody. */
function endOf(signal: AbortSignal): AppError | undefined {
  const isLate = signal.aborted && signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  return isLate ? toAppError(signal.reason) : undefined;
}

/** In the order of the first utterance's language, without those that do not speak one of the others. */
function providersFor(
  providers: readonly SpeechProvider[],
  utterances: readonly Utterance[],
  { wish, isOfflineAllowed }: SpeakScriptOptions,
): SpeechProvider[] {
  const languages = [...new Set(utterances.map(({ language }) => language))];
  const orders = languages.map((language) => orderProviders({ providers, language, wish, isOfflineAllowed }));
  return (orders[0] ?? []).filter((provider) => orders.every((order) => order.includes(provider)));
}

/** A text without a word would fail at every provider, and look like an outage of them all. */
function checkUtterances(utterances: readonly Utterance[]): void {
  const empty = utterances.findIndex(({ text }) => !/[\p{L}\p{N}]/u.test(text));
  if (utterances.length > 0 && empty < 0) return;
  throw new AppError({
    code: 'text_empty',
    kind: 'invalid_input',
    message:
      utterances.length === 0
        ? 'A script to speak must have at least one utterance, and has 0.'
        : `Every utterance must have a letter or a digit, and utterance ${empty + 1} has none.`,
  });
}
