import { describe } from 'node:test';
import { WITHOUT_DATABASE, WITHOUT_REDIS } from '../fixtures/services.ts';
import { dispatcherContract } from './dispatcher.ts';
import { createRedisGround } from './dispatcher/redis-ground.ts';

describe('processes that share a PostgreSQL and a Redis', { skip: WITHOUT_DATABASE || WITHOUT_REDIS }, () => {
  dispatcherContract({ name: 'BullMQ, on PostgreSQL', isShared: true, createGround: createRedisGround });
});
