import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  ACCOUNT,
  failsAs,
  fileWith,
  keyOf,
  LARGE,
  requestsOf,
  startStore,
} from '../../../../test/fixtures/s3-store.ts';
import type { S3Simulator } from '../../../simulators/s3.ts';
import type { ObjectStore } from '../../object-store.ts';

const { signal } = new AbortController();
const modifiedBefore = new Date();
const DAY_MILLISECONDS = 24 * 3_600_000;
/** Pauses of the product, shortened. */
const PAUSES = { firstPauseMilliseconds: 1 };

async function listVideos(store: ObjectStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const page of store.list('videos', { signal })) keys.push(...page.map(({ key }) => key));
  return keys;
}

/** As many objects as asked for, a week old. */
function placeMany(simulator: S3Simulator, count: number): readonly string[] {
  return Array.from({ length: count }, () => {
    const bytes = randomBytes(16);
    simulator.place(keyOf(bytes), { bytes, modifiedAt: Date.now() - 7 * DAY_MILLISECONDS });
    return keyOf(bytes);
  });
}

test('what others keep in the bucket is not listed, nor are their uploads taken back', async (context) => {
  const { simulator, store } = await startStore(context);
  const [key] = placeMany(simulator, 1);
  simulator.place('videos/holiday.mov', { bytes: Buffer.from('x'), modifiedAt: 0 });
  simulator.place('videos/deep/file.mp4', { bytes: Buffer.from('x'), modifiedAt: 0 });
  assert.deepEqual(await listVideos(store), [key]);
  const client = clientOf(context, simulator);
  await client.send(new CreateMultipartUploadCommand({ Bucket: ACCOUNT.bucket, Key: 'videos/holiday.mov' }));
  const olderThan = new Date(Date.now() + DAY_MILLISECONDS);
  assert.deepEqual(await store.abortStaleUploads({ olderThan, signal }), { aborted: 0, failures: [] });
});

test('a list goes on until its end', async (context) => {
  const { simulator, store } = await startStore(context);
  const keys = placeMany(simulator, 2_001);
  assert.deepEqual(await listVideos(store), keys.toSorted());
  assert.equal(simulator.requests.length, 3);
});

test('a thousand go with one request, more are refused', async (context) => {
  const { simulator, store } = await startStore(context);
  const keys = placeMany(simulator, 1_001);
  await assert.rejects(store.deleteMany(keys, { modifiedBefore, signal }), RangeError);
  const removal = await store.deleteMany(keys.slice(0, 1_000), { modifiedBefore, signal });
  assert.deepEqual(removal, { deleted: 1_000, rewritten: [], failures: [] });
  assert.deepEqual([...simulator.objects.keys()], [keys.at(-1)]);
  assert.equal(simulator.requests.length, 1);
  const { headers } = simulator.requests[0]!;
  assert.match(headers['content-md5'] ?? '', /^[A-Za-z0-9+/]{22}==$/);
});

test('keys that fail within a success are tried again, and only they', async (context) => {
  const { simulator, store } = await startStore(context, PAUSES);
  const keys = placeMany(simulator, 9);
  simulator.faults.set('delete-errors', { times: 2 });
  assert.equal((await store.deleteMany(keys, { modifiedBefore, signal })).deleted, 9);
  assert.deepEqual(
    simulator.requests.map(({ body }) => body.match(/<Key>/g)?.length),
    [9, 4, 2],
  );
});

test('keys that keep failing are told one by one, the others are gone', async (context) => {
  const { simulator, store } = await startStore(context, PAUSES);
  const keys = placeMany(simulator, 64);
  simulator.faults.set('delete-errors');
  const { deleted, failures } = await store.deleteMany(keys, { modifiedBefore, signal });
  assert.deepEqual([deleted, failures.length, simulator.objects.size], [62, 2, 2]);
  assert.deepEqual(failures.map(({ key }) => key).toSorted(), [...simulator.objects.keys()].toSorted());
  failsAs('storage_failed', 'storage', /did not delete it: InternalError/)(failures[0]?.error);
});

for (const scenario of ['slow-down', 'rate-limited-400'] as const) {
  test(`${scenario}: deletes and lists wait until they are let through`, async (context) => {
    const { simulator, store } = await startStore(context, PAUSES);
    const keys = placeMany(simulator, 3);
    // The SDK gives up after the fourth.
    simulator.faults.set(scenario, { times: 4 });
    assert.equal((await store.deleteMany(keys, { modifiedBefore, signal })).deleted, 3);
    simulator.faults.set(scenario, { times: 1 });
    assert.deepEqual(await listVideos(store), []);
  });
}

test('a refusal of all is thrown at once, and so is one of the list', async (context) => {
  const { simulator, store } = await startStore(context, PAUSES);
  simulator.faults.set('access-denied');
  const refused = failsAs('storage_access_refused', 'auth', /s3:DeleteObject.*s3:ListBucketMultipartUploads/);
  await assert.rejects(store.deleteMany(placeMany(simulator, 3), { modifiedBefore, signal }), refused);
  await assert.rejects(listVideos(store), refused);
  await assert.rejects(store.abortStaleUploads({ olderThan: new Date(), signal }), refused);
  assert.equal(simulator.requests.length, 3);
});

test('an old object is sent again when it is put, whole or in parts, and a failure of that is one', async (context) => {
  const { simulator, store } = await startStore(context);
  const filePath = await fileWith(context, LARGE);
  const old = Date.now() - DAY_MILLISECONDS;
  simulator.place(keyOf(LARGE), { bytes: LARGE, modifiedAt: old });
  simulator.faults.set('upload-aborted', { times: 1 });
  await assert.rejects(store.putFile(keyOf(LARGE), filePath, { signal }), failsAs('storage_failed', 'storage', /404/));
  assert.equal(simulator.objects.get(keyOf(LARGE))?.modifiedAt, old);
  const { modifiedAt } = await store.putFile(keyOf(LARGE), filePath, { signal });
  assert.ok(modifiedAt.getTime() > old + DAY_MILLISECONDS / 2);
  const before = simulator.requests.length;
  await store.putFile(keyOf(LARGE), filePath, { signal });
  assert.deepEqual(requestsOf(simulator).slice(before), ['HEAD']);
});

test('uploads that began before a time are taken back, page after page', async (context) => {
  const { simulator, store } = await startStore(context, {}, 5);
  const client = clientOf(context, simulator);
  const begin = async () => {
    const Key = keyOf(randomBytes(8));
    await client.send(new CreateMultipartUploadCommand({ Bucket: ACCOUNT.bucket, Key }));
  };
  for (let count = 0; count < 12; count += 1) await begin();
  const olderThan = new Date();
  while (Date.now() <= olderThan.getTime());
  await begin();
  assert.deepEqual(await store.abortStaleUploads({ olderThan, signal }), { aborted: 12, failures: [] });
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: ACCOUNT.bucket }));
  assert.equal(Uploads?.length, 1);
});

function clientOf(context: { after(work: () => unknown): void }, simulator: S3Simulator): S3Client {
  const client = new S3Client({
    endpoint: simulator.url,
    region: ACCOUNT.region,
    credentials: { accessKeyId: ACCOUNT.accessKey, secretAccessKey: ACCOUNT.secretKey },
    forcePathStyle: true,
  });
  context.after(() => client.destroy());
  return client;
}
