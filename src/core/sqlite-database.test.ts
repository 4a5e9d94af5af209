import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { toStorageError } from './sqlite-fault.ts';
import { openSqliteJournal } from '../app/journal.ts';
import { openSqliteDatabase } from './sqlite-database.ts';
import { MIGRATIONS } from '../jobs/sql/migrations.ts';

const NOTES = ['CREATE TABLE notes (text TEXT) STRICT'];
const clock = { now: () => Date.UTC(2026, 0, 1) };

describe('openSqliteDatabase', () => {
  const root = mkdtempSync(join(tmpdir(), 'sqlite-database-'));
  after(() => rmSync(root, { recursive: true }));
  let lastFile = 0;
  const newPath = () => join(root, `${(lastFile += 1)}.db`);

  it('keeps a write-ahead log and puts every commit on disk', () => {
    const database = openSqliteDatabase({ path: newPath(), migrations: NOTES });
    assert.equal(database.statement('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
    assert.equal(database.statement('PRAGMA synchronous').get()?.['synchronous'], 2);
    assert.equal(database.statement('PRAGMA foreign_keys').get()?.['foreign_keys'], 1);
    database.close();
    database.close();
  });

  it('leaves no trace of a transaction that throws', () => {
    const database = openSqliteDatabase({ path: newPath(), migrations: NOTES });
    const failure = new Error('of the work');
    const write = () =>
      database.transaction(() => {
        database.statement("INSERT INTO notes VALUES ('x')").run();
        throw failure;
      });
    assert.throws(write, failure);
    assert.throws(() => database.transaction(() => database.transaction(() => 1)), /within a transaction/);
    assert.equal(database.statement('SELECT count(*) AS n FROM notes').get()?.['n'], 0);
    database.close();
  });

  it('applies each migration once, in order, and refuses a newer schema', () => {
    const path = newPath();
    openSqliteDatabase({ path, migrations: NOTES }).close();
    const migrations = [
      ...NOTES,
      "ALTER TABLE notes ADD COLUMN more TEXT DEFAULT 'm'",
      "INSERT INTO notes (text) VALUES ('once')",
    ];
    for (let open = 0; open < 2; open += 1) {
      const database = openSqliteDatabase({ path, migrations });
      assert.deepEqual({ ...database.statement('SELECT * FROM notes').get() }, { text: 'once', more: 'm' });
      assert.equal(database.statement('SELECT count(*) AS n FROM notes').get()?.['n'], 1);
      database.close();
    }
    assert.throws(() => openSqliteDatabase({ path, migrations: NOTES }), {
      code: 'storage_failed',
      message: /schema version 1 or less; .* has version 3/,
    });
    assert.throws(() => openSqliteDatabase({ path, migrations: [...migrations, 'DROP TABLE nothing'] }));
    openSqliteDatabase({ path, migrations }).close();
  });

  it('says that a file is no database, is damaged, or cannot be opened', () => {
    const noDatabase = newPath();
    writeFileSync(noDatabase, 'something else '.repeat(1_000));
    assert.throws(() => openSqliteDatabase({ path: noDatabase, migrations: NOTES }), {
      code: 'storage_corrupt',
      kind: 'storage',
      message: `The database file is not a SQLite database: ${noDatabase}.`,
    });

    const damaged = newPath();
    const store = openSqliteDatabase({ path: damaged, migrations: MIGRATIONS });
    store.close();
    truncateSync(damaged, 4096 * 3);
    assert.throws(() => openSqliteDatabase({ path: damaged, migrations: MIGRATIONS }), {
      code: 'storage_corrupt',
      kind: 'storage',
      message: `The database file is damaged: ${damaged}.`,
    });

    const folder = newPath();
    mkdirSync(folder);
    for (const path of [folder, join(root, 'missing', 'x.db')]) {
      assert.throws(() => openSqliteDatabase({ path, migrations: NOTES }), {
        code: 'storage_failed',
        kind: 'storage',
        message: `The database file cannot be opened or created: ${path}.`,
      });
    }
  });

  it('says that the disk is full, keeps what was written before, and works again when there is room', () => {
    const path = newPath();
    const database = openSqliteDatabase({ path, migrations: NOTES });
    const insert = () =>
      database.transaction(() => database.statement('INSERT INTO notes VALUES (?)').run('x'.repeat(3_000)));
    insert();
    // SQLite reports its own page limit and a full disk with the same code, SQLITE_FULL.
    database.statement('PRAGMA max_page_count = 4').get();
    assert.throws(
      () => {
        for (let index = 0; index < 20; index += 1) insert();
      },
      { code: 'storage_failed', kind: 'storage', message: 'The disk is full.' },
    );
    const count = () => database.statement('SELECT count(*) AS n FROM notes').get()?.['n'];
    const before = Number(count());
    assert.ok(before >= 1);
    assert.throws(insert, { kind: 'storage' });
    database.statement('PRAGMA max_page_count = 1000').get();
    insert();
    assert.equal(count(), before + 1);
    database.close();
  });

  it('says that a database may not be written to', () => {
    const path = newPath();
    openSqliteDatabase({ path, migrations: NOTES }).close();
    const readOnly = new DatabaseSync(path, { readOnly: true });
    assert.throws(
      () => {
        try {
          readOnly.exec("INSERT INTO notes VALUES ('x')");
        } catch (error) {
          throw toStorageError(error);
        }
      },
      { code: 'storage_failed', kind: 'storage', message: 'The database may not be written to (read-only).' },
    );
    readOnly.close();
  });

  it('says that another process holds the database', () => {
    const path = newPath();
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN EXCLUSIVE');
    const opener = new DatabaseSync(path, { timeout: 0 });
    assert.throws(
      () => {
        try {
          opener.exec('BEGIN IMMEDIATE');
        } catch (error) {
          throw toStorageError(error);
        }
      },
      { code: 'storage_busy', kind: 'storage' },
    );
    opener.close();
    holder.close();
  });

  it('reports a write that the system cuts off, loses nothing that was acknowledged, and reopens', async (context) => {
    if (process.platform === 'win32') return context.skip('needs a shell with ulimit');
    const folder = join(root, 'limited');
    mkdirSync(folder);
    // The system refuses every write behind the first 1 or 2 MiB of a file (shells differ), in the middle of a commit too.
    const writer = `
      import { openSqliteJournal } from ${JSON.stringify(join(import.meta.dirname, '../app/journal.ts'))};
      const store = openSqliteJournal({ path: ${JSON.stringify(join(folder, 'jobs.db'))}, clock: { now: () => 1 } });
      for (let index = 0; ; index += 1) {
        try {
          await store.create({ id: 'job-' + index, userId: 'u', input: 'x'.repeat(9_000), priority: 0, runAt: 0 });
        } catch (error) {
          console.log(JSON.stringify({ accepted: index, code: error.code, kind: error.kind, message: error.message }));
          break;
        }
      }`;
    const child = spawnSync(
      'sh',
      ['-c', 'ulimit -f 2048; exec "$0" --input-type=module-typescript -e "$1"', process.execPath, writer],
      { encoding: 'utf8', timeout: 20_000 },
    );
    assert.equal(child.stderr, '');
    const report = JSON.parse(child.stdout) as { accepted: number; code: string; kind: string; message: string };
    assert.ok(report.accepted > 5);
    assert.deepEqual([report.code, report.kind], ['storage_failed', 'storage']);
    assert.match(report.message, /input\/output error|disk is full/);
    assert.ok(readdirSync(folder).includes('jobs.db'));
    const store = openSqliteJournal({ path: join(folder, 'jobs.db'), clock });
    const { jobs } = await store.list({ limit: 1_000 });
    assert.equal(jobs.length, report.accepted);
    await store.close();
  });
});
