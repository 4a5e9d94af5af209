import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFairQueue } from './fair-queue.ts';

test('owners take turns by the work they ask for', () => {
  const queue = createFairQueue<string>();
  for (const item of ['long1', 'long2', 'long3']) queue.add(item, 'long', 20);
  for (const item of ['short1', 'short2', 'short3']) queue.add(item, 'short', 10);
  assert.deepEqual(queue.items, ['long1', 'short1', 'short2', 'long2', 'short3', 'long3']);
});

test('who comes late has no claim to the time before', () => {
  const queue = createFairQueue<string>();
  for (let index = 0; index < 10; index += 1) {
    queue.add(`early${index}`, 'early', 10);
    queue.serve(`early${index}`);
  }
  for (const item of ['early10', 'early11']) queue.add(item, 'early', 10);
  for (const item of ['late0', 'late1', 'late2']) queue.add(item, 'late', 10);
  assert.deepEqual(queue.items, ['late0', 'early10', 'late1', 'early11', 'late2']);
});

test('what is given up is not charged', () => {
  const queue = createFairQueue<string>();
  for (const item of ['a0', 'a1', 'a2']) queue.add(item, 'a', 10);
  queue.remove('a0');
  queue.remove('a1');
  queue.remove('never asked for');
  queue.serve('never asked for');
  for (const item of ['b0', 'b1', 'b2']) queue.add(item, 'b', 10);
  queue.add('a3', 'a', 10);
  assert.deepEqual(queue.items, ['a2', 'b0', 'b1', 'a3', 'b2']);
});
