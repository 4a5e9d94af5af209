import { ConfigError, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
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
