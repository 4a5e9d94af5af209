import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../../../test/fixtures/manual-time.ts';
import { createEntryLocks } from './entry-locks.ts';

test('an entry that anyone has is not had alone, until all have given it back', async () => {
  const locks = createEntryLocks();
  const work = async (): Promise<void> => {};
  const first = await locks.share('key');
  const second = await locks.share('key');
  assert.equal(await locks.tryAlone('key', work), false);
  assert.equal(await locks.tryAlone('other', work), true);
  first();
  first();
  assert.equal(await locks.tryAlone('key', work), false);
  second();
  assert.equal(await locks.tryAlone('key', work), true);
});

test('who wants an entry waits for its removal, even one that fails', async () => {
  const locks = createEntryLocks();
  const { promise, reject: fail } = Promise.withResolvers<void>();
  const removal = locks.tryAlone('key', () => promise);
  let isShared = false;
  const shared = locks.share('key').then(() => (isShared = true));
  await settle();
  assert.equal(isShared, false);
  assert.equal(await locks.tryAlone('key', async () => {}), false);
  fail(new Error('disk'));
  await assert.rejects(removal, /disk/);
  await shared;
});
