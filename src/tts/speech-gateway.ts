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

/** The way to speech for the rest of the product: utterances in, checked audio out, whoever spoke it. */
export type SpeechGateway = {
  /** As `SpeechRouter.speakScript`. */
  speakScript(utterances: readonly Utterance[], request: SpeechRequest): Promise<SpokenScript>;
  /** What the provider that would be asked first charges for the utterances, in US dollars. */
  estimateUsd(utterances: readonly Utterance[], request: Pick<SpeechRequest, 'userId' | 'wish'>): Promise<number>;
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
}): SpeechGateway {
  const { router, providers, mainProvider, canary, ledger, voicePolicy, isOfflineAllowed, logger } = options;
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
    async estimateUsd(utterances, request) {
      const { wish } = await wishOf(request);
      return utterances.reduce(
        (sum, utterance) => sum + (orderOf(utterance.language, wish)[0]?.estimateUsd(utterance) ?? 0),
        0,
      );
    },
    order: async (language) => orderOf(language, await wishOfMain()).map(({ id }) => id),
  };
}
