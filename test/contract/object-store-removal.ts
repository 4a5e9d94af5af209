import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { contentKey } from '../../src/storage/content-key.ts';
import type { ObjectKey, ObjectStore } from '../../src/storage/object-store.ts';

const { signal } = new AbortController();
const DAY_MILLISECONDS = 24 * 3_600_000;

type Ground = {
  readonly store: ObjectStore;
  /** Makes an object seem as if it had been written at that time; missing where the store cannot be lied to. */
  setModifiedAt?(key: ObjectKey, milliseconds: number): Promise<void>;
};

/** The bytes of object `number`, and the key that goes with them. */
function objectOf(folder: string, number: number): { readonly key: ObjectKey; readonly bytes: Buffer } {
  const bytes = Buffer.from(`object ${number}`);
  return { key: contentKey(folder, createHash('sha256').update(bytes).digest('hex'), 'wav'), bytes };
}

async function listed(store: ObjectStore, folder: string): Promise<readonly ObjectKey[]> {
  const keys: ObjectKey[] = [];
  for await (const page of store.list(folder, { signal })) {
    assert.ok(page.length <= 1000);
    keys.push(...page.map(({ key }) => key));
  }
  return keys.toSorted();
}

/** What every object store promises to those who tidy up. `open` gives an empty store; it is removed by the caller. */
export function objectRemovalContract(
  name: string,
  open: (context: { after(work: () => unknown): void }) => Promise<Ground>,
): void {
  const before = new Date(Date.now() + DAY_MILLISECONDS);

  test(`${name}: a list has every object of its folder once, with its facts`, async (context) => {
    const { store } = await open(context);
    const objects = Array.from({ length: 30 }, (_, number) => objectOf('audio', number));
    await Promise.all(objects.map(({ key, bytes }) => store.putBytes(key, bytes, { signal })));
    const other = objectOf('audio-other', 1);
    await store.putBytes(other.key, other.bytes, { signal });
    assert.deepEqual(await listed(store, 'audio'), objects.map(({ key }) => key).toSorted());
    assert.deepEqual(await listed(store, 'none'), []);
    for await (const [first] of store.list('audio-other', { signal })) {
      const { key, bytes, modifiedAt } = (await store.head(other.key))!;
      assert.equal(Math.abs(first!.modifiedAt.getTime() - modifiedAt.getTime()) < 1000, true);
      assert.deepEqual([first!.key, first!.bytes], [key, bytes]);
    }
  });

  test(`${name}: a list that is called off ends`, async (context) => {
    const { store } = await open(context);
    const { key, bytes } = objectOf('audio', 1);
    await store.putBytes(key, bytes, { signal });
    const pages = store.list('audio', { signal: AbortSignal.abort() })[Symbol.asyncIterator]();
    await assert.rejects(async () => pages.next(), { code: 'cancelled' });
  });

  test(`${name}: many are deleted at once, and what is not there is fine`, async (context) => {
    const { store } = await open(context);
    const [first, second, third] = [1, 2, 3].map((number) => objectOf('videos', number));
    for (const { key, bytes } of [first!, second!]) await store.putBytes(key, bytes, { signal });
    const removal = await store.deleteMany([first!.key, third!.key], { modifiedBefore: before, signal });
    assert.deepEqual(removal, { deleted: 2, rewritten: [], failures: [] });
    assert.deepEqual(await listed(store, 'videos'), [second!.key]);
    assert.equal((await store.deleteMany([], { modifiedBefore: before, signal })).deleted, 0);
    const hostile = store.deleteMany(['../../etc/passwd'], { modifiedBefore: before, signal });
    await assert.rejects(async () => hostile, { code: 'invalid_object_key' });
  });

  test(`${name}: an old object that is written again is young, and its bytes are there`, async (context) => {
    const { store, setModifiedAt } = await open(context);
    if (setModifiedAt === undefined) {
      context.skip('this server keeps its own time');
      return;
    }
    const { key, bytes } = objectOf('audio', 7);
    await store.putBytes(key, bytes, { signal });
    const old = Date.now() - 3 * DAY_MILLISECONDS;
    await setModifiedAt(key, old);
    assert.ok((await store.head(key))!.modifiedAt.getTime() < old + 1000);
    const { modifiedAt } = await store.putBytes(key, bytes, { signal });
    assert.ok(modifiedAt.getTime() > Date.now() - DAY_MILLISECONDS / 2);
    assert.ok(bytes.equals(await store.getBytes(key, { signal })));
  });

  test(`${name}: nothing is left of uploads, and there is nothing to abort`, async (context) => {
    const { store } = await open(context);
    const { key, bytes } = objectOf('audio', 8);
    await store.putBytes(key, bytes, { signal });
    assert.deepEqual(await store.abortStaleUploads({ olderThan: before, signal }), { aborted: 0, failures: [] });
    assert.deepEqual(await listed(store, 'audio'), [key]);
  });
}
