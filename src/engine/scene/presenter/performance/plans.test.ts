import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LONGEST_BLINK_INTERVAL_SECONDS, planBlinks, SHORTEST_BLINK_INTERVAL_SECONDS } from './blinks.ts';
import { LONGEST_BREATH_SECONDS, planBreaths, SHORTEST_BREATH_SECONDS } from './breathing.ts';
import { LONGEST_FIXATION_SECONDS, planFixations, SHORTEST_FIXATION_SECONDS } from './gaze.ts';
import type { Span } from './speech-rhythm.ts';

const DURATION_SECONDS = 120;
const seeds = fc.integer();
const phraseLists: fc.Arbitrary<Span[]> = fc
  .array(
    fc.record({
      length: fc.double({ min: 0.3, max: 6, noNaN: true }),
      pause: fc.double({ min: 0.15, max: 3, noNaN: true }),
    }),
    {
      maxLength: 30,
    },
  )
  .map((phrases) => {
    let seconds = 0.2;
    return phrases.map(({ length, pause }) => {
      const startSeconds = seconds;
      seconds += length + pause;
      return { startSeconds, endSeconds: startSeconds + length };
    });
  });

test('a blink lasts 120 to 180 ms, closes faster than it opens and is shut for a frame', () => {
  fc.assert(
    fc.property(phraseLists, seeds, (phrases, seed) => {
      for (const blink of planBlinks(phrases, DURATION_SECONDS, seed, 1)) {
        const length = blink.endSeconds - blink.startSeconds;
        assert.ok(length >= 0.12 && length <= 0.18, `${length}`);
        assert.ok(blink.peakSeconds - blink.startSeconds < blink.endSeconds - blink.heldUntilSeconds);
        assert.ok(blink.heldUntilSeconds - blink.peakSeconds > 1 / 30);
      }
    }),
    { numRuns: 50 },
  );
});

test('blinks come every 2 to 6 s, some double, and never overlap', () => {
  let doubles = 0;
  fc.assert(
    fc.property(phraseLists, seeds, (phrases, seed) => {
      const blinks = planBlinks(phrases, DURATION_SECONDS, seed, 1);
      let single = blinks[0]!.startSeconds;
      for (let index = 1; index < blinks.length; index += 1) {
        const blink = blinks[index]!;
        assert.ok(blink.startSeconds >= blinks[index - 1]!.endSeconds);
        const interval = blink.startSeconds - single;
        if (interval < 0.4) {
          doubles += 1;
          continue;
        }
        assert.ok(
          interval >= SHORTEST_BLINK_INTERVAL_SECONDS && interval <= LONGEST_BLINK_INTERVAL_SECONDS,
          `${interval}`,
        );
        single = blink.startSeconds;
      }
    }),
    { numRuns: 50 },
  );
  assert.ok(doubles > 20);
});

test('blinks prefer the ends of phrases', () => {
  const phrases = Array.from({ length: 40 }, (_, index) => ({ startSeconds: index * 3, endSeconds: index * 3 + 2.6 }));
  let atEnds = 0;
  let all = 0;
  for (let seed = 0; seed < 20; seed += 1) {
    for (const blink of planBlinks(phrases, DURATION_SECONDS, seed, 1)) {
      if (blink.startSeconds < 0 || blink.startSeconds > DURATION_SECONDS) continue;
      all += 1;
      const sinceEnd = (((blink.startSeconds - 2.6) % 3) + 3) % 3;
      if (sinceEnd < 0.13) atEnds += 1;
    }
  }
  assert.ok(atEnds / all > 0.4, `${atEnds} of ${all}; by chance it would be 4 %`);
});

test('the eyes move every 0.8 to 3 s, by at most 3 degrees, and are on the camera most of the time', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const fixations = planFixations(DURATION_SECONDS, seed, 1);
      let onCamera = 0;
      let total = 0;
      for (let index = 1; index < fixations.length; index += 1) {
        const previous = fixations[index - 1]!;
        const fixation = fixations[index]!;
        const lasted = fixation.startSeconds - previous.startSeconds;
        assert.ok(lasted >= SHORTEST_FIXATION_SECONDS && lasted <= LONGEST_FIXATION_SECONDS, `${lasted}`);
        const degrees = Math.hypot(fixation.xDegrees - previous.xDegrees, fixation.yDegrees - previous.yDegrees);
        assert.ok(degrees <= 3, `${degrees}`);
        total += lasted;
        if (Math.hypot(previous.xDegrees, previous.yDegrees) < 0.6) onCamera += lasted;
      }
      assert.ok(onCamera / total > 0.6, `${onCamera / total}`);
    }),
    { numRuns: 50 },
  );
});

test('breaths follow one another at 0.2 to 0.3 a second, in faster than out', () => {
  fc.assert(
    fc.property(phraseLists, seeds, (phrases, seed) => {
      const breaths = planBreaths(phrases, DURATION_SECONDS, seed, 1);
      breaths.forEach((breath, index) => {
        const length = breath.endSeconds - breath.startSeconds;
        assert.ok(length >= SHORTEST_BREATH_SECONDS - 1e-9 && length <= LONGEST_BREATH_SECONDS + 1e-9, `${length}`);
        assert.ok(breath.fullSeconds - breath.startSeconds < breath.endSeconds - breath.fullSeconds);
        if (index > 0) assert.equal(breath.startSeconds, breaths[index - 1]!.endSeconds);
      });
    }),
    { numRuns: 50 },
  );
});

test('speakers breathe in before a phrase', () => {
  const phrases = Array.from({ length: 25 }, (_, index) => ({
    startSeconds: index * 4.2,
    endSeconds: index * 4.2 + 3.6,
  }));
  const breaths = planBreaths(phrases, 100, 3, 1);
  const full = phrases.filter((phrase) =>
    breaths.some((breath) => Math.abs(breath.fullSeconds - phrase.startSeconds - 0.05) < 1e-6),
  );
  assert.ok(full.length > 20, `${full.length} of 25`);
});
