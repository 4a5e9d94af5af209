import { once } from 'node:events';
import { openApp } from '../app.ts';
import { systemClock } from '../core/clock.ts';
import { EXIT } from './exit-codes.ts';
import { EXAMPLE_REQUEST } from './example-request.ts';
import { createRecordLog } from './logger.ts';
import { describeStartFailure, startUp } from './start-up.ts';

/** `npm start`: server, worker and first page in one process, until it is told to stop. */
export async function run(): Promise<number> {
  const started = startUp();
  if (started === undefined) return EXIT.badInput;
  const { config, logger } = started;
  let app;
  try {
    app = await openApp(config, { logger, logSpeech: createRecordLog(config.logLevel), clock: systemClock });
    greet(await app.listen(), config.mockMode);
  } catch (error) {
    await app?.close();
    process.stderr.write(`${describeStartFailure(error, config)}\n`);
    return EXIT.failed;
  }
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stdout.write('\nStopping: running videos are finished or continue at the next start.\n');
  await app.close();
  return EXIT.success;
}

function greet(address: string, mockMode: boolean): void {
  process.stdout.write(`
  AI Video Engineer is ready${mockMode ? ' (mock mode: no keys, no cost)' : ''}

    Page   ${address}
    API    ${address}/docs

  Make a video from another terminal:

    curl -s ${address}/generate-video -H 'Content-Type: application/json' \\
      -d '${JSON.stringify(EXAMPLE_REQUEST)}'

`);
}
