import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import { createCircuitBreakers, type CircuitBreakers } from '../core/circuit-breaker.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { createRetryBudget } from '../core/retry.ts';
import { systemTimer } from '../core/timer.ts';
import { describeGpuHealth, type GpuHealth } from '../gpu/gpu-health.ts';
import { startGpuMetrics } from '../gpu/gpu-metrics.ts';
import { createServerRotation, type ServerRotation } from '../gpu/server-rotation.ts';
import { createHttpClient } from '../net/http-client.ts';
import type { FaultBoard } from '../simulators/fault-board.ts';
import { createSpeechAnalytics, type SpeechAnalytics } from '../tts/analytics.ts';
import { checkSpeech } from '../tts/audio-check.ts';
import { createSpeechKey } from '../tts/cache/speech-key.ts';
import { createCanary, type Canary } from '../tts/canary.ts';
import { createGuardMemory, recallGuards } from '../tts/guard-memory.ts';
import { createMainProviderChoice, type MainProviderChoice } from '../tts/provider-choice.ts';
import { createOfflineProvider } from '../tts/providers/offline.ts';
import { createSpeechCache } from '../tts/speech-cache.ts';
import { createSpeechGateway, type SpeechGateway } from '../tts/speech-gateway.ts';
import type { SpeechLogRecord } from '../tts/speech-operation.ts';
import type { SpeechProvider, SpeechProviderId, Utterance } from '../tts/speech-provider.ts';
import { createSpeechRouter, type RememberSpeech } from '../tts/speech-router.ts';
import type { SpeechStateStore } from '../tts/speech-state.ts';
import { createSpendBreaker } from '../tts/spend-breaker.ts';
import { openSqliteSpeechLedger } from '../tts/stores/speech-ledger-sqlite.ts';
import { openSqliteSpeechState } from '../tts/stores/speech-state-sqlite.ts';
import { startSimulatedSpeech } from './simulated-speech.ts';
import {
  createFleet,
  createMetricsSources,
  createVendorProviders,
  gpuServersOf,
  liveVendors,
  simulatedVendors,
} from './speech-providers.ts';

/** Everything about speech that the rest of the application uses. */
export type Speech = {
  readonly gateway: SpeechGateway;
  readonly providers: readonly SpeechProvider[];
  readonly mainProvider: MainProviderChoice;
  readonly canary: Canary;
  readonly analytics: SpeechAnalytics;
  readonly breakers: Pick<CircuitBreakers, 'status'>;
  readonly audit: Pick<SpeechStateStore, 'audit' | 'appendAudit'>;
  gpuHealth(): GpuHealth;
  readonly gpuServers: ServerRotation;
  /** The simulators' faults; undefined outside mock mode. */
  readonly faults: FaultBoard | undefined;
  close(): Promise<void>;
};

/** A voice answers within seconds; what takes longer than a slow phone line did is not coming. */
const HTTP_LIMITS = {
  connectSeconds: 10,
  headersSeconds: 60,
  bodyGapSeconds: 15,
  totalSeconds: 120,
  responseBytes: 64 * 2 ** 20,
};
const BACKOFF = { baseMilliseconds: 250, capMilliseconds: 2000 };
const LONGEST_RETRY_AFTER_SECONDS = 5;
/** Calls to a provider that is not VibeVoice, for one utterance. */
const VENDOR_ATTEMPTS = 3;
/** One call: its turn at a busy server, and the speech itself at a quarter of the pace at which it is heard. */
const CALL_SECONDS = 60;
const CALL_SECONDS_PER_CHARACTER = 0.3;
const UTTERANCES_AT_ONCE = 4;
const MAINTENANCE_MILLISECONDS = 60_000;
const CANARY_SALT = 'vibevoice';

/** Puts the speech gateway together. In mock mode the vendors are simulators on loopback, asked over their real protocols. */
export async function openSpeech(
  config: Config,
  options: {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly logOperation: (record: SpeechLogRecord) => void;
  },
): Promise<Speech> {
  const { clock, logger, logOperation } = options;
  await using resources = new AsyncDisposableStack();
  const opened = <Resource extends { close(): Promise<void> }>(resource: Resource): Resource =>
    resources.adopt(resource, (it) => it.close());
  mkdirSync(config.dataDirectory, { recursive: true });
  const state = opened(openSqliteSpeechState({ path: join(config.dataDirectory, 'speech-state.sqlite') }));
  const ledger = opened(openSqliteSpeechLedger({ path: join(config.dataDirectory, 'speech-ledger.sqlite') }));
  const simulators = config.mockMode
    ? opened(await startSimulatedSpeech({ clock, voiceIds: [config.elevenlabsVoiceId] }))
    : undefined;
  const vendors = simulators === undefined ? liveVendors(config) : simulatedVendors(simulators);
  const remembered = await recallGuards(state);
  const http = opened(createHttpClient(HTTP_LIMITS));
  const servers = gpuServersOf(config, vendors);
  const fleet = createFleet(servers, { clock, remembered });
  const gpuServers = createServerRotation({ fleet, servers });
  resources.defer(() => gpuServers.close());
  const offline = opened(createOfflineProvider());
  const providers = [...createVendorProviders(config, vendors, { clock, http, fleet }), offline];
  const metrics = startGpuMetrics({ sources: createMetricsSources(vendors, http), clock, alarm: systemTimer });
  resources.defer(() => metrics.stop());

  const random = Math.random;
  const breakers = createCircuitBreakers({
    clock,
    random,
    ...(remembered.provider_breakers && { restored: remembered.provider_breakers }),
  });
  const spend = createSpendBreaker({
    clock,
    limits: { hourlyUsd: config.fallbackHourlyUsd, hourlyUsdPerUser: config.fallbackHourlyUsdPerUser },
    ...(remembered.spend && { restored: remembered.spend }),
  });
  const cache = createSpeechCache({
    // Simulated voices must never be taken for those of the vendors.
    folder: config.mockMode ? join(config.speechCacheDirectory, 'mock') : config.speechCacheDirectory,
    enabled: config.speechCacheEnabled,
    maximumBytes: config.speechCacheMegabytes * 2 ** 20,
    maximumAgeSeconds: config.speechCacheDays * 24 * 3600,
    clock,
    log: logger,
  });
  resources.defer(() => cache.settled());
  const remember: RememberSpeech = (provider, utterance, synthesize, { signal }) =>
    cache.getOrSynthesize(
      createSpeechKey({ ...utterance, provider: provider.id, ...provider.voiceIdentity(utterance) }),
      synthesize,
      { signal },
    );
  const router = createSpeechRouter({
    providers,
    remember,
    breakers,
    retry: {
      budget: createRetryBudget({ clock }),
      backoff: BACKOFF,
      maximumAttempts: (provider: SpeechProviderId) =>
        provider === 'vibevoice' ? 1 + config.vibevoiceMaxRetries : VENDOR_ATTEMPTS,
      longestRetryAfterSeconds: LONGEST_RETRY_AFTER_SECONDS,
    },
    spend,
    check: checkSpeech,
    random,
    wait: async (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
    startDeadline: ({ text }: Utterance) =>
      AbortSignal.timeout(Math.ceil((CALL_SECONDS + text.length * CALL_SECONDS_PER_CHARACTER) * 1000)),
    concurrency: UTTERANCES_AT_ONCE,
    clock,
  });
  const mainProvider = createMainProviderChoice({ store: state, configured: config.ttsProvider, clock });
  const canary = createCanary({
    store: {
      read: () => state.read('canary'),
      update: (importance, change) => state.update('canary', importance, change),
    },
    clock,
    salt: CANARY_SALT,
    initialPercent: config.ttsCanaryPercent,
  });
  const saveGuards = createGuardMemory({ store: state, breakers, spend, fleet });
  resources.defer(saveGuards);
  const gateway = createSpeechGateway({
    router,
    providers,
    mainProvider,
    canary,
    ledger,
    saveGuards,
    voicePolicy: config.voicePolicy,
    isOfflineAllowed: config.offlineFallback ?? config.mockMode,
    logOperation,
    logger,
  });
  resources.defer(
    every(MAINTENANCE_MILLISECONDS, logger, async () => {
      await cache.removeExpired();
      await canary.tick();
    }),
  );
  const all = resources.move();

  return {
    gateway,
    providers,
    mainProvider,
    canary,
    analytics: createSpeechAnalytics({ ledger }),
    breakers,
    audit: state,
    gpuServers,
    gpuHealth: () => describeGpuHealth(fleet.snapshot(), metrics.snapshot()),
    faults: simulators?.faults,
    close: () => all.disposeAsync(),
  };
}

/** Does the work again and again, one at a time; the returned function waits for the one under way. */
function every(milliseconds: number, logger: Logger, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(work).catch((thrown: unknown) => logger.error({ err: thrown }, 'Maintenance failed'));
  }, milliseconds);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
