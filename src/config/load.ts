import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { AppError } from '../core/errors.ts';
import { findContradictions } from './contradictions.ts';
import { findDoubts } from './doubts.ts';
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
  const broken = new Set<ConfigField>();

  for (const [field, variable] of variableEntries()) {
    const { text, source } = findText(variable, environment, file);
    const value = text === null ? null : variable.parse(text);
    if (value === BROKEN_RULE) {
      mistakes.push(`${variable.name}: ${printable(variable, text)} must be ${variable.rule}.`);
      broken.add(field);
      values[field] = variable.defaultText === null ? null : variable.parse(variable.defaultText);
      continue;
    }
    values[field] = value;
    sources[field] = source;
    if (source !== 'default' && !variable.takesEffect && text !== variable.defaultText) {
      warnings.push(`${variable.name} is set, but nothing in this version uses it.`);
    }
  }
  const config = values as Config;
  for (const { fields, line } of findContradictions(config)) {
    // What has no value of its kind contradicts nothing: its own mistake has been told.
    if (!fields.some((field) => broken.has(field))) mistakes.push(line);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  warnings.push(...findDoubts(config));

  const known = new Set(variableEntries().map(([, variable]) => variable.name));
  for (const name of Object.keys(file)) {
    if (!known.has(name)) warnings.push(`${name} in the .env file is not a variable of this program.`);
  }
  return { config, sources: sources as LoadedConfig['sources'], warnings };
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
  return withoutPasswords(Array.isArray(value) ? value.join(',') : String(value));
}

/** Addresses of one's own servers may carry a name and a password. */
function withoutPasswords(text: string): string {
  return text.replaceAll(/\/\/[^/\s,]*@/g, '//********@');
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
  return variable.secret ? '(a secret, not shown)' : JSON.stringify(text === null ? null : withoutPasswords(text));
}

function readEnvironmentFile(filePath: string): Environment {
  try {
    return parseEnv(readFileSync(filePath, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError([`The file ${filePath} could not be read: ${(error as Error).message}`]);
  }
}
