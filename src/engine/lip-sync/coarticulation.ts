import type { TimedShape } from './timed-shapes.ts';
import { addWeights, restingWeights, VISEMES, type VisemeWeights } from './viseme.ts';

/** Sounds of this strength, such as full vowels and w, keep their own shape and colour their neighbours. */
const UNYIELDING = 0.85;
/** Vowels further away than this no longer colour a consonant. */
const REACH_SECONDS = 0.3;
/** The distance at which a vowel's pull has halved. */
const HALF_PULL_SECONDS = 0.05;
/** Speech plans ahead: the next vowel pulls harder than the one that has passed. */
const ANTICIPATION = 1.5;
/** The mouth sinks towards rest beside a pause, with half the pull of a vowel at the same distance. */
const PAUSE_PULL = 0.5;

/**
 * The shape a sound takes between its neighbours: its own by its strength, and for the rest a mean of the nearest vowels on
 * both sides weighted by nearness, so that the t of "two" is rounded and the t of "tea" is spread.
 */
export function coarticulatedWeights(shapes: readonly TimedShape[], index: number): VisemeWeights {
  const timed = shapes[index];
  if (timed === undefined) return restingWeights();
  const { strength, weights } = timed.shape;
  if (strength >= UNYIELDING) return weights;
  if (timed.shape.contact !== 'none' && (shapes[index + 1]?.shape.kind ?? 'pause') === 'pause') {
    // Lips that part after the last sound of a phrase do so at rest; opening to the vowel before would say "uh".
    return restingWeights();
  }
  const context = new Float32Array(VISEMES.length);
  const before = pullFrom(shapes, index, timed, -1, context);
  const after = pullFrom(shapes, index, timed, 1, context);
  const pull = before + after;
  if (pull === 0) return timed.shape.contact === 'none' ? weights : restingWeights();
  const mixed = weights.map((weight) => strength * weight);
  addWeights(mixed, context, (1 - strength) / pull);
  return mixed;
}

/** Adds the nearest vowel or pause in a direction to `context` and returns how hard it pulls. */
function pullFrom(
  shapes: readonly TimedShape[],
  index: number,
  timed: TimedShape,
  step: 1 | -1,
  context: VisemeWeights,
): number {
  for (let position = index + step; ; position += step) {
    const neighbour = shapes[position];
    if (neighbour === undefined) return 0;
    const { shape, startSeconds, endSeconds } = neighbour;
    if (shape.kind === 'consonant' && shape.strength < UNYIELDING) continue;
    const distance = step === 1 ? startSeconds - timed.endSeconds : timed.startSeconds - endSeconds;
    if (distance > REACH_SECONDS) return 0;
    const kindPull = shape.kind === 'pause' ? PAUSE_PULL : step === 1 ? ANTICIPATION : 1;
    const pull = kindPull / (1 + Math.max(0, distance) / HALF_PULL_SECONDS);
    addWeights(context, shape.weights, pull);
    return pull;
  }
}
