import { speechUsdPerThousandCharacters } from '../config/prices/openai.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { systemTimer } from '../core/timer.ts';
import { createGpuFleet, type GpuFleet } from '../gpu/gpu-fleet.ts';
import type { GpuServer } from '../gpu/fleet-server.ts';
import { metricsFromNvidiaSmi, metricsFromUrl, type MetricsSource } from '../gpu/metrics-source.ts';
import type { HttpClient } from '../net/http-client.ts';
import type { SimulatedVendors } from '../simulators/simulated-vendors.ts';
import type { RememberedGuards } from '../tts/guard-memory.ts';
import { createElevenLabsProvider } from '../tts/providers/elevenlabs.ts';
import { createOpenAiSpeechProvider } from '../tts/providers/openai-speech.ts';
import { createVibeVoiceProvider } from '../tts/providers/vibevoice.ts';
import type { SpeechProvider } from '../tts/speech-provider.ts';

/** Where the vendors are, what opens them and what they charge; null for a vendor that is not there. */
export type SpeechVendors = {
  readonly vibevoiceEndpoints: readonly string[];
  readonly metricsSources: readonly string[];
  readonly elevenlabs: {
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly usdPerThousandCharacters: number;
  } | null;
  readonly openaiSpeech: {
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly usdPerThousandCharacters: number;
  } | null;
};

export function liveVendors(config: Config): SpeechVendors {
  const { elevenlabsApiKey, openaiSpeechBaseUrl } = config;
  return {
    vibevoiceEndpoints: config.vibevoiceEndpoints ?? [],
    metricsSources: config.vibevoiceMetricsSources ?? [],
    elevenlabs:
      elevenlabsApiKey === null
        ? null
        : {
            baseUrl: config.elevenlabsBaseUrl,
            apiKey: elevenlabsApiKey,
            usdPerThousandCharacters: config.elevenlabsUsdPerThousandCharacters,
          },
    openaiSpeech:
      openaiSpeechBaseUrl === null
        ? null
        : {
            baseUrl: openaiSpeechBaseUrl,
            apiKey: config.openaiSpeechApiKey ?? '',
            usdPerThousandCharacters:
              config.openaiSpeechUsdPerThousandCharacters ?? speechUsdPerThousandCharacters(config.openaiSpeechModel),
          },
  };
}

/** Simulators are asked as the vendors would be, and charge nothing. */
export function simulatedVendors(simulators: SimulatedVendors): SpeechVendors {
  return {
    vibevoiceEndpoints: simulators.vibevoiceEndpoints,
    metricsSources: simulators.gpuMetricsUrls,
    elevenlabs: { ...simulators.elevenlabs, usdPerThousandCharacters: 0 },
    openaiSpeech: { ...simulators.openaiSpeech, usdPerThousandCharacters: 0 },
  };
}

export function gpuServersOf(config: Config, vendors: SpeechVendors): GpuServer[] {
  return vendors.vibevoiceEndpoints.map((url) => ({
    id: serverId(url),
    url,
    slots: url.endsWith('/stream') ? 1 : config.vibevoiceSlots,
  }));
}

export function createFleet(
  servers: readonly GpuServer[],
  options: { readonly clock: Clock; readonly remembered: RememberedGuards },
): GpuFleet {
  return createGpuFleet({
    servers,
    clock: options.clock,
    timer: systemTimer,
    ...(options.remembered.server_breakers && { restored: options.remembered.server_breakers }),
  });
}

/** One source per server, in their order; what there is beyond the servers is listed under its own address. */
export function createMetricsSources(vendors: SpeechVendors, http: HttpClient): MetricsSource[] {
  return vendors.metricsSources.map((source, index) => {
    const endpoint = vendors.vibevoiceEndpoints[index];
    if (source === 'nvidia-smi') return metricsFromNvidiaSmi(endpoint ? serverId(endpoint) : source, 'nvidia-smi');
    return metricsFromUrl(serverId(endpoint ?? source), source, http);
  });
}

/** All that can speak, without the offline voice. */
export function createVendorProviders(
  config: Config,
  vendors: SpeechVendors,
  options: { readonly clock: Clock; readonly http: HttpClient; readonly fleet: GpuFleet },
): SpeechProvider[] {
  const { clock, http, fleet } = options;
  const providers: SpeechProvider[] = [];
  if (vendors.vibevoiceEndpoints.length > 0) {
    providers.push(
      createVibeVoiceProvider({
        endpoints: vendors.vibevoiceEndpoints,
        fleet,
        http,
        clock,
        connectionTimeoutSeconds: config.vibevoiceConnectionTimeoutSeconds,
        idleTimeoutSeconds: config.vibevoiceStreamTimeoutSeconds,
      }),
    );
  }
  if (vendors.elevenlabs !== null) {
    const { usdPerThousandCharacters, ...access } = vendors.elevenlabs;
    providers.push(
      createElevenLabsProvider({
        ...access,
        httpClient: http,
        voiceId: config.elevenlabsVoiceId,
        modelId: config.elevenlabsModelId,
        usdPerBilledCharacter: usdPerThousandCharacters / 1000,
      }),
    );
  }
  if (vendors.openaiSpeech !== null) {
    const { usdPerThousandCharacters, ...access } = vendors.openaiSpeech;
    providers.push(
      createOpenAiSpeechProvider({
        ...access,
        httpClient: http,
        model: config.openaiSpeechModel,
        voice: config.openaiSpeechVoice,
        usdPerCharacter: usdPerThousandCharacters / 1000,
      }),
    );
  }
  return providers;
}

/** Host and port: what an operator knows a server by, without a password that the address may hold. */
function serverId(address: string): string {
  return new URL(address).host;
}
