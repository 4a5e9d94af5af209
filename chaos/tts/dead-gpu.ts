import { createRandom } from '../../test/chaos/seeded-random.ts';
import { createManualTime, type ManualTime } from '../../test/fixtures/manual-time.ts';
import { createVendorProviders, liveVendors } from '../../src/app/speech-providers.ts';
import { resolveConfig } from '../../src/config/load.ts';
import { AppError } from '../../src/core/errors.ts';
import {
  BREAKER_LIMITS,
  createCircuitBreakers,
  type BreakerLimits,
  type CircuitBreakers,
} from '../../src/core/circuit-breaker.ts';
import { createRetryBudget } from '../../src/core/retry.ts';
import { createGpuFleet, type FleetRules, type GpuFleet } from '../../src/gpu/gpu-fleet.ts';
import { createHttpClient } from '../../src/net/http-client.ts';
import { startVibeVoiceSimulator } from '../../src/simulators/vibevoice.ts';
import type { VibeVoiceScenario } from '../../src/simulators/vibevoice/scenarios.ts';
import { checkSpeech } from '../../src/tts/audio-check.ts';
import type { FaultControl } from '../../src/simulators/fault-control.ts';
import type { SpeechProvider } from '../../src/tts/speech-provider.ts';
import { createSpeechRouter, type SpeechRouter } from '../../src/tts/speech-router.ts';
import { createSpendBreaker } from '../../src/tts/spend-breaker.ts';
import { BACKOFF, LONGEST_RETRY_AFTER_SECONDS, UTTERANCES_AT_ONCE } from './application-settings.ts';
import { FaultSchedule } from './fault-schedule.ts';
import type { MarkedVoices } from './marked-voices.ts';
import { SENTENCES } from './sentences.ts';
import { vibevoiceTimeouts } from './speech-under-test.ts';

export type Outage = {
  readonly serverCount: 1 | 2;
  readonly scenario: VibeVoiceScenario;
  readonly seconds: number;
  readonly seed: number;
  /** Limits with a planted bug. */
  readonly plants?: { readonly breaker?: Partial<BreakerLimits>; readonly fleet?: Partial<FleetRules> };
};

export type OutageReport = {
  /** Calls that reached the dead server before it was out of rotation: ejected by the fleet, or its provider's breaker open. */
  readonly callsBeforeEjection: number;
  readonly callsBeforeOpening: number;
  readonly callsInAll: number;
  /** From its recovery to the first utterance that it speaks again, in virtual time. Infinity when it never does. */
  readonly healedSeconds: number;
  readonly unfinishedCount: number;
};

const MILLISECONDS_BETWEEN_UTTERANCES = 1000;
const USERS_AT_THE_START = 8;
/** Real ones, so that a dead server is noticed at once. */
const REAL_TIMEOUT_SECONDS = 0.15;
const DEADLINE_SECONDS = 30;
/** What a call takes that meets silence: the defaults of the configuration. */
const VIRTUAL_SECONDS: Partial<Record<VibeVoiceScenario, number>> = { 'hang-handshake': 10, 'stall-mid-utterance': 5 };
const LONGEST_OUTAGE_SECONDS = 1200;
const LONGEST_HEALING_SECONDS = 600;

/**
 * One GPU server dies under traffic of two utterances a second, at the beginning of a burst, stays dead for a while, and
 * recovers at the worst moment: just after it was given an utterance that will fail. Servers and adapter are real; the clock
 * of breakers, fleet and budget is virtual.
 */
export async function rehearseOutage(outage: Outage, voices: MarkedVoices): Promise<OutageReport> {
  await using resources = new AsyncDisposableStack();
  const random = createRandom(outage.seed);
  const { time, router, fleet, breakers, dead } = await openServers(outage, { resources, random, voices });

  let unfinishedCount = 0;
  /** The server that spoke; undefined when it was the fallback. */
  const speak = async (): Promise<string | undefined> => {
    const text = SENTENCES[Math.floor(random() * SENTENCES.length)] ?? '';
    const voice = { profile: 'default', style: 'neutral', seed: 42 } as const;
    const [result] = await Promise.allSettled([
      router.speakScript([{ text, language: 'en', voice }], {
        signal: new AbortController().signal,
        voicePolicy: 'same',
        isOfflineAllowed: false,
        userId: 'chaos',
        onOperation: async () => {},
      }),
    ]);
    if (result.status === 'fulfilled') return result.value.utterances[0]?.speech.providerMetadata['server']?.toString();
    if (!(result.reason instanceof AppError)) throw result.reason;
    unfinishedCount += 1;
    return undefined;
  };
  const speakTwo = async (): Promise<readonly (string | undefined)[]> => {
    await time.advance(MILLISECONDS_BETWEEN_UTTERANCES);
    return Promise.all([speak(), speak()]);
  };

  let callsBeforeEjection = 0;
  let callsBeforeOpening = 0;
  let callsInAll = 0;
  let lastCallAt = 0;
  let wasEjected = false;
  let wasOpen = false;
  const schedule = new FaultSchedule(dead.faults, (scenario) => {
    if (scenario === undefined) return;
    wasEjected ||= fleet.snapshot().servers.find(({ id }) => id === dead.host)?.state !== 'healthy';
    wasOpen ||= breakers.status('vibevoice').phase !== 'closed';
    callsInAll += 1;
    callsBeforeEjection += wasEjected ? 0 : 1;
    callsBeforeOpening += wasOpen ? 0 : 1;
    lastCallAt = time.clock.now();
    void time.advance((VIRTUAL_SECONDS[outage.scenario] ?? 0) * 1000);
  });

  for (let count = 0; count < 5; count++) await speakTwo();
  const diedAt = time.clock.now();
  schedule.begin(outage.scenario, { position: 1, isLasting: true });
  await Promise.all(Array.from({ length: USERS_AT_THE_START }, speak));
  const outageSeconds = (): number => (time.clock.now() - diedAt) / 1000;
  let hasJustFailed = false;
  while (outageSeconds() < outage.seconds || (!hasJustFailed && outageSeconds() < LONGEST_OUTAGE_SECONDS)) {
    const callsBefore = callsInAll;
    await speakTwo();
    hasJustFailed = callsInAll > callsBefore;
  }
  schedule.clear();
  const healingSeconds = (): number => (time.clock.now() - lastCallAt) / 1000;
  let healedSeconds = Infinity;
  while (healedSeconds === Infinity && healingSeconds() < LONGEST_HEALING_SECONDS) {
    if ((await speakTwo()).includes(dead.host)) healedSeconds = healingSeconds();
  }
  return { callsBeforeEjection, callsBeforeOpening, callsInAll, healedSeconds, unfinishedCount };
}

/** Servers, the fleet of them, and a router with a fallback that never fails. The first server is the one that will die. */
async function openServers(
  { serverCount, plants = {} }: Outage,
  options: {
    readonly resources: AsyncDisposableStack;
    readonly random: () => number;
    readonly voices: MarkedVoices;
  },
): Promise<{
  readonly time: ManualTime;
  readonly router: SpeechRouter;
  readonly fleet: GpuFleet;
  readonly breakers: CircuitBreakers;
  readonly dead: { readonly host: string; readonly faults: FaultControl };
}> {
  const { resources, random, voices } = options;
  const time = createManualTime();
  const { clock } = time;
  const servers = [];
  for (let index = 0; index < serverCount; index++) {
    const simulator = await startVibeVoiceSimulator({ voice: voices.voiceOf('vibevoice'), keptRequests: 1 });
    resources.defer(() => simulator.close());
    const { host } = new URL(simulator.url);
    servers.push({ host, url: `ws://${host}/tts`, faults: simulator.faults });
  }
  const fleet = createGpuFleet({
    servers: servers.map(({ host, url }) => ({ id: host, url })),
    clock,
    timer: time.timer,
    ...(plants.fleet && { rules: plants.fleet }),
  });
  const { config } = resolveConfig(
    {
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: servers.map(({ url }) => url).join(','),
      ...vibevoiceTimeouts(REAL_TIMEOUT_SECONDS),
    },
    {},
  );
  const http = createHttpClient({
    connectSeconds: DEADLINE_SECONDS,
    headersSeconds: DEADLINE_SECONDS,
    bodyGapSeconds: DEADLINE_SECONDS,
    totalSeconds: DEADLINE_SECONDS,
    responseBytes: 2 ** 20,
  });
  resources.defer(() => http.close());
  const fallback: SpeechProvider = { ...voices.offline, id: 'elevenlabs' };
  const breakers = createCircuitBreakers({ clock, random, limits: { ...BREAKER_LIMITS, ...plants.breaker } });
  const router = createSpeechRouter({
    providers: [...createVendorProviders(config, liveVendors(config), { clock, http, fleet }), fallback],
    breakers,
    retry: {
      budget: createRetryBudget({ clock }),
      backoff: BACKOFF,
      maximumAttempts: () => 1 + config.vibevoiceMaxRetries,
      longestRetryAfterSeconds: LONGEST_RETRY_AFTER_SECONDS,
    },
    spend: createSpendBreaker({ clock, limits: { hourlyUsd: 0, hourlyUsdPerUser: 0 } }),
    check: checkSpeech,
    random,
    wait: async (milliseconds) => time.advance(milliseconds),
    startDeadline: () => AbortSignal.timeout(DEADLINE_SECONDS * 1000),
    concurrency: UTTERANCES_AT_ONCE,
    clock,
  });
  return { time, router, fleet, breakers, dead: servers[0]! };
}
