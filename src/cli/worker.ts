import { once } from 'node:events';
import { openApp } from '../app.ts';
import { systemClock } from '../core/clock.ts';
import { EXIT } from './exit-codes.ts';
import { createRecordLog } from './logger.ts';
import { describeStartFailure, startUp } from './start-up.ts';

/** `npm run worker`: makes videos for the servers on the same database, until it is told to stop. */
export async function run(): Promise<number> {
  const started = startUp();
  if (started === undefined) return EXIT.badInput;
  const { config, logger } = started;
  if (config.databaseUrl === null) {
    process.stderr.write(
      'DATABASE_URL must be set for a worker: without it the journal is a file that belongs to the server alone.\n',
    );
    return EXIT.badInput;
  }
  let app;
  try {
    app = await openApp(config, { logger, logSpeech: createRecordLog(config.logLevel), clock: systemClock });
  } catch (error) {
    process.stderr.write(`${describeStartFailure(error, config)}\n`);
    return EXIT.failed;
  }
  process.stdout.write(`Working on up to ${config.workerConcurrency} videos at a time. Ctrl+C stops.\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stdout.write('\nStopping: running videos are finished, or another worker goes on with them.\n');
  await app.close();
  return EXIT.success;
}
