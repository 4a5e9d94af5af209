import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameTimingOf } from './frame-timing.ts';
import { levelFor } from './stream-level.ts';

test('the level is the lowest that holds the size and the rate', () => {
  const cases = [
    [640, 360, 30, 30],
    [1280, 720, 30, 31],
    [1920, 1080, 30, 40],
    [1080, 1920, 30, 40],
    [1080, 1080, 30, 32],
    [1920, 1080, 60, 42],
    [3840, 2160, 30, 51],
    [3840, 2160, 60, 52],
  ] as const;
  for (const [width, height, frameRate, level] of cases) {
    assert.equal(levelFor(width, height, frameRate).levelIdc, level, `${width}x${height} at ${frameRate}`);
  }
});

test('a picture that is small but too long for a level takes a higher one', () => {
  assert.equal(levelFor(16 * 113, 16, 30).levelIdc, 30);
  assert.equal(levelFor(16 * 114, 16, 30).levelIdc, 31);
});

test('no level holds 8K; the error says so', () => {
  assert.throws(() => levelFor(7680, 4320, 30), { code: 'video_size_unsupported', kind: 'invalid_input' });
});

test('frame timing is exact for whole and NTSC rates', () => {
  for (const [frameRate, ticksPerSecond, tickUnits] of [
    [30, 60, 1],
    [25, 50, 1],
    [29.97, 60_000, 1001],
    [23.976, 48_000, 1001],
    [30_000 / 1001, 60_000, 1001],
    [12.5, 25_000, 1000],
  ] as const) {
    assert.deepEqual(frameTimingOf(frameRate), { ticksPerSecond, tickUnits }, `${frameRate}`);
  }
});
