import assert from 'node:assert/strict';
import { createBullMqDispatcher } from '../../../src/jobs/dispatchers/bullmq.ts';
import { TEST_REDIS_URL } from '../../fixtures/services.ts';
import { startTcpProxy, type TcpProxy } from '../../fixtures/tcp-proxy.ts';
import { createPostgresGround } from './postgres-ground.ts';
import type { Ground } from './stage.ts';

/** Enough for any test; each process has a way to Redis of its own. */
const PROCESSES = 4;

/** A journal in PostgreSQL, a Redis that others use too, and the ways there, in the order of the processes. */
export async function createRedisGround(): Promise<Ground & { readonly ways: readonly TcpProxy[] }> {
  assert.ok(TEST_REDIS_URL);
  const redis = new URL(TEST_REDIS_URL);
  const target = { host: redis.hostname, port: Number(redis.port) };
  const ways = await Promise.all(Array.from({ length: PROCESSES }, () => startTcpProxy(target)));
  const { schema, ...ground } = createPostgresGround();
  let opened = 0;
  return {
    ways,
    openStore: ground.openStore,
    createDispatcher(options) {
      const way = ways[opened];
      opened += 1;
      assert.ok(way, `a test opens at most ${PROCESSES} processes`);
      const url = new URL(redis);
      url.port = String(way.port);
      const dispatcher = createBullMqDispatcher({ ...options, redisUrl: url.href, prefix: schema });
      return { dispatcher, freeze: way.hold, thaw: way.release };
    },
    async dispose() {
      await Promise.all(ways.map((way) => way.close()));
      await ground.dispose();
    },
  };
}
