import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guessSpeed, learnSpeed, measuredSpeed, plannedSpeed } from './learnt-speed.ts';

test('what was learnt lately outweighs what was learnt before', () => {
  let known = guessSpeed(1, 0);
  for (let index = 0; index < 100; index += 1) known = learnSpeed(known, 10, 10, 0);
  assert.equal(Math.round(measuredSpeed(known) * 1000), 1000);
  for (let index = 0; index < 10; index += 1) known = learnSpeed(known, 10, 40, 0);
  assert.ok(measuredSpeed(known) < 0.3, String(measuredSpeed(known)));
});

test('figures that say nothing about speed are passed over', () => {
  const known = guessSpeed(2, 0);
  for (const [audio, wall] of [
    [0, 1],
    [1, 0],
    [Number.NaN, 1],
    [1, Infinity],
    [-1, 1],
  ] as const) {
    assert.equal(learnSpeed(known, audio, wall, 9), known);
  }
});

test('a slow server without work drifts towards what is typical, a fast one keeps its speed', () => {
  const slow = guessSpeed(0.25, 0);
  assert.equal(plannedSpeed(slow, 1, 0), 0.25);
  assert.equal(plannedSpeed(slow, 1, 300_000), 0.5);
  assert.ok(plannedSpeed(slow, 1, 3_600_000) > 0.99);
  assert.equal(plannedSpeed(guessSpeed(4, 0), 1, 3_600_000), 4);
});
