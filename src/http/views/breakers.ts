import type { SpeechFacade } from '../route-context.ts';
import type { Breaker } from '../speech-contract.ts';

/** The circuit breaker of each provider. */
export function toBreakers({ providers, breakers }: Pick<SpeechFacade, 'providers' | 'breakers'>): {
  [provider: string]: Breaker;
} {
  return Object.fromEntries(
    providers.map(({ id }): [string, Breaker] => {
      const { phase, retryAfterSeconds, lastFailure } = breakers.status(id);
      return [id, { phase, retry_after_seconds: retryAfterSeconds, last_failure: lastFailure ?? null }];
    }),
  );
}
