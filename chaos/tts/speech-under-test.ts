import { createFleet, createVendorProviders, gpuServersOf, liveVendors } from '../../src/app/speech-providers.ts';
import { createRouting } from '../../src/app/speech-routing.ts';
import { resolveConfig, type Environment } from '../../src/config/load.ts';
import { createCircuitBreakers } from '../../src/core/circuit-breaker.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { FailureKind } from '../../src/core/failure-policy.ts';
import { createHttpClient } from '../../src/net/http-client.ts';
import { checkSpeech } from '../../src/tts/audio-check.ts';
import type { SpeechOperation } from '../../src/tts/speech-operation.ts';
import type { Speech, SpeechProvider, SpeechProviderId, Utterance } from '../../src/tts/speech-provider.ts';
import type { SpokenScript } from '../../src/tts/speech-router.ts';
import { createSpendBreaker } from '../../src/tts/spend-breaker.ts';
import type { VoicePolicy } from '../../src/tts/voice-consistency.ts';

/** What the books say about one provider after one script. */
export type RecordedOutcome = {
  readonly provider: SpeechProviderId;
  /** Null when it was not given up. */
  readonly errorKind: FailureKind | null;
  /** Calls made; of a provider that was given up this is not always known. */
  readonly attempts: number;
};

/** Something that turns scripts into speech, fresh for each script so that no breaker remembers the one before. */
export type SpeechUnderTest = {
  speak(script: {
    readonly utterances: readonly Utterance[];
    readonly wish: SpeechProviderId | undefined;
    readonly isOfflineAllowed: boolean;
  }): Promise<SpokenScript>;
  /** After `speak` has settled. */
  outcomes(): Promise<readonly RecordedOutcome[]>;
  close(): Promise<void>;
};

/** Bugs, planted in place of a part. */
export type PlantedParts = {
  readonly check?: (speech: Speech, utterance: Utterance) => void;
  readonly change?: (providers: readonly SpeechProvider[]) => readonly SpeechProvider[];
  readonly voicePolicy?: VoicePolicy;
};

/** After which a vendor that says nothing is given up. */
export type Timeouts = { readonly vibevoiceSeconds: number; readonly httpSeconds: number };

const TOTAL_SECONDS = 60;
const LARGEST_RESPONSE_BYTES = 64 * 2 ** 20;

export function vibevoiceTimeouts(seconds: number): Environment {
  return { VIBEVOICE_CONNECTION_TIMEOUT: String(seconds), VIBEVOICE_STREAM_TIMEOUT: String(seconds) };
}

/** The product's routing with real adapters over real sockets, but without databases and cache, and with timeouts of its own. */
export function assembleSpeech(options: {
  readonly environment: Environment;
  readonly offline: SpeechProvider;
  readonly random: () => number;
  readonly plants?: PlantedParts | undefined;
  readonly timeouts: Timeouts;
}): SpeechUnderTest {
  const { offline, random, plants = {}, timeouts } = options;
  const clock = systemClock;
  const { config } = resolveConfig({ ...options.environment, ...vibevoiceTimeouts(timeouts.vibevoiceSeconds) }, {});
  const vendors = liveVendors(config);
  const http = createHttpClient({
    connectSeconds: timeouts.httpSeconds,
    headersSeconds: timeouts.httpSeconds,
    bodyGapSeconds: timeouts.httpSeconds,
    totalSeconds: TOTAL_SECONDS,
    responseBytes: LARGEST_RESPONSE_BYTES,
  });
  const remembered = { provider_breakers: undefined, server_breakers: undefined, spend: undefined };
  const fleet = createFleet(gpuServersOf(config, vendors), { clock, remembered });
  const providers = [...createVendorProviders(config, vendors, { clock, http, fleet }), offline];
  const limits = { hourlyUsd: config.fallbackHourlyUsd, hourlyUsdPerUser: config.fallbackHourlyUsdPerUser };
  const operations: SpeechOperation[] = [];
  const router = createRouting(config, {
    providers: plants.change?.(providers) ?? providers,
    breakers: createCircuitBreakers({ clock, random }),
    spend: createSpendBreaker({ clock, limits }),
    check: plants.check ?? checkSpeech,
    clock,
    random,
  });
  return {
    speak: ({ utterances, wish, isOfflineAllowed }) =>
      router.speakScript(utterances, {
        signal: new AbortController().signal,
        voicePolicy: plants.voicePolicy ?? config.voicePolicy,
        wish,
        isOfflineAllowed,
        userId: 'chaos',
        onOperation: async (operation) => void operations.push(operation),
      }),
    outcomes: async () => operations.flatMap((operation) => operation.outcomes),
    close: () => http.close(),
  };
}
