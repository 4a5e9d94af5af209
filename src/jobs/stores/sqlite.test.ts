import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobStoreContract } from '../../../test/contract/job-store.ts';
import { openSqliteJobStore } from './sqlite.ts';

jobStoreContract('sqlite', async (clock) => {
  const folder = mkdtempSync(join(tmpdir(), 'job-store-'));
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
});
