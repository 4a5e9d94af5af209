import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GUARD_MILLISECONDS, isExpired, removableEntries } from './eviction.ts';
import type { SpeechKey } from './speech-key.ts';

const NOW = Date.UTC(2026, 0, 1);
const WEEK_SECONDS = 7 * 24 * 3600;

test('the least recently used goes first, and nothing of the last minute', () => {
  const ages = [GUARD_MILLISECONDS - 1, 5 * GUARD_MILLISECONDS, 0, GUARD_MILLISECONDS, 9 * GUARD_MILLISECONDS];
  const entries = ages.map((age) => ({ key: String(age) as SpeechKey, bytes: 1, lastUsedAt: NOW - age }));
  assert.deepEqual(
    removableEntries(entries, NOW).map(({ lastUsedAt }) => (NOW - lastUsedAt) / GUARD_MILLISECONDS),
    [9, 5, 1],
  );
});

test('an entry is over its age a millisecond after it, and a clock set back keeps none for ever', () => {
  assert.equal(isExpired(NOW - WEEK_SECONDS * 1000, NOW, WEEK_SECONDS), false);
  assert.equal(isExpired(NOW - WEEK_SECONDS * 1000 - 1, NOW, WEEK_SECONDS), true);
  assert.equal(isExpired(NOW + WEEK_SECONDS * 1000, NOW, WEEK_SECONDS), false);
  assert.equal(isExpired(NOW + WEEK_SECONDS * 1000 + 1, NOW, WEEK_SECONDS), true);
});
