import { createCircuitBreakers, type CircuitBreakers } from '../../core/circuit-breaker.ts';
import { createRetryBudget } from '../../core/retry.ts';
import { checkSpeech } from '../audio-check.ts';
import { createSpendBreaker } from '../spend-breaker.ts';
import type { SpeechOperation } from '../speech-operation.ts';
import type { SpeechProvider, Utterance } from '../speech-provider.ts';
import {
  createSpeechRouter,
  type RememberSpeech,
  type SpeakScriptOptions,
  type SpeechRouter,
} from '../speech-router.ts';

const TEXT = 'Good morning.';
export const MAXIMUM_ATTEMPTS = 3;

/** What the router is asked to have spoken in its tests. */
export function utterance(changes: Partial<Utterance> = {}): Utterance {
  return { text: TEXT, language: 'en', voice: { profile: 'default', style: 'neutral', seed: 7 }, ...changes };
}

function script(length: number): Utterance[] {
  return Array.from({ length }, () => utterance());
}

/** A real router with everything real that guards it, at a clock that only its own waits move. */
export type RouterBench = {
  readonly router: SpeechRouter;
  readonly breakers: CircuitBreakers;
  readonly operations: SpeechOperation[];
  readonly waits: number[];
  readonly time: { now: number };
  speak(length: number, options?: Partial<SpeakScriptOptions>): ReturnType<SpeechRouter['speakScript']>;
};

export function createRouterBench(
  providers: readonly SpeechProvider[],
  changes: {
    readonly breakers?: CircuitBreakers;
    readonly hourlyUsd?: number;
    readonly remember?: RememberSpeech;
    readonly concurrency?: number;
    readonly retries?: number;
  } = {},
): RouterBench {
  const time = { now: Date.UTC(2026, 0, 1) };
  const clock = { now: () => time.now };
  const operations: SpeechOperation[] = [];
  const waits: number[] = [];
  const breakers = changes.breakers ?? createCircuitBreakers({ clock, random: () => 1 });
  const { hourlyUsd = 100, retries = 1000 } = changes;
  const spend = createSpendBreaker({ clock, limits: { hourlyUsd, hourlyUsdPerUser: hourlyUsd } });
  const router = createSpeechRouter({
    providers,
    breakers,
    retry: {
      budget: createRetryBudget({ clock, limits: { retriesPerRequest: 0, floorPerSecond: 0, capacity: retries } }),
      backoff: { baseMilliseconds: 200, capMilliseconds: 2000 },
      maximumAttempts: () => MAXIMUM_ATTEMPTS,
      longestRetryAfterSeconds: 10,
    },
    spend,
    check: checkSpeech,
    random: () => 0.5,
    wait: async (milliseconds, signal) => {
      signal.throwIfAborted();
      waits.push(milliseconds);
      time.now += milliseconds;
    },
    // Nothing else waits in these tests, so a call that has not ended after some turns never will.
    startDeadline: () => {
      const deadline = new AbortController();
      void turns(20).then(() => deadline.abort(new DOMException('late', 'TimeoutError')));
      return deadline.signal;
    },
    concurrency: changes.concurrency ?? 2,
    clock,
    ...(changes.remember ? { remember: changes.remember } : {}),
  });
  const defaults = {
    voicePolicy: 'same',
    isOfflineAllowed: false,
    userId: 'ann@example.com',
    onOperation: async (operation: SpeechOperation) => void operations.push(operation),
  } as const;
  return {
    router,
    breakers,
    operations,
    waits,
    time,
    speak: (length, options = {}) =>
      router.speakScript(script(length), { signal: new AbortController().signal, ...defaults, ...options }),
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}
