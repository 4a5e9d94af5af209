import { describe } from 'node:test';
import { speechLedgerContract } from './speech-ledger.ts';
import { createRecordingLog } from '../fixtures/job-run.ts';
import { askDatabase, createTestSchema, WITHOUT_DATABASE } from '../fixtures/services.ts';
import { openPostgresSpeechLedger } from '../../src/app/speech-stores.ts';

describe('the speech ledger in PostgreSQL', { skip: WITHOUT_DATABASE }, () => {
  speechLedgerContract(
    'postgres',
    async (context) => {
      const { url, name: schema, drop } = createTestSchema();
      context.after(drop);
      const inSchema = new URL(url);
      inSchema.searchParams.set('options', `-c search_path=${schema}`);
      return {
        open: () => openPostgresSpeechLedger({ url, schema, log: createRecordingLog() }),
        execute: (sql) => askDatabase(sql, [], inSchema.href),
      };
    },
    { runs: 5 },
  );
});
