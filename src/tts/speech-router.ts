import type { Clock } from '../core/clock.ts';
import { AppError, toAppError } from '../core/errors.ts';
import { durationSeconds, type Pcm } from '../media/pcm.ts';
import { orderProviders } from './provider-order.ts';
import { createFallbackSpending, type SpendPurse } from './router/fallback-spending.ts';
import { createLengthLimit } from './router/length-limit.ts';
import { callProvider, type CallGuards, type CallOutcome, type PayForCall } from './router/provider-call.ts';
import { createProviderTally, type ProviderOutcome } from './router/provider-tally.ts';
import { speechOperation, type SpeechOperation } from './speech-operation.ts';
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
  /** Ends the script with `speech_too_long` as soon as its utterances together take longer, pauses not counted. */
  readonly longestSeconds?: number | undefined;
  /** For the spending cap and the log. */
  readonly userId: string;
  readonly videoId?: string | undefined;
  readonly traceId?: string | undefined;
  /** The most utterances that were ever ready at once; it does not go back when a script is spoken again. */
  readonly onProgress?: ((spoken: number, total: number) => void) | undefined;
  /** Sound as it arrives. Nothing comes for what is in the cache, or is being spoken for someone else already. */
  readonly onSound?: ((sound: ProvisionalSound) => void) | undefined;
  /** Asked around every attempt at a provider that charges, so that nothing is paid for twice. */
  readonly pay?: PaySpeech | undefined;
  /** Told how it ended, once, before `speakScript` settles. Must not throw. */
  readonly onOperation: (operation: SpeechOperation) => Promise<void>;
};

/** Sound that has not been checked. The first of another provider or attempt replaces what came of the utterance before. */
export type ProvisionalSound = {
  readonly utteranceIndex: number;
  readonly provider: SpeechProviderId;
  /** From 1. */
  readonly attempt: number;
  readonly pcm: Pcm;
};

export type SpokenScript = {
  readonly utterances: readonly SpokenUtterance[];
  /** Who spoke; several as `a+b`. */
  readonly provider: string;
  readonly fallbackUsed: boolean;
  /** True when nothing had to be synthesised. */
  readonly cached: boolean;
  /** Everything that was paid, also for speech that was thrown away. */
  readonly costUsd: number;
  /** The list price of what came from the cache, of the provider whose voice it is. */
  readonly savedUsd: number;
};

export type SpeechRouter = {
  /**
   * Every utterance spoken, in order, or an AppError with the true cause; never a part of it. With `voicePolicy` `same` one
   * provider has spoken them all.
   */
  speakScript(utterances: readonly Utterance[], options: SpeakScriptOptions): Promise<SpokenScript>;
};

/**
 * Returns what an earlier attempt at the same speech was paid for, or calls `synthesize`, keeps what it brings, and returns it.
 * Throws `payment_uncertain` when asking again might be charged once too often.
 */
export type PaySpeech = (
  provider: SpeechProvider,
  asked: Utterance,
  synthesize: () => Promise<Speech>,
  options: { readonly isFallback: boolean },
) => Promise<Speech>;

/**
 * Asked around everything that is done to get one utterance from one provider: returns kept speech, or calls `synthesize`,
 * keeps its result and returns it. `cached` is true when `synthesize` was not called for this caller.
 */
export type RememberSpeech = (
  provider: SpeechProvider,
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
    /** Asked before a paid provider stands in for another. */
    readonly spend: SpendPurse;
    readonly remember?: RememberSpeech;
    /** Utterances that are spoken at the same time for one script. */
    readonly concurrency: number;
    readonly clock: Clock;
  },
): SpeechRouter {
  const { providers, concurrency, clock, remember = alwaysSynthesize } = options;
  return {
    async speakScript(utterances, script) {
      const { signal, userId, voicePolicy, onProgress, onSound } = script;
      const startedAt = clock.now();
      const tally = createProviderTally(() => clock.now());
      const lengthLimit = createLengthLimit(script.longestSeconds ?? Infinity, voicePolicy);
      const spending = createFallbackSpending({ spend: options.spend, userId, utterances, voicePolicy });
      let costUsd = 0;
      let fallbackCostUsd = 0;
      let mostSpoken = 0;

      const speak: SpeakUtterance = async (provider, utterance, { signal: inner, isFallback, utteranceIndex }) => {
        tally.turnTo(provider.id);
        const onPcm =
          onSound && ((pcm: Pcm, attempt: number) => onSound({ utteranceIndex, provider: provider.id, attempt, pcm }));
        let outcome: CallOutcome | undefined;
        let spoken;
        try {
          spoken = await remember(
            provider,
            utterance,
            async (shared) => {
              const spend = await spending.sourceFor(provider, utterance, isFallback);
              outcome = await callProvider(provider, utterance, options, {
                signal: shared,
                spend,
                userId,
                onPcm,
                pay: payFor(script.pay, isFallback),
              });
              costUsd += outcome.costUsd;
              if (isFallback) fallbackCostUsd += outcome.costUsd;
              if ('error' in outcome) throw outcome.error;
              return outcome.speech;
            },
            { signal: inner },
          );
        } catch (thrown) {
          const failure = { provider: provider.id, error: toAppError(thrown), attempts: outcome?.attempts ?? 0 };
          tally.ended(provider.id, failure.attempts, failure.error.kind);
          throw new UtteranceFailed(failure);
        }
        const attempts = outcome?.attempts ?? 0;
        tally.ended(provider.id, attempts, null);
        lengthLimit.add(utteranceIndex, provider.id, spoken.speech);
        return { ...spoken, attempts };
      };

      const finish = async (spoken: SpokenScript | undefined, error: AppError | undefined): Promise<void> => {
        await spending.close();
        const outcomes = tally.outcomes();
        await script.onOperation(
          speechOperation({
            provider: spoken?.provider ?? blamed(outcomes, error),
            fallbackUsed: spoken?.fallbackUsed ?? false,
            startedAt,
            endedAt: clock.now(),
            audioSeconds: spoken?.utterances.reduce((sum, { speech }) => sum + durationSeconds(speech.pcm), 0) ?? 0,
            script,
            isCached: spoken?.cached ?? false,
            costUsd,
            error,
            language: utterances[0]?.language ?? null,
            characters: utterances.reduce((sum, { text }) => sum + Array.from(text).length, 0),
            savedUsd: spoken?.savedUsd ?? 0,
            fallbackCostUsd,
            outcomes,
          }),
        );
      };

      let spoken: SpokenScript;
      try {
        checkUtterances(utterances);
        const work = {
          providers: providersFor(providers, utterances, script),
          utterances,
          concurrency,
          signal,
          speak,
          onSpoken: (count: number) => {
            if (count <= mostSpoken) return;
            mostSpoken = count;
            onProgress?.(count, utterances.length);
          },
        };
        const spokenUtterances = voicePolicy === 'same' ? await speakInOneVoice(work) : await speakInAnyVoice(work);
        const savedUsd = savedByCacheUsd(spokenUtterances, utterances, providers);
        spoken = { utterances: spokenUtterances, ...inCommon(spokenUtterances), costUsd, savedUsd };
      } catch (thrown) {
        const error = endOf(signal) ?? toAppError(thrown);
        await finish(undefined, error);
        throw error;
      }
      await finish(spoken, undefined);
      return spoken;
    },
  };
}

/** `pay` with what it must know of the call; undefined where nobody keeps book. */
function payFor(pay: PaySpeech | undefined, isFallback: boolean): PayForCall | undefined {
  return pay && ((provider, asked, synthesize) => pay(provider, asked, synthesize, { isFallback }));
}

function savedByCacheUsd(
  spoken: readonly SpokenUtterance[],
  utterances: readonly Utterance[],
  providers: readonly SpeechProvider[],
): number {
  return spoken.reduce((sum, { cached, provider: id }, index) => {
    const [provider, utterance] = [providers.find((candidate) => candidate.id === id), utterances[index]];
    return cached && provider && utterance ? sum + provider.estimateUsd(utterance) : sum;
  }, 0);
}

const alwaysSynthesize: RememberSpeech = async (_provider, _utterance, synthesize, { signal }) => ({
  speech: await synthesize(signal),
  cached: false,
});

function inCommon(utterances: readonly SpokenUtterance[]): Pick<SpokenScript, 'provider' | 'fallbackUsed' | 'cached'> {
  return {
    provider: [...new Set(utterances.map(({ provider }) => provider))].join('+'),
    fallbackUsed: utterances.some(({ fallbackUsed }) => fallbackUsed),
    cached: utterances.every(({ cached }) => cached),
  };
}

/** Whose failure the error tells of; when it tells of none (a cancelled script), who was asked last. */
function blamed(outcomes: readonly ProviderOutcome[], error: AppError | undefined): SpeechProviderId | null {
  const outcome = outcomes.find(({ errorKind }) => errorKind === error?.kind) ?? outcomes.at(-1);
  return outcome?.provider ?? null;
}

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
