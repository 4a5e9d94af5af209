import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { resolveConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { startS3Simulator } from '../simulators/s3.ts';
import { contentKey, hashBytes } from '../storage/content-key.ts';
import { chargedDaysOf, openObjects } from './objects.ts';

const KEYS = { accessKey: 'simulated-access', secretKey: 'simulated-secret' };
const BYTES = new Uint8Array([1, 2, 3]);
const KEY = contentKey('audio', hashBytes(BYTES), 'wav');
const { signal } = new AbortController();

async function startRig(context: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'objects-'));
  context.after(() => rm(folder, { recursive: true }));
  const simulator = await startS3Simulator({ ...KEYS, region: 'us-east-1', bucket: 'ai-videos', clock: systemClock });
  context.after(() => simulator.close());
  const warnings: string[] = [];
  const warn = (_fields: object, message: string): void => void warnings.push(message);
  const logger = { debug() {}, info() {}, warn, error() {} };
  const live = {
    DATA_DIR: folder,
    MOCK_MODE: 'False',
    VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts',
    WASABI_ACCESS_KEY: KEYS.accessKey,
    WASABI_SECRET_KEY: KEYS.secretKey,
    WASABI_ENDPOINT: simulator.url,
  };
  const open = async (environment: Readonly<Record<string, string>>) => {
    const { config } = resolveConfig({ ...live, ...environment }, {});
    const opened = await openObjects(config, { now: Date.now(), logger });
    context.after(() => opened.close());
    return opened.objects;
  };
  return { simulator, warnings, open };
}

test('with keys, files go to the bucket', async (context) => {
  const { simulator, open, warnings } = await startRig(context);
  const objects = await open({});
  await objects.putBytes(KEY, BYTES, { signal });
  assert.equal(objects.localFile(KEY), undefined);
  assert.deepEqual([...simulator.objects.keys()], [KEY]);
  assert.deepEqual(warnings, []);
});

test('in mock mode and without keys, files stay in the data folder', async (context) => {
  const { simulator, open } = await startRig(context);
  for (const environment of [{ MOCK_MODE: 'True' }, { WASABI_ACCESS_KEY: '', WASABI_SECRET_KEY: '' }]) {
    const objects = await open(environment);
    await objects.putBytes(KEY, BYTES, { signal });
    assert.match(objects.localFile(KEY) ?? '', /objects\/audio\/[0-9a-f]{64}\.wav$/);
    assert.equal(await objects.presignedUrl(KEY, { expiresInSeconds: 60 }), undefined);
  }
  assert.equal(simulator.requests.length, 0);
});

test('a start stops at what somebody has to correct, and says what', async (context) => {
  const { open } = await startRig(context);
  await assert.rejects(open({ WASABI_SECRET_KEY: 'another-secret' }), { message: /correct the secret key/ });
  await assert.rejects(open({ WASABI_BUCKET_NAME: 'no-such-bucket' }), { message: /no-such-bucket does not exist/ });
});

test('a start does not stop at an outage', async (context) => {
  const { simulator, open, warnings } = await startRig(context);
  simulator.faults.set('internal-error');
  const objects = await open({});
  assert.deepEqual(warnings, ['The S3 storage does not answer for now; videos wait for it']);
  simulator.faults.clear();
  await objects.putBytes(KEY, BYTES, { signal });
  assert.deepEqual([...simulator.objects.keys()], [KEY]);
});

test('without a bucket the SDK is not loaded', async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'objects-'));
  context.after(() => rm(folder, { recursive: true }));
  const program = `
    const loaded = [];
    const { registerHooks } = await import('node:module');
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { openObjects } = await import(${JSON.stringify(path.join(import.meta.dirname, 'objects.ts'))});
    const { resolveConfig } = await import(${JSON.stringify(path.join(import.meta.dirname, '../config/load.ts'))});
    const { config } = resolveConfig({ DATA_DIR: ${JSON.stringify(folder)} }, {});
    await openObjects(config, { now: 0, logger: console });
    console.log(JSON.stringify(loaded));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  const loaded = JSON.parse(stdout) as readonly string[];
  assert.ok(loaded.some((url) => url.endsWith('/stores/file-system.ts')));
  assert.deepEqual(
    loaded.filter((url) => /@aws-sdk|@smithy/.test(url)),
    [],
  );
});

test('Wasabi charges for 90 days at least, other storages do not, and neither does a folder', () => {
  const keys = { WASABI_ACCESS_KEY: KEYS.accessKey, WASABI_SECRET_KEY: KEYS.secretKey };
  const daysOf = (environment: Readonly<Record<string, string>>) =>
    chargedDaysOf(resolveConfig({ VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts', ...environment }, {}).config);
  assert.equal(daysOf({ ...keys, MOCK_MODE: 'False' }), 90);
  assert.equal(daysOf({ ...keys, MOCK_MODE: 'False', WASABI_ENDPOINT: 'https://s3.example.com' }), 0);
  assert.equal(daysOf({ MOCK_MODE: 'False' }), 0);
  assert.equal(daysOf(keys), 0);
});
