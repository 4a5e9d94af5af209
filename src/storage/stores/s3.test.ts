import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { inspect, promisify } from 'node:util';
import { startFauxqs } from 'fauxqs';
import * as fc from 'fast-check';
import { objectStoreContract } from '../../../test/contract/object-store.ts';
import { systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { startS3Simulator } from '../../simulators/s3.ts';
import type { S3Simulator } from '../../simulators/s3.ts';
import { contentKey, hashBytes, hashFile } from '../content-key.ts';
import type { ObjectStore } from '../object-store.ts';
import { openS3Store } from './s3.ts';
import { DEFAULT_PART_BYTES, planParts } from './s3/part-plan.ts';

type Closing = { after(work: () => unknown): void };
type Settings = Parameters<typeof openS3Store>[0];

const ACCOUNT = {
  accessKey: 'simulated-access-key',
  secretKey: 'simulated-secret-key',
  region: 'eu-central-1',
  bucket: 'ai-videos',
};
/** The smallest that S3 takes, so that the tests move less. */
const PART_BYTES = 5 * 1024 ** 2;
const { signal } = new AbortController();

async function startStore(
  context: Closing,
  overrides: Partial<Settings> = {},
): Promise<{ readonly simulator: S3Simulator; readonly store: ObjectStore }> {
  const simulator = await startS3Simulator({ ...ACCOUNT, clock: systemClock });
  context.after(() => simulator.close());
  const store = openS3Store({ ...ACCOUNT, endpoint: simulator.url, partBytes: PART_BYTES, ...overrides });
  context.after(() => store.close());
  return { simulator, store };
}

/** A server that nobody here wrote. */
async function startSecondOpinion(context: Closing): Promise<ObjectStore> {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1', defaultRegion: ACCOUNT.region });
  context.after(() => server.stop());
  server.createBucket(ACCOUNT.bucket);
  const store = openS3Store({ ...ACCOUNT, endpoint: `http://127.0.0.1:${server.port}`, partBytes: PART_BYTES });
  context.after(() => store.close());
  return store;
}

function keyOf(bytes: Uint8Array): string {
  return contentKey('videos', hashBytes(bytes), 'mp4');
}

async function fileWith(context: Closing, bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 's3-source-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, 'file.mp4'), bytes);
  return path.join(folder, 'file.mp4');
}

/** Two whole parts and the rest. */
const LARGE = randomBytes(2 * PART_BYTES + 12_345);

/** `PUT`, `PUT partNumber=1`, `POST uploads` and so on, in order. */
function requestsOf(simulator: S3Simulator): readonly string[] {
  return simulator.requests.map(({ method, target }) => {
    const query = new URL(target, 'http://simulator').searchParams;
    const part = query.get('partNumber');
    const about = part === null ? ['uploads', 'uploadId'].filter((name) => query.has(name)) : [`part ${part}`];
    return [method, ...about].join(' ');
  });
}

function failsAs(code: string, kind: string, message: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof AppError, inspect(error));
    assert.deepEqual([error.code, error.kind], [code, kind], inspect(error));
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /simulated-(access|secret)-key/);
    return true;
  };
}

objectStoreContract('S3 simulator', async (context) => (await startStore(context)).store);
objectStoreContract('S3 server of others', startSecondOpinion);

test('a large file goes up in parts and comes back whole, from the simulator and from the server of others', async (context) => {
  const filePath = await fileWith(context, LARGE);
  const key = keyOf(LARGE);
  const { simulator, store } = await startStore(context);
  for (const each of [store, await startSecondOpinion(context)]) {
    const put = await each.putFile(key, filePath, { signal });
    assert.equal(put.bytes, LARGE.length);
    assert.equal(put.etag, `"${hashBytes(LARGE)}"`);
    assert.deepEqual(await each.head(key), put);
    assert.ok(LARGE.equals(await each.getBytes(key, { signal })));
    const acrossParts = { start: PART_BYTES - 5, end: PART_BYTES + 5 };
    assert.ok(
      LARGE.subarray(PART_BYTES - 5, PART_BYTES + 6).equals(await buffer(each.createReadStream(key, acrossParts))),
    );
  }
  assert.equal(simulator.objects.get(key)?.contentType, 'video/mp4');
  const parts = ['PUT part 1', 'PUT part 2', 'PUT part 3'];
  assert.deepEqual(
    requestsOf(simulator).filter((request) => request.startsWith('P')),
    ['POST uploads', ...parts, 'POST uploadId'],
  );
});

test('every file is cut into parts that S3 takes', () => {
  const mebibyte = 1024 ** 2;
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 1, max: 5 * 1024 ** 4 }), fc.integer({ min: 1, max: 10 * DEFAULT_PART_BYTES })),
      (bytes) => {
        const parts = planParts(bytes);
        assert.ok(parts.length <= 10_000);
        let position = 0;
        for (const [index, part] of parts.entries()) {
          assert.deepEqual([part.number, part.start], [index + 1, position]);
          position += part.bytes;
          if (part.number < parts.length) assert.ok(part.bytes >= DEFAULT_PART_BYTES && part.bytes % mebibyte === 0);
        }
        assert.equal(position, bytes);
        assert.ok(parts[0]!.bytes <= 5 * 1024 ** 3);
        if (bytes <= 10_000 * DEFAULT_PART_BYTES) assert.ok(parts.every((part) => part.bytes <= DEFAULT_PART_BYTES));
      },
    ),
    { numRuns: 200 },
  );
});

test('a file of more than 16 MiB goes up in parts, one of 16 MiB at once', async (context) => {
  const { simulator, store } = await startStore(context, { partBytes: DEFAULT_PART_BYTES });
  for (const [extraBytes, parts] of [
    [0, ['PUT']],
    [1, ['POST uploads', 'PUT part 1', 'PUT part 2', 'POST uploadId']],
  ] as const) {
    const bytes = randomBytes(DEFAULT_PART_BYTES + extraBytes);
    const before = simulator.requests.length;
    await store.putFile(keyOf(bytes), await fileWith(context, bytes), { signal });
    const sent = requestsOf(simulator).slice(before);
    assert.deepEqual(
      sent.filter((request) => request.startsWith('P')),
      parts,
    );
  }
});

test('memory does not grow with the file: an upload holds one part', async (context) => {
  const { simulator } = await startStore(context);
  const filePath = await fileWith(context, new Uint8Array());
  await truncate(filePath, 10 * DEFAULT_PART_BYTES);
  const key = contentKey('videos', await hashFile(filePath, { signal }), 'mp4');
  // A process of its own, so that the highest mark of its memory is that of the upload.
  const program = `
    const { openS3Store } = await import(${JSON.stringify(path.join(import.meta.dirname, 's3.ts'))});
    const store = openS3Store(${JSON.stringify({ ...ACCOUNT, endpoint: simulator.url })});
    const { signal } = new AbortController();
    await store.check(signal);
    const before = process.resourceUsage().maxRSS;
    await store.putFile(${JSON.stringify(key)}, ${JSON.stringify(filePath)}, { signal });
    console.log((process.resourceUsage().maxRSS - before) * 1024);
    store.close();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  assert.equal(simulator.objects.get(key)?.bytes.length, 10 * DEFAULT_PART_BYTES);
  assert.ok(Number(stdout) < 4 * DEFAULT_PART_BYTES, `grew by ${stdout.trim()} bytes`);
});

test('an object that is there is not sent again', async (context) => {
  const { simulator, store } = await startStore(context);
  const bytes = randomBytes(1000);
  const first = await store.putBytes(keyOf(bytes), bytes, { signal });
  const before = simulator.requests.length;
  assert.deepEqual(await store.putBytes(keyOf(bytes), bytes, { signal }), first);
  assert.deepEqual(await store.putFile(keyOf(bytes), '/does/not/exist', { signal }), first);
  assert.deepEqual(requestsOf(simulator).slice(before), ['HEAD', 'HEAD']);
});

test('no request carries a checksum of the SDK, and each upload signs the hash of its body', async (context) => {
  const { simulator, store } = await startStore(context);
  await store.putFile(keyOf(LARGE), await fileWith(context, LARGE), { signal });
  await store.getBytes(keyOf(LARGE), { signal });
  for (const { method, headers, target } of simulator.requests) {
    const names = Object.keys(headers).filter((name) => /checksum|trailer|content-encoding|content-md5/.test(name));
    assert.deepEqual(names, [], `${method} ${target}`);
    if (method === 'PUT') assert.match(headers['x-amz-content-sha256'] ?? '', /^[0-9a-f]{64}$/);
  }
});

for (const scenario of ['slow-down', 'rate-limited-400', 'internal-error', 'refuse'] as const) {
  test(`${scenario}: what passes is tried again`, async (context) => {
    const { simulator, store } = await startStore(context);
    const bytes = randomBytes(1000);
    simulator.faults.set(scenario, { times: 2 });
    assert.equal((await store.putBytes(keyOf(bytes), bytes, { signal })).bytes, 1000);
    assert.equal(simulator.faults.active(), undefined);
  });
}

for (const [scenario, message] of [
  ['slow-down', /asks for fewer requests/],
  ['rate-limited-400', /asks for fewer requests/],
  ['internal-error', /answered 500/],
  ['refuse', /cannot be reached, or broke off/],
] as const) {
  test(`${scenario}: what does not pass is a storage failure that a job tries again later`, async (context) => {
    const { simulator, store } = await startStore(context);
    const bytes = randomBytes(1000);
    simulator.faults.set(scenario);
    await assert.rejects(store.getBytes(keyOf(bytes), { signal }), failsAs('storage_failed', 'storage', message));
    assert.equal(simulator.requests.length, 4);
  });
}

for (const [scenario, code, message] of [
  ['signature-does-not-match', 'storage_access_refused', /WASABI_SECRET_KEY/],
  ['invalid-access-key', 'storage_access_refused', /WASABI_ACCESS_KEY/],
  ['access-denied', 'storage_access_refused', /s3:PutObject/],
  ['clock-skew', 'storage_access_refused', /clock of this machine/],
  ['no-such-bucket', 'storage_bucket_missing', /bucket ai-videos does not exist.*WASABI_BUCKET_NAME/],
  ['wrong-region', 'storage_bucket_missing', /WASABI_REGION/],
] as const) {
  test(`${scenario}: said in words that help, whatever is asked, and asked once only`, async (context) => {
    const { simulator, store } = await startStore(context);
    const bytes = randomBytes(1000);
    const key = keyOf(bytes);
    simulator.faults.set(scenario);
    for (const work of [
      () => store.getBytes(key, { signal }),
      () => buffer(store.createReadStream(key)),
      () => store.delete(key),
    ]) {
      const before = simulator.requests.length;
      await assert.rejects(work(), failsAs(code, 'auth', message));
      // The SDK corrects its clock once.
      assert.ok(simulator.requests.length - before <= (scenario === 'clock-skew' ? 2 : 1));
    }
    await assert.rejects(store.head(key), failsAs(code, 'auth', message));
    await assert.rejects(store.putBytes(key, bytes, { signal }), failsAs(code, 'auth', message));
    assert.equal(
      simulator.requests.some(({ method }) => method === 'PUT'),
      false,
    );
  });
}

test('a wrong key, secret, bucket or region is told apart by a server that checks them', async (context) => {
  const bytes = randomBytes(100);
  for (const [overrides, code, message] of [
    [{ accessKey: 'another-access-key' }, 'storage_access_refused', /WASABI_ACCESS_KEY/],
    [{ secretKey: 'another-secret-key' }, 'storage_access_refused', /WASABI_SECRET_KEY/],
    [{ bucket: 'another-bucket' }, 'storage_bucket_missing', /another-bucket does not exist/],
    [{ region: 'us-west-1' }, 'storage_bucket_missing', /WASABI_REGION/],
  ] as const) {
    const { store } = await startStore(context, overrides);
    await assert.rejects(store.head(keyOf(bytes)), failsAs(code, 'auth', message));
    await assert.rejects(store.putBytes(keyOf(bytes), bytes, { signal }), failsAs(code, 'auth', message));
  }
});

test('neither key is in anything that is thrown', async (context) => {
  const { simulator, store } = await startStore(context);
  simulator.faults.set('signature-does-not-match');
  const error: unknown = await store.getBytes(keyOf(randomBytes(3)), { signal }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof AppError && error.cause instanceof Error);
  assert.doesNotMatch(inspect(error, { depth: 10 }), /simulated-secret-key/);
});

test('a part whose connection is reset is sent again, and only that part', async (context) => {
  const { simulator, store } = await startStore(context);
  simulator.faults.set('reset-mid-part', { times: 2 });
  await store.putFile(keyOf(LARGE), await fileWith(context, LARGE), { signal });
  assert.ok(LARGE.equals(await store.getBytes(keyOf(LARGE), { signal })));
  const parts = requestsOf(simulator).filter((request) => request.startsWith('PUT'));
  assert.deepEqual(parts, ['PUT part 1', 'PUT part 1', 'PUT part 1', 'PUT part 2', 'PUT part 3']);
});

test('an upload in parts that fails is taken back and leaves nothing', async (context) => {
  const { simulator, store } = await startStore(context);
  simulator.faults.set('reset-mid-part');
  const filePath = await fileWith(context, LARGE);
  await assert.rejects(
    store.putFile(keyOf(LARGE), filePath, { signal }),
    failsAs('storage_failed', 'storage', /broke off/),
  );
  assert.ok(requestsOf(simulator).includes('DELETE uploadId'));
  assert.equal(simulator.objects.size, 0);
});

test('an upload that was aborted by others fails and succeeds when tried again', async (context) => {
  const { simulator, store } = await startStore(context);
  simulator.faults.set('upload-aborted', { times: 1 });
  const filePath = await fileWith(context, LARGE);
  await assert.rejects(store.putFile(keyOf(LARGE), filePath, { signal }), failsAs('storage_failed', 'storage', /404/));
  assert.equal((await store.putFile(keyOf(LARGE), filePath, { signal })).bytes, LARGE.length);
});

test('a completion that fails within a success is tried again', async (context) => {
  const { simulator, store } = await startStore(context);
  simulator.faults.set('complete-fails-in-200', { times: 1 });
  const filePath = await fileWith(context, LARGE);
  assert.equal((await store.putFile(keyOf(LARGE), filePath, { signal })).bytes, LARGE.length);
});

test('a completion whose answer is lost is a success', async (context) => {
  const { simulator, store } = await startStore(context);
  simulator.faults.set('complete-unanswered', { times: 1 });
  const filePath = await fileWith(context, LARGE);
  assert.equal((await store.putFile(keyOf(LARGE), filePath, { signal })).bytes, LARGE.length);
});

test('a large file that is not what its key says is never completed', async (context) => {
  const { simulator, store } = await startStore(context);
  const filePath = await fileWith(context, LARGE);
  await assert.rejects(store.putFile(keyOf(randomBytes(5)), filePath, { signal }), { code: 'object_hash_mismatch' });
  assert.ok(requestsOf(simulator).includes('DELETE uploadId'));
  assert.equal(simulator.objects.size, 0);
});

test('an upload that is cancelled between its parts is taken back', async (context) => {
  const { simulator, store } = await startStore(context);
  const cancelling = new AbortController();
  const put = store.putFile(keyOf(LARGE), await fileWith(context, LARGE), { signal: cancelling.signal });
  const seen = assert.rejects(put, { code: 'cancelled', kind: 'cancelled' });
  while (!requestsOf(simulator).includes('PUT part 1')) await new Promise((resolve) => setImmediate(resolve));
  cancelling.abort();
  await seen;
  assert.ok(requestsOf(simulator).includes('DELETE uploadId'));
  assert.equal(simulator.objects.size, 0);
});

test('a request that hangs ends when the work is cancelled', async (context) => {
  const { simulator, store } = await startStore(context);
  const cancelling = new AbortController();
  simulator.faults.set('hang');
  const seen = assert.rejects(store.getBytes(keyOf(LARGE), { signal: cancelling.signal }), { code: 'cancelled' });
  while (simulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  cancelling.abort();
  await seen;
});

test('a file of this machine that cannot be read is no failure of the S3 storage', async (context) => {
  const { store } = await startStore(context);
  await assert.rejects(store.putFile(keyOf(LARGE), '/does/not/exist', { signal }), { code: 'internal_error' });
});

test('a download that breaks off goes on where it broke', async (context) => {
  const { simulator, store } = await startStore(context);
  const bytes = randomBytes(400_000);
  const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
  simulator.faults.set('drop-mid-body', { times: 2 });
  assert.ok(bytes.equals(await store.getBytes(key, { signal })));
  simulator.faults.set('drop-mid-body', { times: 1 });
  const range = { start: 10, end: 300_000 };
  assert.ok(bytes.subarray(10, 300_001).equals(await buffer(store.createReadStream(key, range))));
});

test('a download that always breaks off is a storage failure', async (context) => {
  const { simulator, store } = await startStore(context);
  const bytes = randomBytes(400_000);
  const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
  simulator.faults.set('drop-mid-body');
  await assert.rejects(store.getBytes(key, { signal }), failsAs('storage_failed', 'storage', /broke off/));
});

test('a server that is silent is given up', async (context) => {
  const { simulator, store } = await startStore(context, { idleTimeoutMilliseconds: 50 });
  simulator.faults.set('hang');
  await assert.rejects(store.head(keyOf(randomBytes(3))), failsAs('storage_failed', 'storage', /cannot be reached/));
});

test('a presigned address expires, holds for one object and lasts a week at most', async (context) => {
  let now = Date.now();
  const simulator = await startS3Simulator({ ...ACCOUNT, clock: { now: () => now } });
  context.after(() => simulator.close());
  const store = openS3Store({ ...ACCOUNT, endpoint: simulator.url });
  context.after(() => store.close());
  const bytes = randomBytes(10);
  const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
  const address = (await store.presignedUrl(key, { expiresInSeconds: 3600 })) ?? '';
  assert.doesNotMatch(address, /simulated-secret-key|checksum/i);
  const status = async (url: string): Promise<number> => {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  };
  assert.equal(await status(address), 200);
  assert.equal(await status(address.replace(key, keyOf(randomBytes(3)))), 403);
  assert.equal(await status(address.replace('Expires=3600', 'Expires=7200')), 403);
  now += 3_590_000;
  assert.equal(await status(address), 200);
  now += 20_000;
  assert.equal(await status(address), 403);
  for (const expiresInSeconds of [0, -1, 1.5, 604_801, NaN]) {
    await assert.rejects(store.presignedUrl(key, { expiresInSeconds }), RangeError);
  }
});
