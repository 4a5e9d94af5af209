import { describe } from 'node:test';
import { speechStateContract } from './speech-state.ts';
import { createRecordingLog } from '../fixtures/job-run.ts';
import { createTestSchema, WITHOUT_DATABASE } from '../fixtures/services.ts';
import { openPostgresSpeechState } from '../../src/app/speech-stores.ts';

describe('the speech state in PostgreSQL', { skip: WITHOUT_DATABASE }, () => {
  speechStateContract('postgres', async (context) => {
    const { url, name: schema, drop } = createTestSchema();
    context.after(drop);
    const server = `{ url: ${JSON.stringify(url)}, schema: '${schema}', log: { info() {}, warn() {} } }`;
    return {
      open: () => openPostgresSpeechState({ url, schema, log: createRecordingLog() }),
      expression: `stores.openPostgresSpeechState(${server})`,
    };
  });
});
