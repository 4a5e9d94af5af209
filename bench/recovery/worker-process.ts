import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { openPostgresJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createBullMqDispatcher } from '../../src/jobs/dispatchers/bullmq.ts';
import { QUIET_LOG } from '../jobs/four-steps.ts';

/*
 * A worker with the settings of the product, whose jobs have one step that waits. Arguments: the schema, what the process is
 * called, and for how many milliseconds a step waits. Says that it works, and goes on until its parent disconnects.
 */

const [schema = '', workerId = '', stepMilliseconds] = process.argv.slice(2);
const { TEST_DATABASE_URL: url = '', TEST_REDIS_URL: redisUrl = '' } = process.env;
const store = await openPostgresJournal({ url, schema, log: QUIET_LOG });
const dispatcher = createBullMqDispatcher({
  store,
  redisUrl,
  workerId,
  prefix: schema,
  clock: systemClock,
  concurrency: 4,
  workflow: {
    steps: [{ name: 'work', weight: 1 }],
    run: ({ step }) =>
      step('work', async ({ signal }) => {
        await wait(Number(stepMilliseconds), undefined, { signal });
        return null;
      }),
  },
  log: QUIET_LOG,
});
await dispatcher.start();
process.send?.('works');
await once(process, 'disconnect');
await dispatcher.drain({ graceMilliseconds: 0 });
await store.close();
