import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { jobStoreContract } from '../../../test/contract/job-store.ts';
import { jobStoreModel } from '../../../test/contract/job-store-model.ts';
import type { StoreUnderTest } from '../../../test/contract/job-store/subject.ts';
import { createScratchFolder } from '../../../test/fixtures/scratch-folder.ts';
import { openSqliteJobStore } from './sqlite.ts';

async function createSqliteStore(clock: { now(): number }): Promise<StoreUnderTest> {
  const folder = createScratchFolder('job-store');
  const open = () => openSqliteJobStore({ path: join(folder, 'jobs.db'), clock });
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
