import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { planTimeline, presenceAt, progress } from './timeline.ts';

const anyDuration = fc.double({ min: 0.1, max: 600, noNaN: true });
const anyLength = fc.integer({ min: 0, max: 200 });

test('in a video of any length everything has arrived before the end', () => {
  fc.assert(
    fc.property(anyDuration, anyLength, (durationSeconds, characters) => {
      const timeline = planTimeline(durationSeconds, characters);
      const lastLine = presenceAt(timeline.title, durationSeconds, 3 * timeline.titleLineDelaySeconds);
      assert.equal(lastLine?.entered, 1);
      const { lowerThird } = timeline;
      assert.ok(lowerThird.enterSeconds + lowerThird.enterDurationSeconds <= durationSeconds);
    }),
  );
});

test('what leaves has been there long enough to be read, and is gone well before the end', () => {
  fc.assert(
    fc.property(anyDuration, anyLength, (durationSeconds, characters) => {
      const { lowerThird } = planTimeline(durationSeconds, characters);
      if (lowerThird.exit === undefined) return;
      assert.ok(lowerThird.exit.startSeconds - lowerThird.enterSeconds >= 4);
      assert.ok(lowerThird.exit.startSeconds + lowerThird.exit.durationSeconds <= durationSeconds - 1);
    }),
  );
});

test('the durations are those of the art direction', () => {
  const timeline = planTimeline(30, 30);
  assert.ok(timeline.title.enterDurationSeconds >= 0.25 && timeline.title.enterDurationSeconds <= 0.4);
  const exit = timeline.lowerThird.exit;
  assert.ok(exit !== undefined && exit.durationSeconds >= 0.15 && exit.durationSeconds <= 0.2);
  assert.equal(timeline.lowerThird.enterSeconds, 1);
});

test('an entrance never runs backwards', () => {
  const { lowerThird } = planTimeline(30, 30);
  let before = 0;
  for (let seconds = 0; seconds < 5; seconds += 1 / 60) {
    const entered = presenceAt(lowerThird, seconds)?.entered ?? 0;
    assert.ok(entered >= before);
    before = entered;
  }
  assert.equal(before, 1);
  assert.equal(presenceAt(lowerThird, 29), undefined);
});

test('progress of a cut is a step', () => {
  assert.equal(progress(1, 1, 0), 0);
  assert.equal(progress(1.001, 1, 0), 1);
  assert.equal(progress(1.5, 1, 1), 0.5);
});
