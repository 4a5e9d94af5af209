import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createScratchFolder } from '../../../test/fixtures/scratch-folder.ts';
import { systemClock } from '../../core/clock.ts';
import { openSqliteReader } from './sqlite-reader.ts';
import { openSqliteDriver } from './sqlite.ts';

const MIGRATIONS = ['CREATE TABLE words (word TEXT NOT NULL) STRICT'];

test('a reader sees what is committed, while the file is written to and when nobody else has it open', async (context) => {
  const folder = createScratchFolder('sqlite-reader');
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.sqlite');
  const writer = openSqliteDriver({ path, migrations: MIGRATIONS, clock: systemClock });
  const write = (word: string) => writer.transaction(({ run }) => run('INSERT INTO words VALUES ($1)', word));
  await write('first');
  const reader = openSqliteReader({ path, migrationCount: 1, clock: systemClock });
  const words = (from = reader) =>
    from.read(async ({ all }) => (await all('SELECT word FROM words WHERE word <> $1', 'x')).map((row) => row['word']));
  assert.deepEqual(await words(), ['first']);
  await write('second');
  assert.deepEqual(await words(), ['first', 'second']);
  await assert.rejects(
    reader.read(({ run }) => run("INSERT INTO words VALUES ('third')")),
    /no statement that changes/,
  );
  await reader.close();
  await write('third');
  await writer.close();
  const alone = openSqliteReader({ path, migrationCount: 1, clock: systemClock });
  assert.deepEqual(await words(alone), ['first', 'second', 'third']);
  await alone.close();
});

test('a file of another release, or none, is told in plain words', async (context) => {
  const folder = createScratchFolder('sqlite-reader');
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.sqlite');
  await openSqliteDriver({ path, migrations: MIGRATIONS, clock: systemClock }).close();
  const open =
    (migrationCount: number, file = path) =>
    () =>
      openSqliteReader({ path: file, migrationCount, clock: systemClock });
  assert.throws(open(2), { code: 'storage_failed', message: /must have schema version 2; .* has version 1/ });
  assert.throws(open(1, join(folder, 'none.sqlite')), { code: 'storage_failed', kind: 'storage' });
});
