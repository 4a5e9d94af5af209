import type { SpendAccount, SpendBreaker, SpendSource } from '../spend-breaker.ts';
import type { SpeechProvider, SpeechProviderId, Utterance } from '../speech-provider.ts';
import type { VoicePolicy } from '../voice-consistency.ts';

/** Where one script finds the money for a provider that stands in for another. */
export type FallbackSpending = {
  /**
   * Undefined when the call is not capped: the provider is free, or was wanted. Throws AppError `quota` when the script does
   * not fit under the cap.
   */
  sourceFor(provider: SpeechProvider, isFallback: boolean): SpendSource | undefined;
  /** To be called when the script has ended, however it did. */
  close(): void;
};

/**
 * A script in one voice is worth nothing until its last utterance is spoken, so the money for all of it is set aside before
 * the first is paid for: scripts that are spoken at the same time would otherwise use up the cap and none come to its end.
 */
export function createFallbackSpending(options: {
  readonly spend: SpendBreaker;
  readonly userId: string;
  readonly utterances: readonly Utterance[];
  readonly voicePolicy: VoicePolicy;
}): FallbackSpending {
  const { spend, userId, utterances, voicePolicy } = options;
  const accounts = new Map<SpeechProviderId, SpendAccount>();
  return {
    sourceFor(provider, isFallback) {
      if (!isFallback || !provider.capabilities.paid) return undefined;
      if (voicePolicy === 'mixed') return spend;
      let account = accounts.get(provider.id);
      if (account === undefined) {
        const estimateUsd = utterances.reduce((sum, utterance) => sum + provider.estimateUsd(utterance), 0);
        account = spend.setAside(userId, estimateUsd);
        accounts.set(provider.id, account);
      }
      return account;
    },
    close() {
      for (const account of accounts.values()) account.close();
    },
  };
}
