import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { AppError } from '../core/errors.ts';
import { endpointOfRegion, regionOfEndpoint } from '../storage/wasabi-endpoint.ts';
import { VARIABLES } from './schema.ts';
import type { Config, ConfigField } from './schema.ts';
import { BROKEN_RULE } from './variable.ts';
import type { Variable } from './variable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigSource = 'environment' | 'file' | 'default';

export type LoadedConfig = {
  readonly config: Config;
  readonly sources: Readonly<Record<ConfigField, ConfigSource>>;
  /** Settings that change nothing in this version and names in the file that mean nothing. For the log. */
  readonly warnings: readonly string[];
};

/** Stops the start. `lines` has one entry per mistake: variable, value, rule. */
export class ConfigError extends AppError {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super({ code: 'invalid_configuration', kind: 'invalid_input', message: lines.join('\n') });
    this.name = 'ConfigError';
    this.lines = lines;
  }
}

/**
 * Reads the configuration from the environment and from a `.env` file, when there is one. A variable of the environment
 * wins over the file; one that is set to nothing counts as not set.
 * Throws ConfigError with every mistake at once.
 */
export function loadConfig(
  options: { readonly environment?: Environment; readonly filePath?: string } = {},
): LoadedConfig {
  return resolveConfig(options.environment ?? process.env, readEnvironmentFile(options.filePath ?? '.env'));
}

/** The pure part of `loadConfig`. */
export function resolveConfig(environment: Environment, file: Environment): LoadedConfig {
  const values: Record<string, unknown> = {};
  const sources: Record<string, ConfigSource> = {};
  const mistakes: string[] = [];
  const warnings: string[] = [];

  for (const [field, variable] of variableEntries()) {
    const { text, source } = findText(variable, environment, file);
    const value = text === null ? null : variable.parse(text);
    if (value === BROKEN_RULE) {
      mistakes.push(`${variable.name}: ${printable(variable, text)} must be ${variable.rule}.`);
      continue;
    }
    values[field] = value;
    sources[field] = source;
    if (source !== 'default' && !variable.takesEffect && text !== variable.defaultText) {
      warnings.push(`${variable.name} is set, but nothing in this version uses it.`);
    }
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const config = values as Config;
  const contradictions = [
    ...missingForProduction(config),
    ...missingForManyMachines(config),
    ...contradictionsOfStorage(config),
  ];
  if (contradictions.length > 0) throw new ConfigError(contradictions);

  const known = new Set(variableEntries().map(([, variable]) => variable.name));
  for (const name of Object.keys(file)) {
    if (!known.has(name)) warnings.push(`${name} in the .env file is not a variable of this program.`);
  }
  return { config, sources: sources as LoadedConfig['sources'], warnings };
}

/** Outside mock mode the providers that are to be asked first must be there. */
function missingForProduction(config: Config): readonly string[] {
  return config.mockMode ? [] : [...missingForSpeech(config), ...missingForVideo(config)];
}

function missingForVideo(config: Config): readonly string[] {
  if (config.videoProvider !== 'heygen' || config.heygenApiKey !== null) return [];
  return ['HEYGEN_API_KEY: (not set) must be set when MOCK_MODE is False and VIDEO_PROVIDER is heygen.'];
}

function missingForSpeech(config: Config): readonly string[] {
  const needs = {
    vibevoice: { name: 'VIBEVOICE_WS_ENDPOINT', isSet: config.vibevoiceEndpoints !== null },
    elevenlabs: { name: 'ELEVENLABS_API_KEY', isSet: config.elevenlabsApiKey !== null },
  } as const;
  const { name, isSet } = needs[config.ttsProvider];
  if (isSet) return [];
  return [`${name}: (not set) must be set when MOCK_MODE is False and TTS_PROVIDER is ${config.ttsProvider}.`];
}

/** What Redis hands out to many processes must lie where all of them can read and write it. */
function missingForManyMachines(config: Config): readonly string[] {
  if (config.redisUrl === null || config.databaseUrl !== null) return [];
  return ['DATABASE_URL: (not set) must be set when REDIS_URL is: a journal in SQLite belongs to one process.'];
}

/** One key is of no use without the other, and a bucket is found at its own region's address only. */
function contradictionsOfStorage(config: Config): readonly string[] {
  const { wasabiAccessKey, wasabiSecretKey, wasabiRegion, wasabiEndpoint } = config;
  if (wasabiAccessKey === null && wasabiSecretKey === null) return [];
  if (wasabiSecretKey === null) return ['WASABI_SECRET_KEY: (not set) must be set when WASABI_ACCESS_KEY is.'];
  if (wasabiAccessKey === null) return ['WASABI_ACCESS_KEY: (not set) must be set when WASABI_SECRET_KEY is.'];
  const served = regionOfEndpoint(endpointOfRegion(wasabiEndpoint, wasabiRegion));
  if (served === undefined || served === wasabiRegion) return [];
  return [`WASABI_REGION: "${wasabiRegion}" must be ${served}, the region that WASABI_ENDPOINT serves.`];
}

export function variableEntries(): readonly (readonly [ConfigField, Variable<unknown>])[] {
  return Object.entries(VARIABLES) as readonly (readonly [ConfigField, Variable<unknown>])[];
}

/** The resolved configuration for people to read: one row per variable, secrets masked. */
export function describeConfig(
  loaded: LoadedConfig,
): readonly { readonly name: string; readonly value: string; readonly source: ConfigSource }[] {
  return variableEntries().map(([field, variable]) => {
    const value: unknown = loaded.config[field];
    const shown = value === null ? '(not set)' : variable.secret ? '********' : formatValue(value);
    return { name: variable.name, value: shown, source: loaded.sources[field] };
  });
}

function formatValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return Array.isArray(value) ? value.join(',') : String(value);
}

function findText(
  variable: Variable<unknown>,
  environment: Environment,
  file: Environment,
): { readonly text: string | null; readonly source: ConfigSource } {
  const fromEnvironment = environment[variable.name]?.trim();
  if (fromEnvironment) return { text: fromEnvironment, source: 'environment' };
  const fromFile = file[variable.name]?.trim();
  if (fromFile) return { text: fromFile, source: 'file' };
  return { text: variable.defaultText, source: 'default' };
}

function printable(variable: Variable<unknown>, text: string | null): string {
  return variable.secret ? '(a secret, not shown)' : JSON.stringify(text);
}

function readEnvironmentFile(filePath: string): Environment {
  try {
    return parseEnv(readFileSync(filePath, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError([`The file ${filePath} could not be read: ${(error as Error).message}`]);
  }
}
