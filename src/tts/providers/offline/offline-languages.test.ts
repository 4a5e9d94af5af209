import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOfflineProvider } from '../offline.ts';
import { OFFLINE_LANGUAGES } from './offline-languages.ts';

test('the list is what the voices themselves list', async () => {
  const provider = createOfflineProvider();
  const tags = await provider.listLanguages({ signal: AbortSignal.timeout(20_000) });
  await provider.close();
  const bases = new Set(tags.map((tag) => tag.split('-')[0] ?? '').filter((base) => /^[a-z]{2,3}$/.test(base)));
  assert.deepEqual([...bases].toSorted(), [...OFFLINE_LANGUAGES]);
});
