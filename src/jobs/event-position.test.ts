import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createManualTime } from '../../test/fixtures/manual-time.ts';
import { createEventPosition, GAP_WINDOW } from './event-position.ts';

function createPosition(settleMilliseconds = 1_000) {
  const time = createManualTime();
  return { time, position: createEventPosition({ start: 0, settleMilliseconds, clock: time.clock }) };
}

describe('createEventPosition', () => {
  it('admits a sequence once, in any order', () => {
    const { position } = createPosition();
    assert.deepEqual(
      [5, 2, 5, 2, 3, 9, 0].map((sequence) => position.admit(sequence)),
      [true, true, false, false, true, true, false],
    );
    assert.equal(position.tail, 9);
  });

  it('covers exactly the newest gaps with ranges, the last ones first, none wide', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 60 }), (numbers) => {
        const { position } = createPosition();
        const seen = numbers.toSorted((a, b) => a - b);
        const gaps = new Set<number>();
        let tail = 0;
        for (const sequence of seen) {
          position.admit(sequence);
          for (let gap = Math.max(tail + 1, sequence - GAP_WINDOW); gap < sequence; gap += 1) gaps.add(gap);
          tail = sequence;
        }
        const ranges = position.gapRanges();
        for (const gap of gaps) assert.equal(ranges.filter(({ first, last }) => first <= gap && gap <= last).length, 1);
        for (const [index, { first, last }] of ranges.entries()) {
          assert.ok(gaps.has(first) && gaps.has(last));
          assert.ok(last - first < 100);
          assert.ok(index === 0 || last < (ranges[index - 1]?.first ?? 0));
        }
      }),
    );
  });

  it('gives a gap up after its time, and not before', async () => {
    const { position, time } = createPosition();
    position.admit(2);
    await time.advance(600);
    position.admit(4);
    await time.advance(400);
    assert.deepEqual(position.gapRanges(), [{ first: 1, last: 3 }]);
    await time.advance(1);
    assert.deepEqual(position.gapRanges(), [{ first: 3, last: 3 }]);
    assert.equal(position.admit(1), false);
  });

  it('knows no gaps where transactions take turns', () => {
    const { position } = createPosition(0);
    position.admit(7);
    assert.deepEqual(position.gapRanges(), []);
    assert.equal(position.admit(3), false);
  });
});
