import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planSegments } from './segment-plan.ts';

test('segments cover every frame once, in order, and none is longer than four seconds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.constantFrom(24, 25, 30, 60),
      fc.integer({ min: 1, max: 16 }),
      (frameCount, frameRate, workerCount) => {
        const segments = planSegments({ frameCount, frameRate, workerCount });
        let next = 0;
        for (const [index, segment] of segments.entries()) {
          assert.equal(segment.index, index);
          assert.equal(segment.firstFrame, next);
          assert.ok(segment.endFrame > segment.firstFrame);
          assert.ok(segment.endFrame - segment.firstFrame <= 4 * frameRate + 1);
          next = segment.endFrame;
        }
        assert.equal(next, frameCount);
      },
    ),
  );
});

test('a five-second video keeps two workers equally busy', () => {
  const segments = planSegments({ frameCount: 150, frameRate: 30, workerCount: 2 });
  assert.deepEqual(
    segments.map((segment) => segment.endFrame - segment.firstFrame),
    [75, 75],
  );
});
