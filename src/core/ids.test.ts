import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createId } from './ids.ts';

test('an id has its prefix and 26 base-32 characters', () => {
  assert.match(createId('vid', 1_700_000_000_000), /^vid_[0-9a-hjkmnp-tv-z]{26}$/);
});

test('ids sort by time, and differ at the same time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer({ min: 1, max: 1e9 }), (now, later) => {
      assert.ok(createId('vid', now) < createId('vid', now + later));
      assert.notEqual(createId('vid', now), createId('vid', now));
    }),
  );
});

test('known value', () => {
  assert.equal(createId('x', 0, new Uint8Array(10).fill(255)), `x_${'0'.repeat(10)}${'z'.repeat(16)}`);
});
