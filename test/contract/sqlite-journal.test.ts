import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { costCapsContract } from './cost-caps.ts';
import { jobStoreContract } from './job-store.ts';
import { jobStoreModel } from './job-store-model.ts';
import type { StoreUnderTest } from './job-store/subject.ts';
import { createScratchFolder } from '../fixtures/scratch-folder.ts';
import { openSqliteJournal } from '../../src/app/journal.ts';

async function createSqliteStore(clock: { now(): number }): Promise<StoreUnderTest> {
  const folder = createScratchFolder('job-store');
  const open = () => openSqliteJournal({ path: join(folder, 'jobs.db'), clock });
  let store = open();
  return {
    store,
    async reopen() {
      await store.close();
      store = open();
      return store;
    },
    async dispose() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

jobStoreContract('sqlite', createSqliteStore);
jobStoreModel('sqlite', createSqliteStore, { runs: 60 });
costCapsContract(
  'sqlite',
  async (clock, caps) => {
    const folder = createScratchFolder('cost-caps');
    const store = openSqliteJournal({ path: join(folder, 'jobs.db'), clock, caps });
    return {
      stores: [store],
      async dispose() {
        await store.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
  { runs: 40 },
);
