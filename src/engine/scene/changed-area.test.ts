import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { changedBounds, coverWithEvenRectangles, intersects } from './changed-area.ts';
import type { Rectangle } from './geometry.ts';
import type { Part } from './part.ts';

const WIDTH = 64;
const HEIGHT = 48;

const anyRectangle: fc.Arbitrary<Rectangle> = fc.record({
  x: fc.integer({ min: -20, max: 70 }),
  y: fc.integer({ min: -20, max: 60 }),
  width: fc.integer({ min: 0, max: 50 }),
  height: fc.integer({ min: 0, max: 50 }),
});

function part(id: string, key: string, bounds: Rectangle): Part {
  return { id, key, bounds, draw: () => undefined };
}

function contains(rectangle: Rectangle, x: number, y: number): boolean {
  return intersects(rectangle, { x, y, width: 1, height: 1 });
}

test('a cover holds every pixel inside the frame, exactly once, on even coordinates', () => {
  fc.assert(
    fc.property(fc.array(anyRectangle, { maxLength: 8 }), (rectangles) => {
      const cover = coverWithEvenRectangles(rectangles, WIDTH, HEIGHT);
      for (const piece of cover) {
        for (const value of [piece.x, piece.y, piece.width, piece.height]) assert.equal(value % 2, 0);
        assert.ok(piece.width > 0 && piece.height > 0);
        assert.ok(piece.x >= 0 && piece.y >= 0);
        assert.ok(piece.x + piece.width <= WIDTH && piece.y + piece.height <= HEIGHT);
      }
      for (let y = 0; y < HEIGHT; y++) {
        for (let x = 0; x < WIDTH; x++) {
          const pieces = cover.filter((piece) => contains(piece, x, y)).length;
          assert.ok(pieces <= 1, `${pieces} pieces overlap at ${x},${y}`);
          if (rectangles.some((rectangle) => contains(rectangle, x, y))) assert.equal(pieces, 1, `hole at ${x},${y}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('rectangles far apart in a large frame stay apart; near ones are joined', () => {
  const far = coverWithEvenRectangles(
    [
      { x: 0, y: 0, width: 200, height: 200 },
      { x: 1600, y: 800, width: 200, height: 200 },
    ],
    1920,
    1080,
  );
  assert.equal(far.length, 2);
  const near = coverWithEvenRectangles(
    [
      { x: 0, y: 0, width: 100, height: 60 },
      { x: 110, y: 4, width: 100, height: 60 },
    ],
    1920,
    1080,
  );
  assert.equal(near.length, 1);
});

test('a part counts as changed when it comes, goes, moves or changes its key, and not otherwise', () => {
  const here = { x: 0, y: 0, width: 4, height: 4 };
  const there = { x: 8, y: 8, width: 4, height: 4 };
  assert.deepEqual(changedBounds([part('a', '1', here)], [part('a', '1', here)]), []);
  assert.deepEqual(changedBounds([part('a', '1', here)], [part('a', '2', here)]), [here, here]);
  assert.deepEqual(changedBounds([part('a', '1', here)], [part('a', '1', there)]), [here, there]);
  assert.deepEqual(changedBounds([], [part('a', '1', here)]), [here]);
  assert.deepEqual(changedBounds([part('a', '1', here)], []), [here]);
});
