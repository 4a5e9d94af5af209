import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { TEST_REDIS_URL, WITHOUT_DATABASE, WITHOUT_REDIS } from '../fixtures/services.ts';
import type { TcpProxy } from '../fixtures/tcp-proxy.ts';
import { createGates } from './dispatcher/gates.ts';
import { createRedisGround } from './dispatcher/redis-ground.ts';
import { Stage, until } from './dispatcher/stage.ts';

/** What Redis holds is worth nothing: whatever happens to it, the jobs run. */
describe('Dispatcher: BullMQ, when Redis fails', { skip: WITHOUT_DATABASE || WITHOUT_REDIS, concurrency: 3 }, () => {
  async function createFaultStage(test: TestContext): Promise<{ stage: Stage; ways: readonly TcpProxy[] }> {
    const ground = await createRedisGround();
    const stage = new Stage(ground, await ground.openStore());
    test.after(() => stage.dispose());
    return { stage, ways: ground.ways };
  }

  const submitMany = (stage: Stage, to: Parameters<Stage['submit']>[0], count: number): Promise<readonly string[]> =>
    Promise.all(Array.from({ length: count }, () => stage.submit(to)));

  it('finishes all jobs when Redis loses everything in the middle', async (test) => {
    const { stage } = await createFaultStage(test);
    const gates = createGates();
    const processes = [
      await stage.startProcess({ run: gates.run, concurrency: 2 }),
      await stage.startProcess({ run: gates.run, concurrency: 2 }),
    ];
    const ids = await submitMany(stage, processes[0]!, 12);
    await until(
      () => gates.waiting.length === 4,
      () => 'both processes are busy',
    );
    const redis = new Redis(TEST_REDIS_URL ?? '');
    await redis.flushall();
    redis.disconnect();
    const ended = new Set<string>();
    while (ended.size < ids.length) {
      await until(
        () => gates.waiting.length > 0,
        () => `one more than ${ended.size} of ${ids.length} jobs has begun`,
      );
      for (const id of gates.waiting) {
        ended.add(id);
        gates.open(id);
      }
    }
    await stage.waitForAll(ids);
    for (const id of ids) assert.equal((await stage.job(id)).attempts, 1);
    // A token that is gone says nothing against the Redis that is there.
    const errors = processes.flatMap(({ log }) => log.lines.filter(({ level }) => level === 'error'));
    assert.deepEqual(errors, []);
  });

  it('runs jobs while Redis cannot be reached from the start, and throws at nobody', async (test) => {
    const { stage, ways } = await createFaultStage(test);
    await Promise.all(ways.map((way) => way.close()));
    const process = await stage.startProcess({ run: async () => 1 });
    await stage.waitForAll(await submitMany(stage, process, 5));
    const errors = process.log.lines.filter(({ level }) => level === 'error');
    assert.deepEqual(
      errors.map(({ message }) => message),
      ['Redis cannot be used; jobs are taken from the journal until it can'],
    );
  });

  it('runs jobs when its connections are cut again and again, and is woken by Redis afterwards', async (test) => {
    const { stage, ways } = await createFaultStage(test);
    const process = await stage.startProcess({ run: async () => 1 });
    const ids: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      ids.push(...(await submitMany(stage, process, 3)));
      for (const way of ways) way.cut();
    }
    await stage.waitForAll(ids);
    await stage.waitForAll(await submitMany(stage, process, 3));
  });

  it('runs jobs while Redis takes connections and says nothing', async (test) => {
    const { stage, ways } = await createFaultStage(test);
    const process = await stage.startProcess({ run: async () => 1 });
    await stage.waitForAll(await submitMany(stage, process, 2));
    for (const way of ways) way.hold();
    await stage.waitForAll(await submitMany(stage, process, 3));
    await stage.waitForAll(await submitMany(stage, process, 3));
    await process.dispatcher.drain({ graceMilliseconds: 0 });
  });

  it('tells the process that runs a job of its cancel through Redis, without waiting for the lease', async (test) => {
    const { stage } = await createFaultStage(test);
    const gates = createGates();
    const worker = await stage.startProcess({ run: gates.run, leaseMilliseconds: 3_600_000 });
    const other = await stage.openProcess({ run: gates.run });
    const id = await stage.submit(worker);
    await gates.reached(id);
    await stage.reader.requestCancel(id);
    // Said again until it is heard: a message to a subscriber that has not arrived yet is lost, and the lease would tell.
    await until(
      async () => {
        other.dispatcher.notify(id);
        return (await stage.job(id)).status === 'cancelled';
      },
      () => 'the job is cancelled',
    );
  });
});
