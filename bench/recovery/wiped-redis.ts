import { Redis } from 'ioredis';
import { TEST_REDIS_URL } from '../../test/fixtures/services.ts';
import { until } from './dead-worker.ts';
import { withBenchJournal } from './journal-of-bench.ts';

const JOBS = 100;
const STEP_MILLISECONDS = 100;

/** For each FLUSHALL with a hundred jobs accepted: milliseconds until the last of them has begun, on two workers with four places each. */
export async function measureWipes(tries: number): Promise<readonly number[]> {
  const redis = new Redis(TEST_REDIS_URL ?? '');
  const milliseconds: number[] = [];
  try {
    for (let index = 0; index < tries; index += 1) milliseconds.push(await measureOne(redis));
  } finally {
    redis.disconnect();
  }
  return milliseconds;
}

async function measureOne(redis: Redis): Promise<number> {
  return withBenchJournal(async (journal) => {
    await Promise.all([journal.startWorker(STEP_MILLISECONDS), journal.startWorker(STEP_MILLISECONDS)]);
    await journal.accept(JOBS);
    await until(async () => (await journal.begun(1)).size >= JOBS / 10);
    const wipedAt = await journal.now();
    await redis.flushall();
    await until(async () => (await journal.begun(1)).size === JOBS);
    return Math.max(...(await journal.begun(1)).values()) - wipedAt;
  });
}
