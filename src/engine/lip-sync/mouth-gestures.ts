import { coarticulatedWeights } from './coarticulation.ts';
import { easeInOut } from './easing.ts';
import type { TimedShape } from './timed-shapes.ts';
import { restingWeights, type VisemeWeights } from './viseme.ts';

/**
 * A shape's claim on the mouth over time: nothing, a rise, a plateau, a fall. Claims of neighbouring sounds overlap, and the
 * mouth is their weighted mean (dominance blending after Cohen and Massaro).
 */
export type MouthGesture = {
  readonly weights: VisemeWeights;
  readonly jaw: number;
  readonly strength: number;
  readonly riseStartSeconds: number;
  readonly riseEndSeconds: number;
  readonly fallStartSeconds: number;
  readonly fallEndSeconds: number;
};

/** Opening leads its sound and is fast, closing lags behind it and is slow. [J, after TalkingHead's 60 / 25 / 60 ms] */
const OPEN_LEAD_SECONDS = 0.055;
const OPEN_SETTLE_SECONDS = 0.025;
const CLOSE_LEAD_SECONDS = 0.02;
const CLOSE_LAG_SECONDS = 0.07;
/** Lip rounding begins before its vowel, through the consonants in between: 80-150 ms in the literature. */
const ROUNDING_LEAD_SECONDS = 0.125;
/** Lips part before the first sound after a pause, with the breath. */
const AFTER_PAUSE_LEAD_SECONDS = 0.11;
/** After the last sound the mouth sinks back instead of snapping shut. */
const INTO_PAUSE_LAG_SECONDS = 0.24;
/** Gaps shorter than this do not close the mouth; they only let it slacken. */
const CLOSING_PAUSE_SECONDS = 0.15;
const SLACK_STRENGTH = 0.35;
/** A shape that lasts less than this cannot be seen; short sounds are widened to it. */
const SHORTEST_SHAPE_SECONDS = 0.07;
/** Vowels shorter than FULL reach less of their opening, down to the floor at HURRIED: fast speech under-articulates. */
const HURRIED_SECONDS = 0.04;
const FULL_SECONDS = 0.12;
const HURRIED_EXTENT = 0.6;
const STRESS_GAIN = 1.1;
const UNSTRESSED_GAIN = 0.94;
const CONSONANT_JAW = 0.8;
/** Before the first sound and after the last one the rest lasts for ever; a finite bound keeps the arithmetic plain. */
const FOREVER_SECONDS = 1e9;
const AT_REST = restingWeights();

/** Claims on the mouth, in order of their sounds, beginning and ending with an endless rest. */
export function mouthGestures(shapes: readonly TimedShape[]): MouthGesture[] {
  const speech = trimPauses(shapes);
  const first = speech[0];
  const last = speech.at(-1);
  if (first === undefined || last === undefined) return [rest(-FOREVER_SECONDS, FOREVER_SECONDS, 1)];
  return [
    rest(-FOREVER_SECONDS, first.startSeconds, 1),
    ...speech.map((timed, index) => {
      if (timed.shape.kind !== 'pause') return soundGesture(timed, speech, index);
      const length = timed.endSeconds - timed.startSeconds;
      return rest(timed.startSeconds, timed.endSeconds, length >= CLOSING_PAUSE_SECONDS ? 1 : SLACK_STRENGTH);
    }),
    rest(last.endSeconds, FOREVER_SECONDS, 1),
  ];
}

/** How strongly a gesture claims the mouth at a moment, 0..1. */
export function gestureClaim(gesture: MouthGesture, seconds: number): number {
  if (seconds <= gesture.riseStartSeconds || seconds >= gesture.fallEndSeconds) return 0;
  const rise = easeInOut((seconds - gesture.riseStartSeconds) / (gesture.riseEndSeconds - gesture.riseStartSeconds));
  const fall = easeInOut((gesture.fallEndSeconds - seconds) / (gesture.fallEndSeconds - gesture.fallStartSeconds));
  return gesture.strength * Math.min(rise, fall);
}

function soundGesture(timed: TimedShape, shapes: readonly TimedShape[], index: number): MouthGesture {
  const { shape, stressed, ...interval } = timed;
  const previous = shapes[index - 1];
  const next = shapes[index + 1];
  const length = interval.endSeconds - interval.startSeconds;
  const widening = Math.max(0, SHORTEST_SHAPE_SECONDS - length) / 2;
  const startSeconds = interval.startSeconds - widening;
  const endSeconds = interval.endSeconds + widening;
  const opensAfterPause = (previous === undefined || previous.shape.kind === 'pause') && shape.contact === 'none';
  const beforePause = next === undefined || next.shape.kind === 'pause';
  const roundingLead = OPEN_LEAD_SECONDS + shape.rounding * (ROUNDING_LEAD_SECONDS - OPEN_LEAD_SECONDS);
  const gain = stressed ? STRESS_GAIN : UNSTRESSED_GAIN;
  return {
    weights: coarticulatedWeights(shapes, index),
    jaw: shape.kind === 'vowel' ? gain * vowelExtent(length) : CONSONANT_JAW,
    strength: 1,
    riseStartSeconds: startSeconds - Math.max(roundingLead, opensAfterPause ? AFTER_PAUSE_LEAD_SECONDS : 0),
    riseEndSeconds: startSeconds + OPEN_SETTLE_SECONDS,
    fallStartSeconds: endSeconds - CLOSE_LEAD_SECONDS,
    fallEndSeconds: endSeconds + (beforePause ? INTO_PAUSE_LAG_SECONDS : CLOSE_LAG_SECONDS),
  };
}

function rest(startSeconds: number, endSeconds: number, strength: number): MouthGesture {
  const length = endSeconds - startSeconds;
  return {
    weights: AT_REST,
    jaw: 0,
    strength,
    riseStartSeconds: startSeconds,
    riseEndSeconds: startSeconds + Math.min(INTO_PAUSE_LAG_SECONDS, 0.9 * length),
    fallStartSeconds: endSeconds - Math.min(AFTER_PAUSE_LEAD_SECONDS, 0.5 * length),
    fallEndSeconds: endSeconds + OPEN_SETTLE_SECONDS,
  };
}

function trimPauses(shapes: readonly TimedShape[]): readonly TimedShape[] {
  const first = shapes.findIndex((timed) => timed.shape.kind !== 'pause');
  const last = shapes.findLastIndex((timed) => timed.shape.kind !== 'pause');
  return first === -1 ? [] : shapes.slice(first, last + 1);
}

function vowelExtent(lengthSeconds: number): number {
  const position = (lengthSeconds - HURRIED_SECONDS) / (FULL_SECONDS - HURRIED_SECONDS);
  return HURRIED_EXTENT + (1 - HURRIED_EXTENT) * Math.min(1, Math.max(0, position));
}
