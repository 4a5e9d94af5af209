import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { AlignedPhoneme } from '../../../media/alignment.ts';
import type { CaptionWord } from '../brief.ts';
import { createPerformance, type Performance, type PerformanceBrief } from './performance.ts';
import type { PresenterPose } from './pose.ts';

const STEP_SECONDS = 0.002;

type MovingField = Exclude<keyof PresenterPose, 'mouth'>;

/** The fastest that each part may move (per second) and change its speed (per second squared). Lids and eyes are ballistic. */
const LIMITS: Readonly<Record<MovingField, { readonly speed: number; readonly acceleration: number }>> = {
  headYawDegrees: { speed: 25, acceleration: 200 },
  headPitchDegrees: { speed: 60, acceleration: 1000 },
  headRollDegrees: { speed: 25, acceleration: 200 },
  headX: { speed: 0.05, acceleration: 0.5 },
  headY: { speed: 0.08, acceleration: 1 },
  torsoX: { speed: 0.03, acceleration: 0.3 },
  torsoY: { speed: 0.04, acceleration: 0.5 },
  torsoRollDegrees: { speed: 10, acceleration: 80 },
  breath: { speed: 3, acceleration: 20 },
  blinkLeft: { speed: 60, acceleration: 6000 },
  blinkRight: { speed: 60, acceleration: 6000 },
  gazeXDegrees: { speed: 400, acceleration: 40_000 },
  gazeYDegrees: { speed: 400, acceleration: 40_000 },
  browLeft: { speed: 14, acceleration: 250 },
  browRight: { speed: 14, acceleration: 250 },
  smile: { speed: 3, acceleration: 15 },
};
const FIELDS = Object.keys(LIMITS) as MovingField[];

/** Speech of one to five sentences with random words, pauses and question marks, and silence around it. */
const briefs: fc.Arbitrary<PerformanceBrief> = fc
  .record({
    sentences: fc.array(
      fc.record({
        words: fc.array(fc.integer({ min: 90, max: 700 }), { minLength: 1, maxLength: 12 }),
        pauseMilliseconds: fc.integer({ min: 0, max: 1500 }),
        isQuestion: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    seed: fc.integer(),
    withPhonemes: fc.boolean(),
    withCaptions: fc.boolean(),
    loudness: fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
  })
  .map(({ sentences, seed, withPhonemes, withCaptions, loudness }) => {
    const captionWords: CaptionWord[] = [];
    const phonemes: AlignedPhoneme[] = [];
    let seconds = 0.3;
    for (const { words, pauseMilliseconds, isQuestion } of sentences) {
      words.forEach((milliseconds, index) => {
        const endSeconds = seconds + milliseconds / 1000;
        const middle = seconds + 0.4 * (endSeconds - seconds);
        const endsSentence = index === words.length - 1;
        const text = endsSentence ? (isQuestion ? 'really?' : 'done.') : index % 3 === 0 ? 'the' : 'wonder';
        captionWords.push({ text, startSeconds: seconds, endSeconds, endsSentence, joinsPrevious: false });
        phonemes.push({ phoneme: 'm', startSeconds: seconds, endSeconds: middle, stressed: false });
        phonemes.push({ phoneme: 'ɑ', startSeconds: middle, endSeconds, stressed: index % 2 === 0 });
        seconds = endSeconds;
      });
      seconds += pauseMilliseconds / 1000;
    }
    const durationSeconds = seconds + 0.5;
    const values = Float32Array.from(
      { length: Math.round(durationSeconds * 100) },
      (_, index) => loudness[Math.floor(index / 10) % loudness.length] ?? 0,
    );
    const words = captionWords.map((word) => ({ ...word, start: 0, end: 0 }));
    return {
      alignment: { words, phonemes: withPhonemes ? phonemes : [] },
      energy: { stepSeconds: 0.01, values },
      captionWords: withCaptions ? captionWords : [],
      durationSeconds,
      seed,
    };
  });

/** What each part may reach: the bounds that the sums of its movements are designed for. */
const RANGES: Readonly<Record<MovingField, readonly [number, number]>> = {
  headYawDegrees: [-4.5, 4.5],
  headPitchDegrees: [-4, 9],
  headRollDegrees: [-6, 6],
  headX: [-0.012, 0.012],
  headY: [-0.012, 0.015],
  torsoX: [-0.006, 0.006],
  torsoY: [-0.006, 0.008],
  torsoRollDegrees: [-2.5, 2.5],
  breath: [0, 1],
  blinkLeft: [0, 1],
  blinkRight: [0, 1],
  gazeXDegrees: [-3, 3],
  gazeYDegrees: [-3, 3],
  browLeft: [-0.2, 1],
  browRight: [-0.2, 1],
  smile: [0, 1],
};

test('every part stays in its range', () => {
  fc.assert(
    fc.property(briefs, (brief) => {
      for (const pose of posesOf(brief, 0.05)) {
        for (const field of FIELDS) {
          const [least, most] = RANGES[field];
          assert.ok(pose[field] >= least && pose[field] <= most, `${field} is ${pose[field]}`);
        }
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

test('nothing pops: speed and change of speed are bounded for every part', () => {
  fc.assert(
    fc.property(briefs, (brief) => {
      const poses = posesOf(brief, STEP_SECONDS);
      for (const field of FIELDS) {
        const { speed, acceleration } = LIMITS[field];
        for (let index = 2; index < poses.length; index += 1) {
          const step = poses[index]![field] - poses[index - 1]![field];
          const before = poses[index - 1]![field] - poses[index - 2]![field];
          const at = `${field} at ${index * STEP_SECONDS - 1} s`;
          assert.ok(Math.abs(step) / STEP_SECONDS <= speed, `${at} moves at ${step / STEP_SECONDS} per second`);
          const change = Math.abs(step - before) / STEP_SECONDS ** 2;
          assert.ok(change <= acceleration, `${at} speeds up by ${change}`);
        }
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test('the presenter never freezes: before, during and after the speech the head moves in every half second', () => {
  fc.assert(
    fc.property(briefs, (brief) => {
      const performance = createPerformance(brief);
      for (let seconds = -2; seconds < brief.durationSeconds + 3; seconds += 0.5) {
        const travel = travelOf(performance, seconds, 0.5);
        assert.ok(travel > 0.01, `from ${seconds} s the head travels only ${travel} degrees`);
      }
    }),
    { numRuns: 30 },
  );
});

test('a performance does not loop: no ten seconds resemble earlier ones', () => {
  const performance = createPerformance(silence(120, 5));
  const curve = Array.from({ length: 1200 }, (_, index) => performance.poseAt(index / 10).headYawDegrees);
  for (let shift = 20; shift < 600; shift += 1) {
    const difference = Array.from({ length: 600 }, (_, index) => Math.abs(curve[index]! - curve[index + shift]!));
    assert.ok(Math.max(...difference) > 0.3, `repeats after ${shift / 10} s`);
  }
});

test('the same brief gives the same performance in any order, another seed another one', () => {
  fc.assert(
    fc.property(briefs, (brief) => {
      const times = Array.from({ length: 40 }, (_, index) => index * 0.17 - 0.5);
      const first = createPerformance(brief);
      const second = createPerformance(brief);
      const forwards = times.map((seconds) => first.poseAt(seconds));
      const backwards = times.toReversed().map((seconds) => second.poseAt(seconds));
      assert.deepEqual(backwards.toReversed(), forwards);
      const other = createPerformance({ ...brief, seed: brief.seed + 1 });
      assert.notDeepEqual(
        times.map((seconds) => other.poseAt(seconds)),
        forwards,
      );
    }),
    { numRuns: 30 },
  );
});

test('shoulders follow the head by 80 to 120 ms', () => {
  const performance = createPerformance(silence(60, 9));
  const head = Array.from({ length: 6000 }, (_, index) => performance.poseAt(index / 100).headX);
  const torso = Array.from({ length: 6000 }, (_, index) => performance.poseAt(index / 100).torsoX);
  let best = { lag: 0, product: -Infinity };
  for (let lag = 0; lag < 40; lag += 1) {
    let product = 0;
    for (let index = 40; index < 6000; index += 1) product -= (torso[index]! / 0.45 - head[index - lag]!) ** 2;
    if (product > best.product) best = { lag, product };
  }
  assert.ok(best.lag >= 8 && best.lag <= 12, `${best.lag * 10} ms`);
});

test('the head sways by about a degree and a half, not by a twitch', () => {
  const performance = createPerformance(silence(300, 2));
  const yaws = Array.from({ length: 3000 }, (_, index) => Math.abs(performance.poseAt(index / 10).headYawDegrees));
  const largest = Math.max(...yaws);
  assert.ok(largest > 0.8 && largest < 2.5, `largest ${largest}`);
});

test('strong stresses nod the head, questions tilt it and raise the brows, the ends smile', () => {
  const brief = spokenBrief(['we', 'WONDER', 'at', 'the', 'result?'], 'result?');
  const performance = createPerformance(brief);
  const during = posesBetween(performance, 0.3, 3.2);
  const pitches = during.map((pose) => pose.headPitchDegrees);
  assert.ok(Math.max(...pitches) - Math.min(...pitches) >= 2);
  const end = posesBetween(performance, 2.2, 3.6);
  const flat = createPerformance(spokenBrief(['we', 'WONDER', 'at', 'the', 'result.'], 'result.'));
  const flatEnd = posesBetween(flat, 2.2, 3.6);
  const tilt = end.map((pose, index) => Math.abs(pose.headRollDegrees - flatEnd[index]!.headRollDegrees));
  assert.ok(Math.max(...tilt) > 2, 'a question tilts the head by more than the same words as a statement');
  assert.ok(Math.max(...end.map((pose) => pose.browRight)) > 0.5);
  assert.ok(performance.poseAt(0).smile > performance.poseAt(2).smile + 0.2);
  assert.ok(performance.poseAt(brief.durationSeconds + 0.5).smile > performance.poseAt(2).smile + 0.2);
});

test('without words, phonemes or energy the presenter waits, alive', () => {
  const performance = createPerformance(silence(20, 1));
  assert.ok(travelOf(performance, 0, 20) > 2);
  assert.equal(performance.poseAt(3).mouth.jaw, 0);
});

function silence(durationSeconds: number, seed: number): PerformanceBrief {
  return {
    alignment: { words: [], phonemes: [] },
    energy: { stepSeconds: 0.01, values: new Float32Array(0) },
    durationSeconds,
    seed,
  };
}

/** Half a second a word from 0.4 s on; the word in capitals is loud, the rest is not. */
function spokenBrief(texts: readonly string[], last: string): PerformanceBrief {
  const captionWords = texts.map((text, index) => ({
    text,
    startSeconds: 0.4 + 0.5 * index,
    endSeconds: 0.9 + 0.5 * index,
    joinsPrevious: false,
    endsSentence: text === last,
  }));
  const values = Float32Array.from({ length: 400 }, (_, index) => {
    const word = texts[Math.floor((index - 40) / 50)];
    if (word === undefined) return 0;
    return word === word.toUpperCase() ? 1 : 0.6;
  });
  return {
    alignment: { words: captionWords.map((word) => ({ ...word, start: 0, end: 0 })), phonemes: [] },
    energy: { stepSeconds: 0.01, values },
    captionWords,
    durationSeconds: 4,
    seed: 4,
  };
}

function posesOf(brief: PerformanceBrief, stepSeconds: number): PresenterPose[] {
  const performance = createPerformance(brief);
  const count = Math.ceil((brief.durationSeconds + 3) / stepSeconds);
  return Array.from({ length: count }, (_, index) => performance.poseAt(index * stepSeconds - 1));
}

function posesBetween(performance: Performance, fromSeconds: number, untilSeconds: number): PresenterPose[] {
  const count = Math.round((untilSeconds - fromSeconds) * 100);
  return Array.from({ length: count }, (_, index) => performance.poseAt(fromSeconds + index / 100));
}

function travelOf(performance: Performance, fromSeconds: number, lengthSeconds: number): number {
  let travel = 0;
  let before = performance.poseAt(fromSeconds);
  for (let seconds = fromSeconds; seconds <= fromSeconds + lengthSeconds; seconds += 1 / 30) {
    const pose = performance.poseAt(seconds);
    travel += Math.hypot(
      pose.headYawDegrees - before.headYawDegrees,
      pose.headPitchDegrees - before.headPitchDegrees,
      pose.headRollDegrees - before.headRollDegrees,
    );
    before = pose;
  }
  return travel;
}
