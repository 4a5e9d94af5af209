import { describe } from 'node:test';
import { costCapsContract } from './cost-caps.ts';
import { jobStoreContract } from './job-store.ts';
import { jobStoreModel } from './job-store-model.ts';
import type { StoreUnderTest } from './job-store/subject.ts';
import { createRecordingLog } from '../fixtures/job-run.ts';
import { createTestSchema, WITHOUT_DATABASE } from '../fixtures/services.ts';
import { openPostgresJournal } from '../../src/app/journal.ts';

async function createPostgresStore(clock: { now(): number }): Promise<StoreUnderTest> {
  const schema = createTestSchema();
  const { url, name } = schema;
  const open = () => openPostgresJournal({ url, schema: name, clock, log: createRecordingLog() });
  let store = await open();
  return {
    store,
    async reopen() {
      await store.close();
      store = await open();
      return store;
    },
    async dispose() {
      await store.close();
      await schema.drop();
    },
  };
}

describe('the journal in PostgreSQL', { skip: WITHOUT_DATABASE }, () => {
  jobStoreContract('postgres', createPostgresStore);
  jobStoreModel('postgres', createPostgresStore, { runs: 5 });
  costCapsContract(
    'postgres',
    async (clock, caps) => {
      const schema = createTestSchema();
      const { url, name } = schema;
      const open = () => openPostgresJournal({ url, schema: name, clock, caps, log: createRecordingLog() });
      const stores = [await open(), await open(), await open()];
      return {
        stores,
        async dispose() {
          await Promise.all(stores.map((store) => store.close()));
          await schema.drop();
        },
      };
    },
    { runs: 6 },
  );
});
