import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openSqliteJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { lockDataFolder } from '../../src/jobs/instance-lock.ts';
import { startS3Simulator } from '../../src/simulators/s3.ts';
import { contentKey, hashBytes } from '../../src/storage/content-key.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const DAY_MILLISECONDS = 24 * 3_600_000;
const BOTH = ['--audio', '--days', '7', '--videos', '--days', '30'];

let lastObject = 0;
function newKey(folder: string): string {
  return contentKey(folder, hashBytes(Buffer.from(String((lastObject += 1)))), 'wav');
}

function start(dataFolder: string, arguments_: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['src/main.js', 'cleanup', ...arguments_], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], DATA_DIR: dataFolder, LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { child, result: result.then(([output, errors, [code]]) => ({ output, errors, code: code as number })) };
}

async function place(dataFolder: string, key: string, ageDays: number): Promise<void> {
  const filePath = join(dataFolder, 'objects', key);
  await mkdir(dirname(filePath), { recursive: true });
  await writeFile(filePath, Buffer.alloc(1_000_000));
  const at = (Date.now() - ageDays * DAY_MILLISECONDS) / 1000;
  await utimes(filePath, at, at);
}

test('the command deletes what is old and in nobody’s use, while a server holds the folder', async () => {
  await withTemporaryFolder(async (dataFolder) => {
    const lock = lockDataFolder(dataFolder, { clock: systemClock });
    const jobs = openSqliteJournal({ path: join(dataFolder, 'journal.sqlite'), clock: systemClock });
    const [used, unused, young] = [newKey('speech'), newKey('speech'), newKey('videos')];
    for (const key of [used, unused]) await place(dataFolder, key, 10);
    await place(dataFolder, young, 10);
    await jobs.create({ id: 'a', userId: 'ada', input: { audioKey: used }, priority: 0, runAt: Date.now() + 1e9 });

    const dry = await start(dataFolder, [...BOTH, '--dry-run']).result;
    assert.deepEqual([dry.code, dry.errors], [0, '']);
    assert.match(dry.output, /audio +2 +1 +0 +1 +1\.0 +0\n.*videos +1 +0 +1 +0 +0\.0 +0\n.*total +3 +1 +1 +1/);
    assert.match(dry.output, /would go[\s\S]*nothing was deleted/);
    assert.equal((await readdir(join(dataFolder, 'objects', 'speech'))).length, 2);

    const done = await start(dataFolder, [...BOTH, '--json']).result;
    assert.deepEqual([done.code, done.errors], [0, '']);
    const audio = { listed: 2, in_use: 1, young: 0, deleted: 1, bytes: 1_000_000, failed: 0, charged_on: 0 };
    const report = JSON.parse(done.output) as { readonly status: string; readonly classes: { readonly audio: object } };
    assert.deepEqual([report.status, report.classes.audio], ['done', audio]);
    assert.deepEqual(await readdir(join(dataFolder, 'objects', 'speech')), [used.replace('speech/', '')]);

    // The journal still belongs to whoever has it open.
    await jobs.create({ id: 'b', userId: 'ada', input: {}, priority: 0, runAt: 0 });
    await jobs.close();
    lock.release();
  });
});

test('where there was never a job, nothing is in use; what is unclear is refused before anything is touched', async () => {
  await withTemporaryFolder(async (dataFolder) => {
    await place(dataFolder, newKey('videos'), 31);
    const refused = await start(dataFolder, ['--videos']).result;
    assert.equal(refused.code, 2);
    assert.match(refused.errors, /--videos must be followed by --days[\s\S]*Usage: npm run cleanup/);
    const done = await start(dataFolder, ['--videos', '--days', '30']).result;
    assert.equal(done.code, 0);
    assert.match(done.output, /videos +1 +0 +0 +1/);
  });
});

test('in a bucket: keys that fail are told and counted, and Ctrl+C ends it after the batch under way', async (context) => {
  const account = { accessKey: 'simulated-access', secretKey: 'simulated-secret', region: 'us-east-1' };
  const simulator = await startS3Simulator({ ...account, bucket: 'ai-videos', clock: systemClock, slowSeconds: 0.2 });
  context.after(() => simulator.close());
  const environment = {
    MOCK_MODE: 'False',
    VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts',
    WASABI_ENDPOINT: simulator.url,
    WASABI_ACCESS_KEY: account.accessKey,
    WASABI_SECRET_KEY: account.secretKey,
  };
  const placeMany = (count: number): void => {
    const modifiedAt = Date.now() - 40 * DAY_MILLISECONDS;
    for (let index = 0; index < count; index += 1) {
      simulator.place(newKey('videos'), { bytes: Buffer.alloc(10), modifiedAt });
    }
  };
  await withTemporaryFolder(async (dataFolder) => {
    placeMany(2_500);
    simulator.faults.set('slow-first-byte');
    const { child, result } = start(dataFolder, ['--videos', '--days', '30', '--json'], environment);
    while (!simulator.requests.some(({ target }) => target.includes('delete'))) {
      assert.equal(child.exitCode, null);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGINT');
    const { code, output } = await result;
    const report = JSON.parse(output) as { readonly status: string; readonly total: { readonly deleted: number } };
    assert.deepEqual([code, report.status, report.total.deleted], [130, 'interrupted', 1_000]);
    assert.equal(simulator.objects.size, 1_500);

    simulator.faults.set('access-denied');
    const denied = await start(dataFolder, BOTH, environment).result;
    assert.equal(denied.code, 1);
    assert.match(denied.errors, /s3:DeleteObject/);
    assert.doesNotMatch(denied.errors + denied.output, /simulated-(access|secret)/);
    assert.equal(simulator.objects.size, 1_500);
  });
});
