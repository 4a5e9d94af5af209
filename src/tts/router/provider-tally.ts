import type { FailureKind } from '../../core/failure-policy.ts';
import type { SpeechProviderId } from '../speech-provider.ts';

/** What one provider did for one script. */
export type ProviderOutcome = {
  readonly provider: SpeechProviderId;
  /** Calls made; 0 when everything came from the cache, or when it was not asked because its breaker was open. */
  readonly attempts: number;
  /** The failure after which it was given up; null when it spoke all that it was asked for. */
  readonly errorKind: FailureKind | null;
  /** From the moment it was turned to until it had spoken or was given up. */
  readonly executionMilliseconds: number;
};

type Entry = { attempts: number; errorKind: FailureKind | null; readonly startedAt: number; endedAt: number };

/** Keeps count of who was asked for a script, in the order in which they were turned to. */
export function createProviderTally(now: () => number) {
  const entries = new Map<SpeechProviderId, Entry>();
  const entryOf = (provider: SpeechProviderId): Entry => {
    const entry = entries.get(provider) ?? { attempts: 0, errorKind: null, startedAt: now(), endedAt: now() };
    entries.set(provider, entry);
    return entry;
  };
  return {
    turnTo(provider: SpeechProviderId): void {
      entryOf(provider);
    },
    ended(provider: SpeechProviderId, attempts: number, errorKind: FailureKind | null): void {
      const entry = entryOf(provider);
      entry.attempts += attempts;
      entry.endedAt = now();
      // The utterances beside a failed one are cancelled, which says nothing about the provider.
      if (errorKind !== null && errorKind !== 'cancelled') entry.errorKind = errorKind;
    },
    outcomes: (): readonly ProviderOutcome[] =>
      Array.from(entries, ([provider, { attempts, errorKind, startedAt, endedAt }]) => ({
        provider,
        attempts,
        errorKind,
        executionMilliseconds: Math.max(0, endedAt - startedAt),
      })),
  };
}
