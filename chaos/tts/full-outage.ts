import { createRandom } from '../../test/chaos/seeded-random.ts';
import { createManualTime } from '../../test/fixtures/manual-time.ts';
import { BREAKER_LIMITS, createCircuitBreakers, type BreakerLimits } from '../../src/core/circuit-breaker.ts';
import { AppError } from '../../src/core/errors.ts';
import type { FailureKind } from '../../src/core/failure-policy.ts';
import { createRetryBudget, RETRY_BUDGET_LIMITS, type RetryBudgetLimits } from '../../src/core/retry.ts';
import type { SpeechProvider, SpeechProviderId } from '../../src/tts/speech-provider.ts';
import { createSpeechRouter } from '../../src/tts/speech-router.ts';
import { createSpendBreaker } from '../../src/tts/spend-breaker.ts';
import { BACKOFF, LONGEST_RETRY_AFTER_SECONDS, UTTERANCES_AT_ONCE, VENDOR_ATTEMPTS } from './application-settings.ts';

export type FullOutage = {
  readonly requestsPerSecond: number;
  readonly seconds: number;
  readonly kind: FailureKind;
  readonly seed: number;
  /** Limits with a planted bug. */
  readonly plants?: { readonly breaker?: Partial<BreakerLimits>; readonly budget?: Partial<RetryBudgetLimits> };
};

export type FullOutageReport = {
  /** Utterances that users asked for. */
  readonly requests: number;
  /** Calls that reached each vendor, retries included. */
  readonly attempts: readonly number[];
  /** Attempts of the vendor that got most, per request. */
  readonly mostAttemptsPerRequest: number;
  /** Those beyond the budget: its share of each request, its floor for each second, and what is saved up at the start. */
  readonly attemptsBeyondBudget: number;
};

const VENDORS: readonly SpeechProviderId[] = ['vibevoice', 'elevenlabs', 'openai-speech'];
/** What a call takes until it fails. */
const LATENCY_MILLISECONDS = 200;

/** Every vendor fails at everything, under open traffic in virtual time: requests come whether the others are done or not. */
export async function sufferFullOutage(outage: FullOutage): Promise<FullOutageReport> {
  const { requestsPerSecond, seconds, kind, plants = {} } = outage;
  const time = createManualTime();
  const random = createRandom(outage.seed);
  const wait = async (milliseconds: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    time.timer.start(milliseconds, resolve);
    await promise;
  };
  const attempts = new Map(VENDORS.map((id) => [id, 0]));
  const providers = VENDORS.map((id): SpeechProvider => ({
    id,
    capabilities: { languages: 'any', alignment: 'none', paid: false },
    voiceIdentity: () => ({ vendorVoiceId: null, model: null }),
    estimateUsd: () => 0,
    async synthesize() {
      attempts.set(id, (attempts.get(id) ?? 0) + 1);
      await wait(LATENCY_MILLISECONDS);
      throw new AppError({ code: 'outage', kind, message: 'Every vendor is down.' });
    },
  }));
  const { clock } = time;
  const router = createSpeechRouter({
    providers,
    breakers: createCircuitBreakers({ clock, random, limits: { ...BREAKER_LIMITS, ...plants.breaker } }),
    retry: {
      budget: createRetryBudget({ clock, limits: { ...RETRY_BUDGET_LIMITS, ...plants.budget } }),
      backoff: BACKOFF,
      maximumAttempts: () => VENDOR_ATTEMPTS,
      longestRetryAfterSeconds: LONGEST_RETRY_AFTER_SECONDS,
    },
    spend: createSpendBreaker({ clock, limits: { hourlyUsd: 0, hourlyUsdPerUser: 0 } }),
    check: () => {},
    random,
    wait,
    startDeadline: () => new AbortController().signal,
    concurrency: UTTERANCES_AT_ONCE,
    clock,
  });

  const speak = async (): Promise<void> => {
    await router.speakScript(
      [{ text: 'Hello.', language: 'en', voice: { profile: 'default', style: 'neutral', seed: 42 } }],
      {
        signal: new AbortController().signal,
        voicePolicy: 'same',
        isOfflineAllowed: false,
        userId: 'chaos',
        onOperation: async () => {},
      },
    );
  };
  const requests = requestsPerSecond * seconds;
  const running = new Set<Promise<void>>();
  for (let request = 0; request < requests; request++) {
    const work: Promise<void> = speak()
      .catch((thrown: unknown) => {
        if (!(thrown instanceof AppError && thrown.kind === kind)) throw thrown;
      })
      .finally(() => running.delete(work));
    running.add(work);
    await time.advance(1000 / requestsPerSecond);
  }
  while (running.size > 0) await time.advance(1000);

  const most = Math.max(...attempts.values());
  const { retriesPerRequest, floorPerSecond, capacity } = RETRY_BUDGET_LIMITS;
  const budget = requests * (1 + retriesPerRequest) + seconds * floorPerSecond + capacity;
  return {
    requests,
    attempts: [...attempts.values()],
    mostAttemptsPerRequest: most / requests,
    attemptsBeyondBudget: Math.max(0, most - budget),
  };
}
