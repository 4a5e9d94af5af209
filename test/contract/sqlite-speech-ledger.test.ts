import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { speechLedgerContract } from './speech-ledger.ts';
import { createScratchFolder } from '../fixtures/scratch-folder.ts';
import { openSqliteSpeechLedger } from '../../src/app/speech-stores.ts';

const folder = createScratchFolder('speech-ledger');
let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}.sqlite`);
after(() => rmSync(folder, { recursive: true }));

speechLedgerContract(
  'sqlite',
  async () => {
    const path = newFile();
    return {
      open: async () => openSqliteSpeechLedger({ path }),
      async execute(sql) {
        const database = new DatabaseSync(path, { timeout: 5_000 });
        database.exec(sql);
        database.close();
      },
    };
  },
  { runs: 60 },
);

test('the operations of one user in a period are found by an index', async () => {
  const path = newFile();
  await openSqliteSpeechLedger({ path }).close();
  const database = new DatabaseSync(path);
  const plan = database
    .prepare('EXPLAIN QUERY PLAN SELECT * FROM speech_operations WHERE TRUE AND user_id = ? AND ended_at >= ?')
    .all('user-1', 0);
  assert.match(String(plan[0]?.['detail']), /speech_operations_by_user/);
  database.close();
});

test('a file that cannot be used is told as such', () => {
  const damaged = newFile();
  writeFileSync(damaged, 'This is not a database. '.repeat(100));
  assert.throws(() => openSqliteSpeechLedger({ path: damaged }), { kind: 'storage' });
  assert.throws(() => openSqliteSpeechLedger({ path: join(folder, 'missing', 'x.sqlite') }), { kind: 'storage' });
  const newer = newFile();
  const database = new DatabaseSync(newer);
  database.exec('PRAGMA user_version = 9');
  database.close();
  assert.throws(() => openSqliteSpeechLedger({ path: newer }), { kind: 'storage', message: /newer release/ });
});
