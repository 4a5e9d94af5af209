import { toAppError } from '../core/errors.ts';
import type { SpeechStateStore } from './speech-state.ts';
import type { SpendAccount, SpendBreaker } from './spend-breaker.ts';

/** The spending cap, over all processes that share a store. */
export type SharedSpend = {
  /** As `SpendBreaker.setAside`, of what all processes together may spend. */
  setAside(userId: string, estimateUsd: number): Promise<SpendAccount>;
  /** Tells the others what this process has spent since the last time. */
  save(): Promise<void>;
};

/**
 * Each process writes its own entries into the one document and learns those of the others from it, in the transaction in
 * which it sets money aside: two that do so at once cannot pass the cap together. What is reserved beyond that (a try again
 * that was charged as well) is held against what the others had spent by then. While the store cannot be used, the cap is that of
 * this process alone: a full disk is no reason to leave a script unspoken.
 */
export function createSharedSpend(options: {
  readonly spend: Pick<SpendBreaker, 'setAside' | 'learn' | 'snapshot'>;
  readonly store: Pick<SpeechStateStore, 'update'>;
  /** Another one for every process, also for one that comes after another on the same machine. */
  readonly processId: string;
}): SharedSpend {
  const { spend, store, processId } = options;
  let told = JSON.stringify(spend.snapshot());

  /** `work` runs again when the transaction does. */
  async function exchange(work: () => void): Promise<void> {
    let own = '';
    await store.update('spend', 'observation', (stored) => {
      const others = spend.learn((stored?.entries ?? []).filter((entry) => entry.processId !== processId));
      work();
      const { entries } = spend.snapshot();
      own = JSON.stringify({ entries });
      return { entries: [...others, ...entries.map((entry) => ({ ...entry, processId }))] };
    });
    told = own;
  }

  return {
    async setAside(userId, estimateUsd) {
      let account: SpendAccount | undefined;
      const setAside = (): SpendAccount => {
        account?.close();
        account = undefined;
        return (account = spend.setAside(userId, estimateUsd));
      };
      try {
        await exchange(setAside);
      } catch (thrown) {
        account?.close();
        if (toAppError(thrown).kind !== 'storage') throw thrown;
        return spend.setAside(userId, estimateUsd);
      }
      // The work ran, or the exchange would have thrown.
      return account!;
    },
    async save() {
      if (JSON.stringify(spend.snapshot()) !== told) await exchange(() => {});
    },
  };
}
