import { openPostgresJournal } from '../../../src/app/journal.ts';
import { createRecordingLog } from '../../fixtures/job-run.ts';
import { createTestSchema, TEST_DATABASE_URL } from '../../fixtures/services.ts';
import type { Ground } from './stage.ts';

/** A server takes 100 connections, and a test opens several processes. */
const CONNECTIONS_OF_A_PROCESS = 3;

/** A journal in a schema of its own; the server tells the time, as in the product. */
export function createPostgresGround(): Pick<Ground, 'openStore' | 'dispose'> & { readonly schema: string } {
  const schema = createTestSchema();
  return {
    schema: schema.name,
    openStore: () =>
      openPostgresJournal({
        url: TEST_DATABASE_URL ?? '',
        schema: schema.name,
        log: createRecordingLog(),
        maximumConnections: CONNECTIONS_OF_A_PROCESS,
      }),
    dispose: () => schema.drop(),
  };
}
