import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AppError } from '../../src/core/errors.ts';
import { contentKey, hashBytes } from '../../src/storage/content-key.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';

const { signal } = new AbortController();

function keyOf(bytes: Uint8Array): string {
  return contentKey('videos', hashBytes(bytes), 'mp4');
}

function failsWith(code: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code);
    return true;
  };
}

/** What every object store promises. `open` gives an empty store; it is closed and removed by the caller. */
export function objectStoreContract(
  name: string,
  open: (context: { after(work: () => unknown): void }) => Promise<ObjectStore>,
): void {
  test(`${name}: bytes come back as they were put, with their facts`, async (context) => {
    const store = await open(context);
    const bytes = randomBytes(70_000);
    const put = await store.putBytes(keyOf(bytes), bytes, { signal });
    assert.equal(put.bytes, bytes.length);
    assert.equal(put.contentType, 'video/mp4');
    assert.equal(put.etag, `"${hashBytes(bytes)}"`);
    assert.deepEqual(await store.head(put.key), put);
    assert.ok(bytes.equals(await store.getBytes(put.key, { signal })));
  });

  test(`${name}: a file is copied in and the source stays`, async (context) => {
    const store = await open(context);
    const folder = await mkdtemp(path.join(tmpdir(), 'object-source-'));
    context.after(() => rm(folder, { recursive: true }));
    const filePath = path.join(folder, 'source.bin');
    const bytes = randomBytes(200_000);
    await writeFile(filePath, bytes);
    const { key } = await store.putFile(keyOf(bytes), filePath, { signal });
    await writeFile(filePath, 'changed');
    assert.ok(bytes.equals(await store.getBytes(key, { signal })));
  });

  test(`${name}: every range is the slice`, async (context) => {
    const store = await open(context);
    const bytes = randomBytes(4096);
    const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
    const range = fc
      .tuple(fc.nat(bytes.length - 1), fc.nat(bytes.length - 1))
      .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    await fc.assert(
      fc.asyncProperty(range, async ({ start, end }) => {
        const read = await buffer(store.createReadStream(key, { start, end }));
        assert.ok(bytes.subarray(start, end + 1).equals(read));
      }),
      { numRuns: 60 },
    );
  });

  test(`${name}: an empty object is an object`, async (context) => {
    const store = await open(context);
    const key = contentKey('captions', hashBytes(new Uint8Array()), 'srt');
    assert.equal((await store.putBytes(key, new Uint8Array(), { signal })).bytes, 0);
    assert.equal(await text(store.createReadStream(key)), '');
  });

  test(`${name}: putting the same bytes twice, or twenty times at once, is one object`, async (context) => {
    const store = await open(context);
    const bytes = randomBytes(30_000);
    const key = keyOf(bytes);
    await Promise.all(Array.from({ length: 20 }, () => store.putBytes(key, bytes, { signal })));
    await store.putBytes(key, bytes, { signal });
    assert.ok(bytes.equals(await store.getBytes(key, { signal })));
  });

  test(`${name}: what is not there is undefined, or a clear error; deleting it is fine`, async (context) => {
    const store = await open(context);
    const key = keyOf(randomBytes(8));
    assert.equal(await store.head(key), undefined);
    await assert.rejects(store.getBytes(key, { signal }), failsWith('object_missing'));
    await store.delete(key);
  });

  test(`${name}: a deleted object is gone`, async (context) => {
    const store = await open(context);
    const bytes = randomBytes(100);
    const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
    await store.delete(key);
    assert.equal(await store.head(key), undefined);
  });

  test(`${name}: bytes that are not what the key says are refused and leave nothing`, async (context) => {
    const store = await open(context);
    const key = keyOf(randomBytes(10));
    await assert.rejects(store.putBytes(key, randomBytes(10), { signal }), failsWith('object_hash_mismatch'));
    assert.equal(await store.head(key), undefined);
  });

  test(`${name}: an aborted write leaves nothing`, async (context) => {
    const store = await open(context);
    const bytes = randomBytes(1000);
    await assert.rejects(store.putBytes(keyOf(bytes), bytes, { signal: AbortSignal.abort() }), failsWith('cancelled'));
    assert.equal(await store.head(keyOf(bytes)), undefined);
  });

  test(`${name}: a stream that its reader leaves early ends`, async (context) => {
    const store = await open(context);
    const bytes = randomBytes(500_000);
    const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
    for await (const chunk of store.createReadStream(key)) {
      assert.ok(bytes.subarray(0, chunk.length).equals(Buffer.from(chunk)));
      break;
    }
    assert.ok(bytes.equals(await buffer(store.createReadStream(key))));
  });

  test(`${name}: a stream of what is not there fails`, async (context) => {
    const store = await open(context);
    await assert.rejects(buffer(store.createReadStream(keyOf(randomBytes(8)))));
  });

  test(`${name}: where there is a presigned address, anybody may read the object there, a range of it as well`, async (context) => {
    const store = await open(context);
    const bytes = randomBytes(5000);
    const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
    const address = await store.presignedUrl(key, { expiresInSeconds: 60 });
    if (address === undefined) return;
    const whole = await fetch(address);
    assert.equal(whole.status, 200);
    assert.equal(whole.headers.get('content-type'), 'video/mp4');
    assert.ok(bytes.equals(Buffer.from(await whole.arrayBuffer())));
    const part = await fetch(address, { headers: { range: 'bytes=1000-1999' } });
    assert.equal(part.status, 206);
    assert.ok(bytes.subarray(1000, 2000).equals(Buffer.from(await part.arrayBuffer())));
  });

  test(`${name}: no key leads anywhere but to an object`, async (context) => {
    const store = await open(context);
    const hash = 'a'.repeat(64);
    const hostile = [
      '',
      '..',
      '../../etc/passwd',
      `../${hash}.mp4`,
      `videos/../../${hash}.mp4`,
      `/videos/${hash}.mp4`,
      `videos//${hash}.mp4`,
      `videos\\${hash}.mp4`,
      `videos/${hash}.mp4/`,
      `videos/${hash}.mp4\0.png`,
      `videos/${hash}.exe`,
      `videos/${hash}.constructor`,
      `videos/${hash}`,
      `VIDEOS/${hash}.mp4`,
      `videos/${'A'.repeat(64)}.mp4`,
      `.incoming/${hash}.mp4`,
      `videos/%2e%2e/${hash}.mp4`,
      `videos/${hash}.mp4\n`,
    ];
    for (const key of hostile) {
      await assert.rejects(store.head(key), failsWith('invalid_object_key'), JSON.stringify(key));
      await assert.rejects(store.putBytes(key, new Uint8Array(), { signal }), failsWith('invalid_object_key'));
      assert.throws(() => store.localFile(key), failsWith('invalid_object_key'));
      assert.throws(() => store.createReadStream(key), failsWith('invalid_object_key'));
      await assert.rejects(store.presignedUrl(key, { expiresInSeconds: 60 }), failsWith('invalid_object_key'));
      await assert.rejects(store.getBytes(key, { signal }), failsWith('invalid_object_key'));
      await assert.rejects(store.delete(key), failsWith('invalid_object_key'));
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 90 }), async (key) => {
        await assert.rejects(store.head(key), failsWith('invalid_object_key'));
      }),
      { numRuns: 300 },
    );
  });
}
