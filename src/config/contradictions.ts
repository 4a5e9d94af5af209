import { endpointOfRegion, regionOfEndpoint } from '../storage/wasabi-endpoint.ts';
import { isPlaceholder } from './placeholder.ts';
import { VARIABLES, type Config, type ConfigField } from './schema.ts';

/** A rule that several variables break together. It is told only while each of them has a value of its kind. */
export type Contradiction = { readonly fields: readonly ConfigField[]; readonly line: string };

/** What cannot be meant, all of it; one line each, beginning with the variable to correct. */
export function findContradictions(config: Config): readonly Contradiction[] {
  return [
    // Simulators take no keys and always answer.
    ...(config.mockMode ? [] : [...missingForSpeech(config), ...missingForVideo(config), ...placeholders(config)]),
    ...(config.mockMode ? [] : rolloutToNobody(config)),
    ...missingForManyMachines(config),
    ...contradictionsOfStorage(config),
  ];
}

function missingForVideo({ videoProvider, heygenApiKey }: Config): readonly Contradiction[] {
  if (videoProvider !== 'heygen' || heygenApiKey !== null) return [];
  const line = 'HEYGEN_API_KEY: (not set) must be set when MOCK_MODE is False and VIDEO_PROVIDER is heygen.';
  return [{ fields: ['heygenApiKey', 'videoProvider'], line }];
}

function missingForSpeech(config: Config): readonly Contradiction[] {
  const needs = {
    vibevoice: { name: 'VIBEVOICE_WS_ENDPOINT', field: 'vibevoiceEndpoints' },
    elevenlabs: { name: 'ELEVENLABS_API_KEY', field: 'elevenlabsApiKey' },
  } as const;
  const { name, field } = needs[config.ttsProvider];
  if (config[field] !== null) return [];
  const line = `${name}: (not set) must be set when MOCK_MODE is False and TTS_PROVIDER is ${config.ttsProvider}.`;
  return [{ fields: [field, 'ttsProvider'], line }];
}

/** Secrets that were copied from an example. An address with a password is looked at by whoever connects. */
function placeholders(config: Config): readonly Contradiction[] {
  return (Object.keys(VARIABLES) as ConfigField[]).flatMap((field) => {
    const { name, secret } = VARIABLES[field];
    const value: unknown = config[field];
    const secrets = (Array.isArray(value) ? value : [value]) as readonly unknown[];
    const isUnfilled = secrets.some(
      (entry) => typeof entry === 'string' && !URL.canParse(entry) && isPlaceholder(entry),
    );
    if (!secret || !isUnfilled) return [];
    return [
      {
        fields: [field],
        line: `${name}: (a secret, not shown) must be one of your own; this is the placeholder of an example.`,
      },
    ];
  });
}

/** The others of a rollout are spoken for by somebody else. */
function rolloutToNobody(config: Config): readonly Contradiction[] {
  const { ttsProvider, ttsCanaryPercent: percent } = config;
  const others = [config.elevenlabsApiKey, config.openaiSpeechBaseUrl].filter((other) => other !== null).length;
  if (ttsProvider !== 'vibevoice' || percent === 100 || others > 0 || config.offlineFallback === true) return [];
  const rule = 'must be 100 while nobody but VibeVoice can speak: set ELEVENLABS_API_KEY or OPENAI_SPEECH_BASE_URL';
  return [
    {
      fields: ['ttsCanaryPercent', 'elevenlabsApiKey', 'openaiSpeechBaseUrl'],
      line: `TTS_CANARY_PERCENT: "${percent}" ${rule}.`,
    },
  ];
}

/** What Redis hands out to many processes must lie where all of them can read and write it. */
function missingForManyMachines({ redisUrl, databaseUrl }: Config): readonly Contradiction[] {
  if (redisUrl === null || databaseUrl !== null) return [];
  const line = 'DATABASE_URL: (not set) must be set when REDIS_URL is: a journal in SQLite belongs to one process.';
  return [{ fields: ['databaseUrl', 'redisUrl'], line }];
}

/** One key is of no use without the other, and a bucket is found at its own region's address only. */
function contradictionsOfStorage(config: Config): readonly Contradiction[] {
  const { wasabiAccessKey, wasabiSecretKey, wasabiRegion, wasabiEndpoint } = config;
  if (wasabiAccessKey === null && wasabiSecretKey === null) return [];
  const missing = (line: string): readonly Contradiction[] => [
    { fields: ['wasabiAccessKey', 'wasabiSecretKey'], line },
  ];
  if (wasabiSecretKey === null) return missing('WASABI_SECRET_KEY: (not set) must be set when WASABI_ACCESS_KEY is.');
  if (wasabiAccessKey === null) return missing('WASABI_ACCESS_KEY: (not set) must be set when WASABI_SECRET_KEY is.');
  const served = regionOfEndpoint(endpointOfRegion(wasabiEndpoint, wasabiRegion));
  if (served === undefined || served === wasabiRegion) return [];
  const line = `WASABI_REGION: "${wasabiRegion}" must be ${served}, the region that WASABI_ENDPOINT serves.`;
  return [{ fields: ['wasabiRegion', 'wasabiEndpoint'], line }];
}
