import { describe } from 'node:test';
import { webhookOutboxContract } from './webhook-outbox.ts';
import { createRecordingLog } from '../fixtures/job-run.ts';
import { createManualTime } from '../fixtures/manual-time.ts';
import { createTestSchema, WITHOUT_DATABASE } from '../fixtures/services.ts';
import { openStage } from '../webhooks/sender-fixture.ts';
import { openPostgresJournalDatabase } from '../../src/app/journal.ts';

describe('the outbox in PostgreSQL', { skip: WITHOUT_DATABASE }, () => {
  webhookOutboxContract('postgres', async (context) => {
    const { url, name: schema, drop } = createTestSchema();
    const time = createManualTime();
    const database = await openPostgresJournalDatabase({ url, schema, clock: time.clock, log: createRecordingLog() });
    const stage = openStage(context, { time, database });
    context.after(drop);
    return stage;
  });
});
