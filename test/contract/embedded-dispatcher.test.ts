import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createScratchFolder } from '../fixtures/scratch-folder.ts';
import { openSqliteJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createEmbeddedDispatcher } from '../../src/jobs/dispatchers/embedded.ts';
import { dispatcherContract } from './dispatcher.ts';

dispatcherContract({
  name: 'embedded, on SQLite',
  isShared: false,
  async createGround() {
    const folder = createScratchFolder('dispatcher');
    // SQLite blocks the thread: two connections of one process would wait for each other. So all have the same.
    const store = openSqliteJournal({ path: join(folder, 'jobs.db'), clock: systemClock });
    return {
      openStore: async () => ({ ...store, async close() {} }),
      // A frozen process is still this one, so there is no lock to hold: tests let one work at a time.
      createDispatcher: (options) => ({
        dispatcher: createEmbeddedDispatcher({ ...options, instanceLock: { folder, release() {} } }),
      }),
      async dispose() {
        await store.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});
