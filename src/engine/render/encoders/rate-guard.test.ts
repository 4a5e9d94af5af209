import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createOwnEncoder } from './own.ts';
import { createRateGuard } from './rate-guard.ts';
import { readPicture } from './testing/encode-clip.ts';
import { seededRandom } from './testing/random.ts';
import { decodeWithTinyH264 } from './testing/tinyh264-decoder.ts';

test('frames within the budget never feel the guard', () => {
  const guard = createRateGuard(20_000, 30);
  for (let frame = 0; frame < 300; frame++) {
    guard.record(62_000);
    assert.equal(guard.quantiserIncrease, 0);
  }
});

test('frames of any size settle below the limit, when six quantiser steps halve them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 90_000, max: 1_500_000 }), fc.constantFrom(24, 25, 30, 60), (bytes, frameRate) => {
      const guard = createRateGuard(20_000, frameRate);
      let lastSecondBytes = 0;
      for (let frame = 0; frame < 4 * frameRate; frame++) {
        const frameBytes = bytes * 2 ** (-guard.quantiserIncrease / 6);
        if (frame >= 3 * frameRate) lastSecondBytes += frameBytes;
        guard.record(frameBytes);
      }
      assert.ok(lastSecondBytes * 8 <= 20_000_000, `${lastSecondBytes * 8} bits in the fourth second`);
    }),
  );
});

test('a keyframe starts anew', () => {
  const guard = createRateGuard(20_000, 30);
  for (let frame = 0; frame < 30; frame++) guard.record(200_000);
  assert.ok(guard.quantiserIncrease > 0);
  guard.reset();
  assert.equal(guard.quantiserIncrease, 0);
});

test('a storm of noise is held to the rate; once it is over, the picture is repaired and then costs nothing', async () => {
  const whole = { x: 0, y: 0, width: 320, height: 192 };
  const frameQuantiser = 20;
  const encoder = await createOwnEncoder({ ...whole, frameRate: 30, keyframeQuantiser: 18, frameQuantiser });
  const random = seededRandom(6);
  const accessUnits: Uint8Array[] = [];
  const noise = () => Uint8Array.from({ length: 320 * 192 * 4 }, () => random() * 256);
  for (let frame = 0; frame < 30; frame++) {
    encoder.paint(noise(), whole);
    accessUnits.push(encoder.encode({ keyframe: frame === 0 }).data.slice());
  }
  const lateBytes = accessUnits.slice(-8).reduce((sum, unit) => sum + unit.length, 0);
  // Level 3.0 allows 10 Mbit/s.
  assert.ok((lateBytes * 8 * 30) / 8 < 10_000_000, `${lateBytes} bytes in 8 frames`);
  const errorInStorm = meanSquareError(readPicture(encoder, 'source'), readPicture(encoder, 'reconstruction'));
  for (let frame = 0; frame < 40; frame++) accessUnits.push(encoder.encode({ keyframe: false }).data.slice());
  const errorAfter = meanSquareError(readPicture(encoder, 'source'), readPicture(encoder, 'reconstruction'));
  assert.ok(errorAfter < errorInStorm / 4, `mean square error ${errorInStorm}, then ${errorAfter}`);
  assert.ok((accessUnits.at(-1)?.length ?? 0) < 16);
  const decoded = await decodeWithTinyH264(accessUnits);
  assert.deepEqual(decoded.at(-1)?.i420, readPicture(encoder, 'reconstruction'));
});

function meanSquareError(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, sample, index) => sum + (sample - (b[index] ?? 0)) ** 2, 0) / a.length;
}
