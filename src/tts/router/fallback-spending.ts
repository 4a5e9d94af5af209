import type { SpendAccount, SpendSource } from '../spend-breaker.ts';
import type { SpeechProvider, SpeechProviderId, Utterance } from '../speech-provider.ts';
import type { VoicePolicy } from '../voice-consistency.ts';

/** Where money is set aside: this process's own breaker, or the one of all processes. */
export type SpendPurse = { setAside(userId: string, estimateUsd: number): SpendAccount | Promise<SpendAccount> };

/** Where one script finds the money for a provider that stands in for another. */
export type FallbackSpending = {
  /**
   * Undefined when the call is not capped: the provider is free, or was wanted. Throws AppError `quota` when the script, or
   * this utterance of one in several voices, does not fit under the cap.
   */
  sourceFor(provider: SpeechProvider, utterance: Utterance, isFallback: boolean): Promise<SpendSource | undefined>;
  /** To be called when the script has ended, however it did. */
  close(): Promise<void>;
};

/**
 * A script in one voice is worth nothing until its last utterance is spoken, so the money for all of it is set aside before
 * the first is paid for: scripts that are spoken at the same time would otherwise use up the cap and none come to its end.
 */
export function createFallbackSpending(options: {
  readonly spend: SpendPurse;
  readonly userId: string;
  readonly utterances: readonly Utterance[];
  readonly voicePolicy: VoicePolicy;
}): FallbackSpending {
  const { spend, userId, utterances, voicePolicy } = options;
  const accounts: Promise<SpendAccount>[] = [];
  const ofScript = new Map<SpeechProviderId, Promise<SpendAccount>>();
  const setAside = (provider: SpeechProvider, texts: readonly Utterance[]): Promise<SpendAccount> => {
    const estimateUsd = texts.reduce((sum, text) => sum + provider.estimateUsd(text), 0);
    // A purse of this process throws at once.
    const account = Promise.try(() => spend.setAside(userId, estimateUsd));
    accounts.push(account);
    return account;
  };
  return {
    async sourceFor(provider, utterance, isFallback) {
      if (!isFallback || !provider.capabilities.paid) return undefined;
      if (voicePolicy === 'mixed') return setAside(provider, [utterance]);
      let account = ofScript.get(provider.id);
      if (account === undefined) ofScript.set(provider.id, (account = setAside(provider, utterances)));
      return account;
    },
    async close() {
      for (const opened of await Promise.allSettled(accounts)) {
        if (opened.status === 'fulfilled') opened.value.close();
      }
    },
  };
}
