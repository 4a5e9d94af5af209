import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import type { CircuitBreakers } from '../core/circuit-breaker.ts';
import type { Clock } from '../core/clock.ts';
import { createRetryBudget } from '../core/retry.ts';
import type { Speech, SpeechProvider, Utterance } from '../tts/speech-provider.ts';
import { createSpeechRouter, type RememberSpeech, type SpeechRouter } from '../tts/speech-router.ts';
import type { SpendPurse } from '../tts/router/fallback-spending.ts';

const BACKOFF = { baseMilliseconds: 250, capMilliseconds: 2000 };
const LONGEST_RETRY_AFTER_SECONDS = 5;
/** Calls to a provider that is not VibeVoice, for one utterance. */
const VENDOR_ATTEMPTS = 3;
/** One call: its turn at a busy server, and the speech itself at a quarter of the pace at which it is heard. */
const CALL_SECONDS = 60;
const CALL_SECONDS_PER_CHARACTER = 0.3;
const UTTERANCES_AT_ONCE = 4;

/** The router as the product runs it: the chaos harness puts its faults around the very same limits. */
export function createRouting(
  config: Pick<Config, 'vibevoiceMaxRetries'>,
  parts: {
    readonly providers: readonly SpeechProvider[];
    readonly breakers: CircuitBreakers;
    readonly spend: SpendPurse;
    readonly check: (speech: Speech, utterance: Utterance) => void;
    readonly remember?: RememberSpeech;
    readonly clock: Clock;
    readonly random: () => number;
  },
): SpeechRouter {
  return createSpeechRouter({
    ...parts,
    retry: {
      budget: createRetryBudget({ clock: parts.clock }),
      backoff: BACKOFF,
      maximumAttempts: (provider) => (provider === 'vibevoice' ? 1 + config.vibevoiceMaxRetries : VENDOR_ATTEMPTS),
      longestRetryAfterSeconds: LONGEST_RETRY_AFTER_SECONDS,
    },
    wait: async (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
    startDeadline: ({ text }) =>
      AbortSignal.timeout(Math.ceil((CALL_SECONDS + text.length * CALL_SECONDS_PER_CHARACTER) * 1000)),
    concurrency: UTTERANCES_AT_ONCE,
  });
}
