import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import {
  ACCOUNT,
  failsAs,
  fileWith,
  keyOf,
  LARGE,
  requestsOf,
  startStore,
} from '../../../../test/fixtures/s3-store.ts';
import { contentKey, hashFile } from '../../content-key.ts';
import { openS3Store } from '../s3.ts';
import { DEFAULT_PART_BYTES, LARGEST_SINGLE_BYTES, planParts } from './part-plan.ts';

const { signal } = new AbortController();

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
  const { simulator } = await startStore(context);
  const store = openS3Store({ ...ACCOUNT, endpoint: simulator.url });
  context.after(() => store.close());
  for (const [extraBytes, parts] of [
    [0, ['PUT']],
    [1, ['POST uploads', 'PUT part 1', 'PUT part 2', 'PUT part 3', 'POST uploadId']],
  ] as const) {
    const bytes = randomBytes(LARGEST_SINGLE_BYTES + extraBytes);
    const before = simulator.requests.length;
    await store.putFile(keyOf(bytes), await fileWith(context, bytes), { signal });
    const sent = requestsOf(simulator).slice(before);
    // Two parts are on their way at the same time, and either may arrive first.
    assert.deepEqual(sent.filter((request) => request.startsWith('P')).toSorted(), parts.toSorted());
  }
});

test('memory does not grow with the file: an upload holds three parts', async (context) => {
  const { simulator } = await startStore(context);
  const filePath = await fileWith(context, new Uint8Array());
  await truncate(filePath, 20 * DEFAULT_PART_BYTES);
  const key = contentKey('videos', await hashFile(filePath, { signal }), 'mp4');
  // A process of its own, so that the highest mark of its memory is that of the upload.
  const program = `
    const { openS3Store } = await import(${JSON.stringify(path.join(import.meta.dirname, '../s3.ts'))});
    const store = openS3Store(${JSON.stringify({ ...ACCOUNT, endpoint: simulator.url })});
    const { signal } = new AbortController();
    await store.check(signal);
    const before = process.resourceUsage().maxRSS;
    await store.putFile(${JSON.stringify(key)}, ${JSON.stringify(filePath)}, { signal });
    console.log((process.resourceUsage().maxRSS - before) * 1024);
    store.close();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  assert.equal(simulator.objects.get(key)?.bytes.length, 20 * DEFAULT_PART_BYTES);
  assert.ok(Number(stdout) < 8 * DEFAULT_PART_BYTES, `grew by ${stdout.trim()} bytes`);
});

test('a part whose connection is reset is sent again, and only that part', async (context) => {
  const { simulator, store } = await startStore(context);
  simulator.faults.set('reset-mid-part', { times: 2 });
  await store.putFile(keyOf(LARGE), await fileWith(context, LARGE), { signal });
  assert.ok(LARGE.equals(await store.getBytes(keyOf(LARGE), { signal })));
  const parts = requestsOf(simulator).filter((request) => request.startsWith('PUT'));
  assert.deepEqual(new Set(parts), new Set(['PUT part 1', 'PUT part 2', 'PUT part 3']));
  assert.equal(parts.length, 3 + 2);
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

test('nothing of a part arrives after a failed upload was taken back', async (context) => {
  const { simulator, store } = await startStore(context);
  simulator.faults.set('upload-aborted', { times: 1 });
  await assert.rejects(store.putFile(keyOf(LARGE), await fileWith(context, LARGE), { signal }));
  assert.equal(
    requestsOf(simulator).findLastIndex((request) => request.startsWith('PUT')) <
      requestsOf(simulator).lastIndexOf('DELETE uploadId'),
    true,
  );
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

test('a file of this machine that cannot be read is no failure of the S3 storage', async (context) => {
  const { store } = await startStore(context);
  await assert.rejects(store.putFile(keyOf(LARGE), '/does/not/exist', { signal }), { code: 'internal_error' });
});
