import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { createCircuitBreakers } from '../core/circuit-breaker.ts';
import type { Clock } from '../core/clock.ts';
import { createId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import { startRounds } from '../core/rounds.ts';
import { systemTimer } from '../core/timer.ts';
import { describeGpuHealth } from '../gpu/gpu-health.ts';
import { startGpuMetrics } from '../gpu/gpu-metrics.ts';
import { createServerRotation } from '../gpu/server-rotation.ts';
import { watchServers } from '../gpu/server-reach.ts';
import type { SpeechFacade } from '../http/route-context.ts';
import { createHttpClient } from '../net/http-client.ts';
import { reachAddress } from '../net/reach.ts';
import type { SimulatedVendors, SimulatedVendorsOptions } from '../simulators/simulated-vendors.ts';
import { createSpeechAnalytics } from '../tts/analytics.ts';
import type { PaidSpending } from '../tts/analytics/paid-spending.ts';
import { checkSpeech } from '../tts/audio-check.ts';
import { createSpeechKey, type SpeechKey } from '../tts/cache/speech-key.ts';
import { createCanary } from '../tts/canary.ts';
import { createGuardMemory, recallGuards } from '../tts/guard-memory.ts';
import { createMainProviderChoice } from '../tts/provider-choice.ts';
import { createOfflineProvider } from '../tts/providers/offline.ts';
import { createSpeechCache } from '../tts/speech-cache.ts';
import { createSpeechGateway } from '../tts/speech-gateway.ts';
import type { SpeechLogRecord } from '../tts/speech-operation.ts';
import type { SpeechProvider, Utterance } from '../tts/speech-provider.ts';
import type { RememberSpeech } from '../tts/speech-router.ts';
import { createSharedSpend } from '../tts/shared-spend.ts';
import { createSpendBreaker } from '../tts/spend-breaker.ts';
import {
  createFleet,
  createMetricsSources,
  createVendorProviders,
  gpuServersOf,
  liveVendors,
  simulatedVendors,
} from './speech-providers.ts';
import { createRouting } from './speech-routing.ts';
import { openSpeechStores } from './speech-stores.ts';

/** Everything about speech that the rest of the application uses. */
export type Speech = SpeechFacade & {
  /** In mock mode: all vendors, those that do not speak included. */
  readonly simulators: SimulatedVendors | undefined;
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
/** Looking through the cache takes a moment for each of its thousands of files. */
const CACHE_CLEANING_MILLISECONDS = 3_600_000;
const CANARY_TICK_MILLISECONDS = 60_000;
const SERVER_KNOCK_MILLISECONDS = 10_000;
const CANARY_SALT = 'vibevoice';

/** Puts the speech gateway together. In mock mode the vendors are simulators on loopback, asked over their real protocols. */
export async function openSpeech(
  config: Config,
  options: {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly logOperation: (record: SpeechLogRecord) => void;
    /** Nothing, where nobody makes videos. */
    readonly paidForVideos?: PaidSpending;
    /** In mock mode, to be started with the other vendors. */
    readonly startHeyGen?: SimulatedVendorsOptions['startHeyGen'];
  },
): Promise<Speech> {
  const { clock, logger, logOperation, paidForVideos = async () => [] } = options;
  await using resources = new AsyncDisposableStack();
  const opened = <Resource extends { close(): Promise<void> }>(resource: Resource): Resource =>
    resources.adopt(resource, (it) => it.close());
  mkdirSync(config.dataDirectory, { recursive: true });
  const stores = await openSpeechStores(config, { logger });
  const [state, ledger] = [opened(stores.state), opened(stores.ledger)];
  const simulators = config.mockMode ? opened(await startSimulators(config, clock, options.startHeyGen)) : undefined;
  const vendors = simulators === undefined ? liveVendors(config) : simulatedVendors(simulators);
  const remembered = await recallGuards(state);
  const http = opened(createHttpClient(HTTP_LIMITS));
  const servers = gpuServersOf(config, vendors);
  const fleet = createFleet(servers, { clock, remembered });
  const gpuServers = createServerRotation({ fleet, servers });
  resources.defer(() => gpuServers.close());
  const reach = watchServers({
    servers,
    reach: reachAddress,
    intervalMilliseconds: SERVER_KNOCK_MILLISECONDS,
    timer: systemTimer,
  });
  resources.defer(() => reach.stop());
  const offline = opened(createOfflineProvider());
  const providers = [...createVendorProviders(config, vendors, { clock, http, fleet }), offline];
  const metrics = startGpuMetrics({ sources: createMetricsSources(vendors, http), clock, timer: systemTimer });
  resources.defer(() => metrics.stop());

  const random = Math.random;
  const breakers = createCircuitBreakers({
    clock,
    random,
    ...(remembered.provider_breakers && { restored: remembered.provider_breakers }),
  });
  const ownSpend = createSpendBreaker({
    clock,
    limits: { hourlyUsd: config.fallbackHourlyUsd, hourlyUsdPerUser: config.fallbackHourlyUsdPerUser },
    ...(remembered.spend && { restored: remembered.spend }),
  });
  const processId = createId('speech', clock.now());
  const spend = createSharedSpend({ spend: ownSpend, store: state, processId });
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
  const keyOf = (provider: SpeechProvider, utterance: Utterance): SpeechKey =>
    createSpeechKey({ ...utterance, provider: provider.id, ...provider.voiceIdentity(utterance) });
  const remember: RememberSpeech = (provider, utterance, synthesize, { signal }) =>
    cache.getOrSynthesize(keyOf(provider, utterance), synthesize, { signal });
  const router = createRouting(config, { providers, remember, breakers, spend, check: checkSpeech, clock, random });
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
    isCached: (provider, utterance) => cache.has(keyOf(provider, utterance)),
  });
  const maintain = (intervalMilliseconds: number, work: () => Promise<unknown>): void => {
    const onFailure = (error: unknown): void => logger.error({ err: error }, 'Maintenance failed');
    resources.adopt(startRounds({ work, intervalMilliseconds, timer: systemTimer, onFailure }), (it) => it.stop());
  };
  maintain(CACHE_CLEANING_MILLISECONDS, () => cache.removeExpired());
  maintain(CANARY_TICK_MILLISECONDS, () => canary.tick());
  const all = resources.move();

  return {
    gateway,
    providers,
    mainProvider,
    canary,
    analytics: createSpeechAnalytics({ ledger, paidForVideos }),
    breakers,
    audit: state,
    gpuServers,
    isServerReachable: reach.isReachable,
    gpuHealth: () => describeGpuHealth(fleet.snapshot(), metrics.snapshot()),
    faults: simulators?.faults,
    simulators,
    close: () => all.disposeAsync(),
  };
}

/** Loaded only in mock mode: nothing of a simulator is in the memory of a server that asks real vendors. */
async function startSimulators(
  config: Config,
  clock: Clock,
  startHeyGen: SimulatedVendorsOptions['startHeyGen'],
): Promise<SimulatedVendors> {
  const { startVendorsWithVoice } = await import('./simulated-vendors.ts');
  return startVendorsWithVoice({ clock, voiceIds: [config.elevenlabsVoiceId], startHeyGen });
}
