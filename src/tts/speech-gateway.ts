import { toAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { SpeechLedger } from './analytics/speech-ledger.ts';
import type { Canary } from './canary.ts';
import type { Arm } from './canary/canary-call.ts';
import type { MainProviderChoice } from './provider-choice.ts';
import { orderProviders } from './provider-order.ts';
import { toLogRecord, type SpeechLogRecord, type SpeechOperation } from './speech-operation.ts';
import type { LanguageTag, SpeechProvider, SpeechProviderId, Utterance } from './speech-provider.ts';
import type { SpeakScriptOptions, SpeechRouter, SpokenScript } from './speech-router.ts';
import type { VoicePolicy } from './voice-consistency.ts';

/** A request for speech; what it leaves open is decided by configuration, administrators and the canary. */
export type SpeechRequest = Omit<SpeakScriptOptions, 'voicePolicy' | 'isOfflineAllowed' | 'onOperation'>;

/** What a provider charges for a whole script, in US dollars. */
export type ScriptPrice = {
  readonly provider: SpeechProviderId;
  /** The list price of all of it. */
  readonly usd: number;
  /** The part of it that the cache has. */
  readonly cachedUsd: number;
};

/** The way to speech for the rest of the product: utterances in, checked audio out, whoever spoke it. */
export type SpeechGateway = {
  /** As `SpeechRouter.speakScript`. */
  speakScript(utterances: readonly Utterance[], request: SpeechRequest): Promise<SpokenScript>;
  /**
   * What everyone who may be asked would charge for the utterances, in the order in which they are asked. Costs nothing. The cache
   * may forget meanwhile; what it has is only looked up for those who charge.
   */
  priceScript(
    utterances: readonly Utterance[],
    request: Pick<SpeechRequest, 'userId' | 'wish'>,
  ): Promise<readonly ScriptPrice[]>;
  /** Who is asked for a language, in order. The canary may put another first for some users. */
  order(language: LanguageTag): Promise<readonly SpeechProviderId[]>;
};

/**
 * Decides whose turn it is and keeps the books: the main provider or the canary's choice goes first, every operation is
 * logged, counted and shown to the canary, and what the guards have learnt is stored. A book that cannot be kept is an
 * error in the log and never the end of a speech that was already paid for.
 */
export function createSpeechGateway(options: {
  readonly router: SpeechRouter;
  readonly providers: readonly SpeechProvider[];
  readonly mainProvider: MainProviderChoice;
  readonly canary: Canary;
  readonly ledger: SpeechLedger;
  /** Stores what breakers and spending cap know now. */
  readonly saveGuards: () => Promise<void>;
  readonly voicePolicy: VoicePolicy;
  readonly isOfflineAllowed: boolean;
  readonly logOperation: (record: SpeechLogRecord) => void;
  readonly logger: Logger;
  /** Whether the cache has an utterance in the voice of a provider; without it, there is no cache. */
  readonly isCached?: (provider: SpeechProvider, utterance: Utterance) => Promise<boolean>;
}): SpeechGateway {
  const { router, providers, mainProvider, canary, ledger, voicePolicy, isOfflineAllowed, logger } = options;
  const { isCached = async () => false } = options;
  const keepBook = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      logger.error({ err: toAppError(thrown), book: name }, 'A book of the speech gateway could not be kept.');
    }
  };

  /** Who goes first. The order of languages knows VibeVoice's strengths; any other main provider speaks whatever it can. */
  const wishOfMain = async () =>
    (await mainProvider.current()) === 'elevenlabs' ? ('elevenlabs' as const) : undefined;
  const wishOf = async (request: Pick<SpeechRequest, 'userId' | 'wish'>) => {
    const { userId } = request;
    const wish = request.wish ?? (await wishOfMain());
    if (wish !== undefined) return { wish, arm: undefined };
    const arm = await canary.armOf(userId);
    return { wish: arm === 'canary' ? undefined : ('elevenlabs' as const), arm };
  };

  const orderOf = (language: string, wish: SpeechProviderId | undefined): SpeechProvider[] =>
    orderProviders({ providers, language, wish, isOfflineAllowed });

  const recordArm = async (operation: SpeechOperation, arm: Arm | undefined): Promise<void> => {
    const [first] = operation.outcomes;
    // Without a call there is nothing to compare, and a language that VibeVoice is not first for is not part of the rollout.
    if (arm === undefined || first === undefined || first.attempts === 0 || operation.language === null) return;
    if (orderOf(operation.language, undefined)[0]?.id !== 'vibevoice') return;
    await canary.record({
      arm,
      userId: operation.user_id,
      errorKind: first.errorKind ?? (operation.status === 'cancelled' ? 'cancelled' : null),
      executionMilliseconds: first.executionMilliseconds,
    });
  };

  const priceAt = async (provider: SpeechProvider, utterances: readonly Utterance[]): Promise<ScriptPrice> => {
    let usd = 0;
    let cachedUsd = 0;
    for (const utterance of utterances) {
      const price = provider.estimateUsd(utterance);
      usd += price;
      if (price > 0 && (await isCached(provider, utterance))) cachedUsd += price;
    }
    return { provider: provider.id, usd, cachedUsd };
  };

  return {
    async speakScript(utterances, request) {
      const { wish, arm } = await wishOf(request);
      const onOperation = async (operation: SpeechOperation): Promise<void> => {
        options.logOperation(toLogRecord(operation));
        await keepBook('ledger', () => ledger.append(operation));
        await keepBook('canary', () => recordArm(operation, arm));
        await keepBook('guards', options.saveGuards);
      };
      return router.speakScript(utterances, { ...request, wish, voicePolicy, isOfflineAllowed, onOperation });
    },
    async priceScript(utterances, request) {
      const { wish } = await wishOf(request);
      const [first] = utterances;
      const order = first === undefined ? [] : orderOf(first.language, wish);
      return Promise.all(order.map((provider) => priceAt(provider, utterances)));
    },
    order: async (language) => orderOf(language, await wishOfMain()).map(({ id }) => id),
  };
}
