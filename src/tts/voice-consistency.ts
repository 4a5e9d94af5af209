import { FAILURE_POLICY } from '../core/failure-policy.ts';
import { mapConcurrently } from './router/concurrent-map.ts';
import { failureOfAll, type ProviderFailure } from './router/provider-failure.ts';
import type { Speech, SpeechProvider, SpeechProviderId, Utterance } from './speech-provider.ts';

/** `same`: one voice for the whole script, whatever has to be spoken again. `mixed`: each utterance as it comes. */
export type VoicePolicy = 'same' | 'mixed';

export type SpokenUtterance = {
  readonly speech: Speech;
  readonly provider: SpeechProviderId;
  /** Calls made for this utterance to all providers; 0 when it came from the cache. */
  readonly attempts: number;
  readonly fallbackUsed: boolean;
  readonly cached: boolean;
};

/** Has one provider speak one utterance. Throws UtteranceFailed, and nothing else that is not a defect. */
export type SpeakUtterance = (
  provider: SpeechProvider,
  utterance: Utterance,
  options: { readonly signal: AbortSignal; readonly isFallback: boolean; readonly utteranceIndex: number },
) => Promise<{ readonly speech: Speech; readonly attempts: number; readonly cached: boolean }>;

/** One provider did not speak one utterance; what that means for the script is decided here. */
export class UtteranceFailed extends Error {
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure) {
    super(failure.error.message, { cause: failure.error });
    this.name = 'UtteranceFailed';
    this.failure = failure;
  }
}

type ScriptWork = {
  /** In the order in which they are to be asked; the first is the one that was wanted. */
  readonly providers: readonly SpeechProvider[];
  readonly utterances: readonly Utterance[];
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly speak: SpeakUtterance;
  readonly onSpoken: (spokenInThisVoice: number) => void;
};

/**
 * The script in a single voice: when a provider fails for any utterance, what it had spoken is thrown away and the next
 * provider speaks all of it. The first utterance goes ahead alone, so that a dead provider is found out by one call.
 * Throws the failure when it is not one to fall back from, else AppError with the causes of all.
 */
export async function speakInOneVoice(work: ScriptWork): Promise<SpokenUtterance[]> {
  const { providers, utterances } = work;
  const failures: ProviderFailure[] = [];
  const attemptsBefore = utterances.map(() => 0);
  for (const [rank, provider] of providers.entries()) {
    try {
      return await speakAll(work, provider, rank, attemptsBefore);
    } catch (thrown) {
      failures.push(fallBackFrom(thrown));
    }
  }
  throw failureOfAll(failures);
}

async function speakAll(
  { utterances, concurrency, signal, speak, onSpoken }: ScriptWork,
  provider: SpeechProvider,
  rank: number,
  attemptsBefore: number[],
): Promise<SpokenUtterance[]> {
  let spokenCount = 0;
  const speakOne = async (utterance: Utterance, index: number, inner: AbortSignal): Promise<SpokenUtterance> => {
    try {
      const spoken = await speak(provider, utterance, {
        signal: inner,
        isFallback: rank > 0,
        utteranceIndex: index,
      });
      attemptsBefore[index] = (attemptsBefore[index] ?? 0) + spoken.attempts;
      spokenCount += 1;
      onSpoken(spokenCount);
      return { ...spoken, provider: provider.id, attempts: attemptsBefore[index] ?? 0, fallbackUsed: rank > 0 };
    } catch (thrown) {
      if (thrown instanceof UtteranceFailed) {
        attemptsBefore[index] = (attemptsBefore[index] ?? 0) + thrown.failure.attempts;
      }
      throw thrown;
    }
  };
  const [first, ...others] = utterances;
  if (first === undefined) return [];
  const opening = await speakOne(first, 0, signal);
  const rest = await mapConcurrently(others, { limit: concurrency, signal }, (utterance, index, inner) =>
    speakOne(utterance, index + 1, inner),
  );
  return [opening, ...rest];
}

/** The script with each utterance in the first voice that would speak it. Throws as `speakInOneVoice` does. */
export async function speakInAnyVoice(work: ScriptWork): Promise<SpokenUtterance[]> {
  const { providers, utterances, concurrency, signal, speak, onSpoken } = work;
  let spokenCount = 0;
  return mapConcurrently(utterances, { limit: concurrency, signal }, async (utterance, index, inner) => {
    const failures: ProviderFailure[] = [];
    for (const [rank, provider] of providers.entries()) {
      try {
        const spoken = await speak(provider, utterance, {
          signal: inner,
          isFallback: rank > 0,
          utteranceIndex: index,
        });
        const attempts = failures.reduce((sum, failure) => sum + failure.attempts, spoken.attempts);
        spokenCount += 1;
        onSpoken(spokenCount);
        return { ...spoken, provider: provider.id, attempts, fallbackUsed: rank > 0 };
      } catch (thrown) {
        failures.push(fallBackFrom(thrown));
      }
    }
    throw failureOfAll(failures);
  });
}

/** The failure, when the policy says that the next provider is to be asked; otherwise throws it. */
function fallBackFrom(thrown: unknown): ProviderFailure {
  if (!(thrown instanceof UtteranceFailed)) throw thrown;
  const { failure } = thrown;
  if (!FAILURE_POLICY[failure.error.kind].fallBack) throw failure.error;
  return failure;
}
