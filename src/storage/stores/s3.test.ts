import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { objectRemovalContract } from '../../../test/contract/object-store-removal.ts';
import { objectStoreContract } from '../../../test/contract/object-store.ts';
import {
  ACCOUNT,
  fileWith,
  keyOf,
  LARGE,
  PART_BYTES,
  requestsOf,
  startSecondOpinion,
  startStore,
} from '../../../test/fixtures/s3-store.ts';
import { startS3Simulator } from '../../simulators/s3.ts';
import { hashBytes } from '../content-key.ts';
import { openS3Store } from './s3.ts';

const { signal } = new AbortController();

objectStoreContract('S3 simulator', async (context) => (await startStore(context)).store);
objectStoreContract('S3 server of others', startSecondOpinion);
objectRemovalContract('S3 simulator', async (context) => {
  const { simulator, store } = await startStore(context);
  return {
    store,
    async setModifiedAt(key, modifiedAt) {
      const bytes = simulator.objects.get(key)?.bytes;
      assert.ok(bytes);
      simulator.place(key, { bytes, modifiedAt });
    },
  };
});
objectRemovalContract('S3 server of others', async (context) => ({ store: await startSecondOpinion(context) }));

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
