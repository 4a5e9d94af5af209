import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRecordingLog } from '../../../test/fixtures/job-run.ts';
import { createManualTime, settle } from '../../../test/fixtures/manual-time.ts';
import { askDatabase, createTestSchema, TEST_DATABASE_URL, WITHOUT_DATABASE } from '../../../test/fixtures/services.ts';
import { AppError } from '../../core/errors.ts';
import type { SqlDatabase } from '../sql-database.ts';
import { openPostgresDriver } from './postgres.ts';

const MIGRATIONS = [
  `CREATE TABLE notes (number INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL UNIQUE, size REAL, at INTEGER) STRICT`,
  `INSERT INTO notes (text, size, at) VALUES ('first', 0.5, 9007199254740991)`,
];
const INSERT = 'INSERT INTO notes (text) VALUES ($1)';
const TEXTS = 'SELECT text FROM notes ORDER BY number';

describe('openPostgresDriver', { skip: WITHOUT_DATABASE, timeout: 60_000 }, () => {
  const schema = createTestSchema();
  const log = createRecordingLog();
  let database: SqlDatabase;

  const opened: SqlDatabase[] = [];
  const open = async (options: Partial<Parameters<typeof openPostgresDriver>[0]> = {}): Promise<SqlDatabase> => {
    const own = { url: schema.url, schema: schema.name, migrations: MIGRATIONS, migrationSet: 'notes', log };
    const driver = await openPostgresDriver({ ...own, ...options });
    opened.push(driver);
    return driver;
  };
  const texts = async (): Promise<unknown[]> =>
    (await database.read(({ all }) => all(TEXTS))).map((row) => row['text']);
  const ownBackend = 'SELECT pg_terminate_backend(pg_backend_pid())';

  before(async () => {
    // Eight processes start at once on an empty database: one makes the tables.
    [database] = (await Promise.all(Array.from({ length: 8 }, () => open()))) as [SqlDatabase];
  });
  after(async () => {
    await Promise.all(opened.map((driver) => driver.close()));
    await schema.drop();
  });

  it('makes the tables once, each set of migrations by itself', async () => {
    assert.deepEqual(await texts(), ['first']);
    await open({ migrationSet: 'words', migrations: ['CREATE TABLE words (text TEXT) STRICT'] });
    const versions = await database.read(({ all }) => all('SELECT name, version FROM schema_migrations ORDER BY name'));
    assert.deepEqual(
      versions.map((row) => ({ ...row })),
      [
        { name: 'notes', version: 2 },
        { name: 'words', version: 1 },
      ],
    );
  });

  it('takes a statement that nobody waited for into the transaction, and fails with it', async () => {
    for (const time of ['exact', 'close'] as const) {
      await database.transaction(async ({ send }) => send(INSERT, `sent ${time}`), { time });
      const work = database.transaction(
        async ({ run, send }) => {
          await run(INSERT, 'with it');
          send(INSERT, 'first');
          send(INSERT, 'after it');
        },
        { time },
      );
      await assert.rejects(work, (error: unknown) => {
        assert.ok(error instanceof AppError);
        assert.equal(error.kind, 'internal');
        assert.match(String(error.cause), /duplicate key/);
        return true;
      });
    }
    const stored = await texts();
    await database.transaction(async ({ send }) => send("DELETE FROM notes WHERE text LIKE 'sent%'"));
    assert.deepEqual(stored, ['first', 'sent exact', 'sent close']);
  });

  it('sends what does not wait for an answer in its order', async () => {
    const values = await database.read(async ({ get }) => {
      const answers = Array.from({ length: 50 }, (_, index) => get('SELECT $1::bigint AS value', index));
      return (await Promise.all(answers)).map((row) => row?.['value']);
    });
    assert.deepEqual(
      values,
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  it('refuses a database that a newer release has written', async () => {
    await assert.rejects(open({ migrations: MIGRATIONS.slice(0, 1) }), {
      kind: 'storage',
      message: /must have schema version 1 or less; PostgreSQL at .* has version 2, written by a newer release\.$/,
    });
  });

  it('hands out new identities behind those that a migration has copied', async () => {
    const set = {
      migrationSet: 'copies',
      migrations: [
        `CREATE TABLE copies (number INTEGER PRIMARY KEY, text TEXT) STRICT; INSERT INTO copies VALUES (41, 'x')`,
      ],
    };
    const other = await open(set);
    const row = await other.transaction(({ get }) => get(`INSERT INTO copies (text) VALUES ('y') RETURNING number`));
    assert.equal(row?.['number'], 42);
  });

  it('gives the values that SQLite gives', async () => {
    const row = await database.read(({ get }) =>
      get(
        `SELECT number, text, size, at, $1::text AS nothing, (SELECT sum(number) FROM notes) AS sum FROM notes`,
        null,
      ),
    );
    const expected = { number: 1, text: 'first', size: 0.5, at: Number.MAX_SAFE_INTEGER, nothing: null, sum: 1 };
    assert.deepEqual({ ...row }, expected);
  });

  it('takes the time from the database, in whole milliseconds, unless it was given a clock', async () => {
    const [{ before = 0 } = {}] = await askDatabase(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS before',
    );
    const now = await database.transaction(async (session) => session.now);
    const [{ after = 0 } = {}] = await askDatabase(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS after',
    );
    assert.ok(Number.isSafeInteger(now));
    assert.ok(now >= Math.floor(Number(before)) && now <= Number(after));
    const other = await open({ clock: { now: () => 7 } });
    assert.deepEqual(
      [await other.transaction(async ({ now }) => now), await other.read(async ({ now }) => now)],
      [7, 7],
    );
  });

  it('reads on one state, whatever is committed meanwhile', async () => {
    await database.read(async ({ all }) => {
      const first = await all(TEXTS);
      await database.transaction(({ run }) => run(INSERT, 'meanwhile'));
      assert.deepEqual(await all(TEXTS), first);
    });
    await assert.rejects(
      database.read(({ run }) => run(INSERT, 'never')),
      { kind: 'storage' },
    );
  });

  it('commits durably, and with the settings of its own whatever the address says', async () => {
    const url = `${schema.url}&options=${encodeURIComponent('-c synchronous_commit=off -c statement_timeout=1')}&lock_timeout=1`;
    const other = await open({ url });
    const setting = async (name: string) =>
      (await other.transaction(({ get }) => get('SELECT current_setting($1) AS value', name)))?.['value'];
    assert.deepEqual(
      [await setting('synchronous_commit'), await setting('statement_timeout'), await setting('lock_timeout')],
      ['on', '10s', '5s'],
    );
  });

  it('leaves no trace of a transaction that throws, nor of one in which a statement failed', async () => {
    const before = await texts();
    const thrown = new Error('changed my mind');
    const changeOfMind = database.transaction(async ({ run }) => {
      await run(INSERT, 'gone');
      throw thrown;
    });
    await assert.rejects(changeOfMind, thrown);
    const swallowed = database.transaction(async ({ run }) => {
      await run(INSERT, 'gone too');
      await run(INSERT, 'first').catch(() => {});
      return 'fine';
    });
    await assert.rejects(swallowed, { kind: 'internal', code: 'internal_error' });
    assert.deepEqual(await texts(), before);
  });

  it('tells no value that it was given', async () => {
    const error = await database.transaction(({ run }) => run(INSERT, 'first')).catch((error: unknown) => error);
    assert.ok(error instanceof Error && error.cause instanceof Error);
    assert.match(error.cause.message, /SQLSTATE 23505, notes_text_key/);
    const number = await database
      .read(({ all }) => all('SELECT $1::bigint', 'a secret script'))
      .catch((e: unknown) => e);
    assert.ok(number instanceof Error);
    assert.doesNotMatch(JSON.stringify([error, number, error.cause, number.cause, String(number.cause)]), /secret/);
  });

  it('runs statements in the order in which they were asked for, and none after the end', async () => {
    let late: Promise<unknown> | undefined;
    const rows = await database.transaction(async ({ run, all }) => {
      late = new Promise((resolve) => void setTimeout(resolve, 20)).then(() => run(INSERT, 'too late'));
      late.catch(() => {});
      const [, , result] = await Promise.all([run(INSERT, 'one'), run(INSERT, 'two'), all(TEXTS)]);
      return result.slice(-2).map((row) => row['text']);
    });
    assert.deepEqual(rows, ['one', 'two']);
    await assert.rejects(late ?? Promise.resolve(), /before its transaction is over/);
  });

  it('runs a transaction again that met another one, and no other', async () => {
    await database.transaction(({ run }) => run('UPDATE notes SET size = 0'));
    const bothHaveOne = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    const add = (own: string, others: string, index: number) =>
      database.transaction(async ({ run }) => {
        runs += 1;
        await run('UPDATE notes SET size = size + 1 WHERE text = $1', own);
        bothHaveOne[index]?.resolve();
        await Promise.all(bothHaveOne.map(({ promise }) => promise));
        await run('UPDATE notes SET size = size + 1 WHERE text = $1', others);
      });
    await Promise.all([add('first', 'one', 0), add('one', 'first', 1)]);
    const sizes = await database.read(({ all }) => all(`SELECT size FROM notes WHERE text IN ('first', 'one')`));
    assert.deepEqual([runs, sizes.map((row) => row['size'])], [3, [2, 2]]);
  });

  it('gives up a transaction that does not end, and lets go of what it held', async () => {
    const { timer, advance } = createManualTime();
    const other = await open({ timer, maximumConnections: 1 });
    const hasWritten = Promise.withResolvers<void>();
    const endless = other.transaction(async ({ run }) => {
      await run(INSERT, 'for ever');
      hasWritten.resolve();
      return new Promise<never>(() => {});
    });
    const givenUp = assert.rejects(endless, { kind: 'storage', message: /must end within 20 s/ });
    await hasWritten.promise;
    await advance(other.longestTransactionMilliseconds);
    await givenUp;
    await other.transaction(({ run }) => run(INSERT, 'for ever'));
  });

  it('drops a connection that broke, and says so', async () => {
    await assert.rejects(
      database.transaction(({ all }) => all(ownBackend)),
      { kind: 'storage', code: 'storage_failed', message: /^PostgreSQL at .* is shutting down\.$/ },
    );
    assert.ok((await texts()).length > 0);
    assert.ok((await schema.endConnections()) > 0);
    assert.ok((await texts().catch(texts)).length > 0);
  });

  it('says that the outcome is unknown when the connection breaks during the commit', async () => {
    const other = await open({
      migrationSet: 'cut',
      migrations: [
        `CREATE TABLE cut (text TEXT) STRICT;
         CREATE FUNCTION cut_connection() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER cut_at_commit AFTER INSERT ON cut DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION cut_connection()`,
      ],
    });
    await assert.rejects(
      other.transaction(({ run }) => run(`INSERT INTO cut VALUES ('x')`)),
      {
        kind: 'storage',
        code: 'storage_failed',
        message: /during a commit; whether the change was made is unknown\.$/,
      },
    );
  });

  it('announces to other processes, many times as one, and hears nothing of its own', async () => {
    const { timer, advance } = createManualTime();
    const announcer = await open({ timer });
    const heard = { own: 0, other: 0 };
    let wakeOwn = (): void => {};
    announcer.onAnnouncement(() => {
      heard.own += 1;
      wakeOwn();
    });
    let wake = (): void => {};
    const stop = database.onAnnouncement(() => {
      heard.other += 1;
      wake();
    });
    const nextHint = () => new Promise<void>((resolve) => void (wake = resolve));
    const nextForeign = () => new Promise<void>((resolve) => void (wakeOwn = resolve));
    // The first hint says that one listens from now on.
    await Promise.all([nextHint(), nextForeign()]);
    Object.assign(heard, { own: 0, other: 0 });
    const first = nextHint();
    announcer.announce();
    await first;
    const second = nextHint();
    for (let count = 0; count < 100; count += 1) announcer.announce();
    await settle();
    assert.equal(heard.other, 1);
    // The pause begins when the server has answered.
    while (heard.other < 2) {
      await Promise.race([second, advance(50)]);
    }
    const marker = await open();
    const [third, foreign] = [nextHint(), nextForeign()];
    marker.announce();
    await Promise.all([third, foreign]);
    assert.deepEqual(heard, { own: 1, other: 3 });
    stop();
  });

  it('hears again after its connection was ended, and tells of what it may have missed', async () => {
    const lines = createRecordingLog();
    const listener = await open({ log: lines, random: () => 0 });
    const announcer = await open();
    const heard = (): Promise<void> =>
      new Promise((resolve) => {
        const stop = listener.onAnnouncement(() => {
          stop();
          resolve();
        });
      });
    const first = heard();
    const announcing = setInterval(() => announcer.announce(), 20);
    await first;
    clearInterval(announcing);
    const missed = heard();
    await schema.endConnections();
    await missed;
    const again = heard();
    announcer.announce();
    await again;
    assert.deepEqual(
      lines.lines.filter(({ message }) => message.startsWith('Announcements')).map(({ level }) => level),
      ['warn', 'info'],
    );
  });

  it('passes the crash points of every commit', async () => {
    const passed: string[] = [];
    const other = await open({ crashPoint: (name) => passed.push(name) });
    await other.transaction(({ run }) => run(INSERT, 'with points'));
    assert.deepEqual(passed, ['transaction.before_commit', 'transaction.committed']);
  });

  it('says what is wrong with an address, and never the password', async () => {
    const { host } = new URL(TEST_DATABASE_URL ?? '');
    const refusals: readonly (readonly [string, RegExp])[] = [
      [`postgres://test:hunter2@${host}/postgres`, /refused the user name or the password\.$/],
      [schema.url.replace('/postgres?', '/nowhere?'), /has no database of this name\.$/],
      ['postgres://test:hunter2@127.0.0.1:1/postgres', /cannot be reached: nothing listens there\.$/],
      [`postgres://test@${host}/postgres`, /asks for a password, or another one than was given\.$/],
      ['hunter2', /must look like postgres:/],
      ['http://test:hunter2@localhost/', /must look like postgres:/],
    ];
    for (const [url, message] of refusals) {
      const error = await open({ url }).catch((error: unknown) => error);
      assert.ok(error instanceof AppError, url);
      assert.match(error.message, message);
      assert.deepEqual([error.kind, error.code], ['storage', 'storage_failed']);
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /hunter2/);
    }
    assert.doesNotMatch(JSON.stringify(log.lines), new RegExp(`hunter2|${new URL(schema.url).password}`));
  });
});
