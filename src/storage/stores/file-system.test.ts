import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { objectRemovalContract } from '../../../test/contract/object-store-removal.ts';
import { objectStoreContract } from '../../../test/contract/object-store.ts';
import { AppError } from '../../core/errors.ts';
import { contentKey, hashBytes, hashFile } from '../content-key.ts';
import { openFileSystemStore } from './file-system.ts';

const { signal } = new AbortController();

async function temporaryFolder(context: { after(work: () => unknown): void }): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'object-store-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

objectStoreContract('file system', async (context) =>
  openFileSystemStore({ folder: path.join(await temporaryFolder(context), 'objects'), now: Date.now() }),
);

objectRemovalContract('file system', async (context) => {
  const store = await openFileSystemStore({ folder: await temporaryFolder(context), now: Date.now() });
  return {
    store,
    setModifiedAt: (key, milliseconds) => utimes(store.localFile(key)!, milliseconds / 1000, milliseconds / 1000),
  };
});

test('an object that was written again after it was listed is not deleted', async (context) => {
  const store = await openFileSystemStore({ folder: await temporaryFolder(context), now: Date.now() });
  const keys = [];
  for (const bytes of [randomBytes(10), randomBytes(10)]) {
    const { key } = await store.putBytes(contentKey('audio', hashBytes(bytes), 'wav'), bytes, { signal });
    await utimes(store.localFile(key)!, 1_000, 1_000);
    keys.push({ key, bytes });
  }
  const [old, used] = keys;
  await store.putBytes(used!.key, used!.bytes, { signal });
  const removal = await store.deleteMany([old!.key, used!.key], { modifiedBefore: new Date(2_000_000), signal });
  assert.deepEqual(removal, { deleted: 1, rewritten: [used!.key], failures: [] });
  assert.ok(used!.bytes.equals(await store.getBytes(used!.key, { signal })));
});

test('whatever is written while it is deleted is there afterwards, or was not written', async (context) => {
  const folder = await temporaryFolder(context);
  const store = await openFileSystemStore({ folder, now: Date.now() });
  const bytes = randomBytes(10);
  const key = contentKey('audio', hashBytes(bytes), 'wav');
  for (let round = 0; round < 40; round += 1) {
    await store.putBytes(key, bytes, { signal });
    await utimes(store.localFile(key)!, 1_000, 1_000);
    const modifiedBefore = new Date(2_000_000);
    await Promise.all([store.deleteMany([key], { modifiedBefore, signal }), store.putBytes(key, bytes, { signal })]);
    assert.ok(bytes.equals(await store.getBytes(key, { signal })), `round ${round}`);
  }
  assert.deepEqual(await readdir(path.join(folder, '.incoming')), []);
});

test('files that cannot be deleted are told one by one', async (context) => {
  const folder = await temporaryFolder(context);
  const store = await openFileSystemStore({ folder, now: Date.now() });
  const bytes = randomBytes(10);
  const { key } = await store.putBytes(contentKey('audio', hashBytes(bytes), 'wav'), bytes, { signal });
  const none = contentKey('audio', 'f'.repeat(64), 'wav');
  // There is no place to move files to.
  await rm(path.join(folder, '.incoming'), { recursive: true });
  await writeFile(path.join(folder, '.incoming'), 'no folder');
  const { deleted, failures } = await store.deleteMany([key, none], { modifiedBefore: new Date(), signal });
  assert.deepEqual([deleted, failures.map((failure) => failure.key)], [1, [key]]);
});

test('objects survive a new start, and no half file is ever among them', async (context) => {
  const folder = await temporaryFolder(context);
  const bytes = new TextEncoder().encode('hello');
  const key = contentKey('captions', hashBytes(bytes), 'vtt');
  await (await openFileSystemStore({ folder, now: Date.now() })).putBytes(key, bytes, { signal });
  const reopened = await openFileSystemStore({ folder, now: Date.now() });
  assert.equal((await reopened.head(key))?.bytes, 5);
  assert.deepEqual(await readdir(path.join(folder, 'captions')), [path.basename(key)]);
  assert.deepEqual(await readdir(path.join(folder, '.incoming')), []);
});

test('temporary files of a process that died are removed after an hour, those of a living one are not', async (context) => {
  const folder = await temporaryFolder(context);
  const incoming = path.join(folder, '.incoming');
  await mkdir(incoming);
  const now = Date.now();
  for (const [name, ageSeconds] of [
    ['old.part', 3700],
    ['young.part', 60],
  ] as const) {
    await writeFile(path.join(incoming, name), 'half');
    await utimes(path.join(incoming, name), now / 1000 - ageSeconds, now / 1000 - ageSeconds);
  }
  await openFileSystemStore({ folder, now });
  assert.deepEqual(await readdir(incoming), ['young.part']);
});

test('a store in a folder that is a file says so in plain words', async (context) => {
  const folder = await temporaryFolder(context);
  await writeFile(path.join(folder, 'objects'), 'a file');
  await assert.rejects(openFileSystemStore({ folder: path.join(folder, 'objects'), now: 0 }), (error) => {
    assert.ok(error instanceof AppError);
    return true;
  });
});

test('a folder that may not be written to is a storage failure in plain words', async (context) => {
  const folder = await temporaryFolder(context);
  const store = await openFileSystemStore({ folder, now: Date.now() });
  await chmod(path.join(folder, '.incoming'), 0o555);
  await chmod(folder, 0o777);
  const bytes = new Uint8Array(3);
  const key = contentKey('audio', hashBytes(bytes), 'wav');
  // The superuser may write anywhere, so the attempt is made with the rights of nobody.
  const isSuperuser = process.getuid?.() === 0;
  if (isSuperuser) process.seteuid?.(65_534);
  try {
    await assert.rejects(store.putBytes(key, bytes, { signal }), {
      code: 'storage_failed',
      kind: 'storage',
      message: 'The data folder may not be written to (permission denied).',
    });
  } finally {
    if (isSuperuser) process.seteuid?.(0);
  }
});

test('a full disk is a storage failure in plain words, leaves nothing behind, and heals', async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'small-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  if (mounted.status !== 0) {
    await rm(folder, { recursive: true });
    context.skip('a small file system cannot be mounted here');
    return;
  }
  context.after(async () => {
    spawnSync('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
  });
  const store = await openFileSystemStore({ folder, now: Date.now() });
  const large = randomBytes(400_000);
  await assert.rejects(store.putBytes(contentKey('audio', hashBytes(large), 'wav'), large, { signal }), {
    code: 'storage_failed',
    kind: 'storage',
    message: 'The disk is full.',
  });
  assert.deepEqual(await readdir(path.join(folder, '.incoming')), []);
  const small = randomBytes(100_000);
  assert.equal((await store.putBytes(contentKey('audio', hashBytes(small), 'wav'), small, { signal })).bytes, 100_000);
});

test('a file and its bytes have the same hash', async (context) => {
  const folder = await temporaryFolder(context);
  const bytes = Buffer.alloc(300_000, 'abc');
  await writeFile(path.join(folder, 'file'), bytes);
  assert.equal(await hashFile(path.join(folder, 'file'), { signal }), hashBytes(bytes));
  await assert.rejects(hashFile(path.join(folder, 'file'), { signal: AbortSignal.abort() }), { name: 'AbortError' });
});
