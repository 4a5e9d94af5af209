import { describe } from 'node:test';
import { createPollingDispatcher } from '../../src/jobs/dispatchers/polling.ts';
import { WITHOUT_DATABASE } from '../fixtures/services.ts';
import { dispatcherContract } from './dispatcher.ts';
import { createPostgresGround } from './dispatcher/postgres-ground.ts';

describe('processes that share a PostgreSQL', { skip: WITHOUT_DATABASE }, () => {
  dispatcherContract({
    name: 'polling, on PostgreSQL',
    isShared: true,
    createGround: async () => ({
      ...createPostgresGround(),
      createDispatcher: (options) => ({ dispatcher: createPollingDispatcher(options) }),
    }),
  });
});
