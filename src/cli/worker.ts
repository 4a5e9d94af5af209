import { once } from 'node:events';
import { openApp } from '../app.ts';
import { ConfigError, loadConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { toAppError } from '../core/errors.ts';
import { EXIT } from './exit-codes.ts';
import { createLogger, createRecordLog } from './logger.ts';

/** `npm run worker`: makes videos for the servers on the same database, until it is told to stop. */
export async function run(): Promise<number> {
  let loaded;
  try {
    loaded = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`The configuration has mistakes:\n${error.lines.map((line) => `  ${line}`).join('\n')}\n`);
    return EXIT.badInput;
  }
  const { config, warnings } = loaded;
  if (config.databaseUrl === null) {
    process.stderr.write(
      'DATABASE_URL must be set for a worker: without it the journal is a file that belongs to the server alone.\n',
    );
    return EXIT.badInput;
  }
  const logger = createLogger(config.logLevel);
  for (const warning of warnings) logger.warn({}, warning);
  let app;
  try {
    app = await openApp(config, { logger, logSpeech: createRecordLog(config.logLevel), clock: systemClock });
  } catch (error) {
    process.stderr.write(`${toAppError(error).message}\n`);
    return EXIT.failed;
  }
  process.stdout.write(`Working on up to ${config.workerConcurrency} videos at a time. Ctrl+C stops.\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stdout.write('\nStopping: running videos are finished, or another worker goes on with them.\n');
  await app.close();
  return EXIT.success;
}
