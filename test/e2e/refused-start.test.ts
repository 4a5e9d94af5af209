import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { startS3Simulator } from '../../src/simulators/s3.ts';
import { TEST_REDIS_URL, WITHOUT_REDIS } from '../fixtures/services.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const NOBODY = 'postgres://user:planted-password@127.0.0.1:1/videos';

/** Runs a command of the product to its end, which must not be a success. */
async function runToItsEnd(command: string, folder: string, environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['src/main.js', command], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [told] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.doesNotMatch(told, /^\s+at /m, 'a stack was shown');
  assert.doesNotMatch(told, /planted/);
  return { exitCode: child.exitCode, lines: told.trimEnd().split('\n') };
}

test('a configuration with mistakes is told all at once, the same by check-config and by the start', async () => {
  await withTemporaryFolder(async (folder) => {
    const environment = {
      MOCK_MODE: 'False',
      PORT: '70000',
      VIBEVOICE_WS_ENDPOINT: 'ws://user:planted@gpu:8765/speak',
      OPENAI_API_KEY: 'sk-proj-YOUR_KEY_HERE',
      VIDEO_PROVIDER: 'heygen',
      WASABI_ACCESS_KEY: 'planted-access',
      WEBHOOK_SECRET: 'planted-secret',
    };
    const told = [
      'PORT: "70000" must be a whole number from 0 to 65535.',
      'VIBEVOICE_WS_ENDPOINT: "ws://********@gpu:8765/speak" must be comma-separated URLs that start with ws:// or wss:// and end in /stream or /tts.',
      'WEBHOOK_SECRET: (a secret, not shown) must be "whsec_" and 24 to 64 bytes in base64; several are separated by spaces or commas.',
      'HEYGEN_API_KEY: (not set) must be set when MOCK_MODE is False and VIDEO_PROVIDER is heygen.',
      'OPENAI_API_KEY: (a secret, not shown) must be one of your own; this is the placeholder of an example.',
      'WASABI_SECRET_KEY: (not set) must be set when WASABI_ACCESS_KEY is.',
    ];
    const [start, check] = await Promise.all([
      runToItsEnd('serve', folder, environment),
      runToItsEnd('check-config', folder, environment),
    ]);
    assert.deepEqual(check, { exitCode: 2, lines: told });
    const indented = told.map((line) => `  ${line}`);
    assert.deepEqual(start, { exitCode: 2, lines: ['The configuration has mistakes:', ...indented] });
  });
});

test('a database that is not there and a bucket that is not ours are told together', async (t) => {
  const account = { accessKey: 'planted-access', secretKey: 'planted-secret', region: 'us-east-1', bucket: 'other' };
  const s3 = await startS3Simulator({ ...account, clock: systemClock });
  t.after(() => s3.close());
  await withTemporaryFolder(async (folder) => {
    const { exitCode, lines } = await runToItsEnd('serve', folder, {
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts',
      DATABASE_URL: NOBODY,
      WASABI_ENDPOINT: s3.url,
      WASABI_ACCESS_KEY: account.accessKey,
      WASABI_SECRET_KEY: account.secretKey,
    });
    const { host } = new URL(s3.url);
    assert.deepEqual(lines, [
      'DATABASE_URL: PostgreSQL at 127.0.0.1:1/videos cannot be reached: nothing listens there.',
      `The bucket ai-videos does not exist at ${host}: create it, or correct WASABI_BUCKET_NAME.`,
    ]);
    assert.equal(exitCode, 1);
  });
});

test('a worker that cannot reach the journal says so', async () => {
  await withTemporaryFolder(async (folder) => {
    assert.deepEqual(await runToItsEnd('worker', folder, { DATABASE_URL: NOBODY }), {
      exitCode: 1,
      lines: ['DATABASE_URL: PostgreSQL at 127.0.0.1:1/videos cannot be reached: nothing listens there.'],
    });
  });
});

test('a Redis that refuses the password stops a start', { skip: WITHOUT_REDIS }, async () => {
  await withTemporaryFolder(async (folder) => {
    const redis = new URL(TEST_REDIS_URL ?? '');
    [redis.username, redis.password] = ['nobody', 'planted'];
    const { exitCode, lines } = await runToItsEnd('serve', folder, { DATABASE_URL: NOBODY, REDIS_URL: redis.href });
    assert.equal(exitCode, 1);
    assert.equal(lines.length, 2);
    assert.equal(lines[1], `REDIS_URL: Redis at ${redis.host} refused the user name or the password.`);
  });
});

test('a data folder and a port that cannot be had are said with what to do', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await withTemporaryFolder(async (folder) => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const [noFolder, noPort] = await Promise.all([
      runToItsEnd('serve', folder, { DATA_DIR: join(file, 'data') }),
      runToItsEnd('serve', folder, { PORT: String(port), LOG_LEVEL: 'silent' }),
    ]);
    assert.match(noFolder.lines.join('\n'), /^DATA_DIR: The data folder must be one .* ENOTDIR.*$/);
    assert.deepEqual(noPort.lines, [`Port ${port} is in use; set PORT to a free one.`]);
    assert.deepEqual([noFolder.exitCode, noPort.exitCode], [1, 1]);
  });
});
