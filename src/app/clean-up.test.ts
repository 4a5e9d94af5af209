import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createManualTime } from '../../test/fixtures/manual-time.ts';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import { resolveConfig } from '../config/load.ts';
import { openFileSystemStore } from '../storage/stores/file-system.ts';
import { startCleanUps } from './clean-up.ts';
import { openSqliteJournal } from './journal.ts';

const DAY_MILLISECONDS = 24 * 3_600_000;
const KEY = `speech/${'a'.repeat(64)}.wav`;

async function startRig(context: TestContext, environment: Readonly<Record<string, string>>) {
  const time = createManualTime();
  const folder = createScratchFolder('clean-up-schedule');
  context.after(() => rmSync(folder, { recursive: true }));
  const jobs = openSqliteJournal({ path: join(folder, 'journal.sqlite'), clock: time.clock });
  context.after(() => jobs.close());
  const objects = await openFileSystemStore({ folder, now: time.clock.now(), clock: time.clock });
  const filePath = objects.localFile(KEY) ?? '';
  await mkdir(dirname(filePath));
  await writeFile(filePath, 'speech');
  const writtenAt = time.clock.now() / 1000;
  await utimes(filePath, writtenAt, writtenAt);
  const logged = Promise.withResolvers<{ readonly level: string; readonly fields: object; readonly message: string }>();
  const log = (level: string) => (fields: object, message: string) => logged.resolve({ level, fields, message });
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  const { config } = resolveConfig(environment, {});
  const cleanUps = startCleanUps(config, { jobs, objects, clock: time.clock, timer: time.timer, logger });
  context.after(() => cleanUps.stop());
  return { time, objects, logged: logged.promise, cleanUps, filePath };
}

test('the server cleans up at the time that CLEANUP_CRON says, and logs what it did', async (context) => {
  const { time, objects, logged, filePath } = await startRig(context, {
    CLEANUP_CRON: '0 3 * * *',
    CLEANUP_AUDIO_DAYS: '2',
  });
  const old = time.clock.now() / 1000 - 3 * 24 * 3_600;
  await utimes(filePath, old, old);
  await time.advance(DAY_MILLISECONDS);
  const { level, fields, message } = await logged;
  assert.deepEqual([level, message], ['info', 'The clean-up is done']);
  const { listed, deleted, failed } = fields as Readonly<Record<string, number>>;
  assert.deepEqual([listed, deleted, failed], [1, 1, 0]);
  assert.equal(await objects.head(KEY), undefined);
});

test('without CLEANUP_CRON it never does', async (context) => {
  const { time, objects, cleanUps } = await startRig(context, {});
  assert.equal(time.pendingTimers, 0);
  await time.advance(100 * DAY_MILLISECONDS);
  await cleanUps.stop();
  assert.ok(await objects.head(KEY));
});

test('a wrong expression stops the start with one line', () => {
  assert.throws(
    () => resolveConfig({ CLEANUP_CRON: 'at three', CLEANUP_VIDEO_DAYS: '0' }, {}),
    (error: Error) => {
      assert.match(
        error.message,
        /^CLEANUP_CRON: "at three" must be five fields as for cron [^\n]*\nCLEANUP_VIDEO_DAYS: "0" must be/,
      );
      return true;
    },
  );
});
