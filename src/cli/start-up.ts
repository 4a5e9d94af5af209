import { ConfigError, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { toAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { createLogger } from './logger.ts';

/** What a long-running command begins with; undefined when the configuration has mistakes, which have been printed. */
export function startUp(): { readonly config: Config; readonly logger: Logger } | undefined {
  try {
    const { config, warnings } = loadConfig();
    const logger = createLogger(config.logLevel);
    for (const warning of warnings) logger.warn({}, warning);
    return { config, logger };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`The configuration has mistakes:\n${error.lines.map((line) => `  ${line}`).join('\n')}\n`);
    return undefined;
  }
}

/** What a start that failed tells: a line for each thing to correct. A defect of ours is told with its stack. */
export function describeStartFailure(thrown: unknown, { port, host }: Pick<Config, 'port' | 'host'>): string {
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `Port ${port} is in use; set PORT to a free one.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user; set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || syscall === 'getaddrinfo') {
    return `HOST: ${host} is no address of this machine; 127.0.0.1 is reached from here only, 0.0.0.0 from everywhere.`;
  }
  const { kind, message } = toAppError(thrown);
  return kind === 'internal' && thrown instanceof Error ? (thrown.stack ?? thrown.message) : message;
}
