import { join } from 'node:path';
import { openSqliteJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createEmbeddedDispatcher } from '../../src/jobs/dispatchers/embedded.ts';
import { lockDataFolder } from '../../src/jobs/instance-lock.ts';
import { acceptedPerSecond, FOUR_STEPS, newBenchJob, QUIET_LOG } from './four-steps.ts';
import { CLIENTS_AT_ONCE, CONCURRENCY, type EngineMeasurement } from './measurement.ts';

/*
 * One process with a journal of its own, durable as in the product. Arguments: the folder, how many jobs to accept each way.
 * Sends one EngineMeasurement to its parent.
 */

const [folder = '', countText] = process.argv.slice(2);
const count = Number(countText);
const instanceLock = lockDataFolder(folder, { clock: systemClock });
const store = openSqliteJournal({ path: join(folder, 'journal.sqlite'), clock: systemClock });

const accept = (label: string) => (index: number) => store.create(newBenchJob(`${label}-${index}`, index));
await acceptedPerSecond({ count: 50, atOnce: 1, accept: accept('warm-up') });
const enqueuesInTurn = await acceptedPerSecond({ count, atOnce: 1, accept: accept('in-turn') });
const enqueuesAtOnce = await acceptedPerSecond({ count, atOnce: CLIENTS_AT_ONCE, accept: accept('at-once') });

const total = 50 + 2 * count;
let finished = 0;
const allFinished = Promise.withResolvers<void>();
const dispatcher = createEmbeddedDispatcher({
  store,
  instanceLock,
  clock: systemClock,
  concurrency: CONCURRENCY,
  workflow: FOUR_STEPS,
  log: {
    ...QUIET_LOG,
    info(fields) {
      if (fields['outcome'] === 'completed' && ++finished === total) allFinished.resolve();
    },
  },
});
const startedAt = performance.now();
await dispatcher.start();
await allFinished.promise;
const jobsPerSecond = total / ((performance.now() - startedAt) / 1000);
await dispatcher.drain({ graceMilliseconds: 1_000 });
await store.close();
instanceLock.release();
process.send?.({ enqueuesInTurn, enqueuesAtOnce, jobsPerSecond } satisfies EngineMeasurement);
process.disconnect();
