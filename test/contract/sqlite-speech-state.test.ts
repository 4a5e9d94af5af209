import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { speechStateContract } from './speech-state.ts';
import { createScratchFolder } from '../fixtures/scratch-folder.ts';
import { openSqliteSpeechState } from '../../src/app/speech-stores.ts';

const folder = createScratchFolder('speech-state');
let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}.sqlite`);
after(() => rmSync(folder, { recursive: true }));

speechStateContract('sqlite', async () => {
  const path = newFile();
  return {
    open: async () => openSqliteSpeechState({ path }),
    expression: `stores.openSqliteSpeechState({ path: ${JSON.stringify(path)} })`,
  };
});

test('a file of the first release is read as it is', async () => {
  const path = newFile();
  const file = new DatabaseSync(path);
  file.exec(`
    CREATE TABLE documents (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE audit (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
    INSERT INTO documents VALUES ('spend', '{"entries":[{"atMilliseconds":1,"userId":"ann","usd":2}]}');
    PRAGMA user_version = 1`);
  file.close();
  const state = openSqliteSpeechState({ path });
  assert.deepEqual(await state.read('spend'), { entries: [{ atMilliseconds: 1, userId: 'ann', usd: 2 }] });
  await state.close();
});

test('a file that is no database is told as such', () => {
  const path = newFile();
  writeFileSync(path, 'not a database, but long enough to be taken for one '.repeat(40));
  assert.throws(() => openSqliteSpeechState({ path }), { name: 'AppError', kind: 'storage' });
});
