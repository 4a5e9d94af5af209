import { once } from 'node:events';
import { openPostgresJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createBullMqDispatcher } from '../../src/jobs/dispatchers/bullmq.ts';
import { acceptedPerSecond, FOUR_STEPS, newBenchJob, QUIET_LOG } from './four-steps.ts';
import { CONCURRENCY, type SharedOrder } from './measurement.ts';

/*
 * One of several processes on a PostgreSQL and a Redis. Arguments: the schema, and what the process is called. Says that it is
 * ready, then obeys SharedOrders until its parent disconnects; of `accept` it tells how many were accepted a second, and of
 * `rest` that it does.
 */

const [schema = '', workerId = ''] = process.argv.slice(2);
const { TEST_DATABASE_URL: url = '', TEST_REDIS_URL: redisUrl = '' } = process.env;
const store = await openPostgresJournal({ url, schema, log: QUIET_LOG });
const newDispatcher = () =>
  createBullMqDispatcher({
    store,
    redisUrl,
    workerId,
    prefix: schema,
    clock: systemClock,
    concurrency: CONCURRENCY,
    workflow: FOUR_STEPS,
    log: QUIET_LOG,
  });
let dispatcher = newDispatcher();
process.on('message', (order: SharedOrder) => void obey(order));
process.send?.('ready');
await once(process, 'disconnect');
await dispatcher.drain({ graceMilliseconds: 1_000 });
await store.close();

async function obey(order: SharedOrder): Promise<void> {
  if (order.do === 'work') return dispatcher.start();
  if (order.do === 'rest') {
    await dispatcher.drain({ graceMilliseconds: 1_000 });
    dispatcher = newDispatcher();
    process.send?.('rested');
    return;
  }
  const { count, atOnce, label } = order;
  const perSecond = await acceptedPerSecond({
    count,
    atOnce,
    async accept(index) {
      const job = await store.create(newBenchJob(`${label}-${index}`, index));
      dispatcher.notify(job.id);
      return job;
    },
  });
  process.send?.(perSecond);
}
