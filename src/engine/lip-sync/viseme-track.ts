import type { Alignment } from '../../media/alignment.ts';
import type { EnergyEnvelope } from '../../media/energy.ts';
import { createRelativeEnergy, jawGain, type RelativeEnergy } from './jaw-energy.ts';
import { contactAmount, jawRestraint, planLipContacts, type LipContactSpan } from './lip-contacts.ts';
import { gestureClaim, mouthGestures, type MouthGesture } from './mouth-gestures.ts';
import { createSpanIndex } from './span-index.ts';
import { timedShapes } from './timed-shapes.ts';
import { addWeights, VISEMES, weightsOf, type MouthState, type VisemeTrack } from './viseme.ts';
import { createWordTrack } from './word-track.ts';

/**
 * The lips lead the sound by this much: they are in place before it is heard, and viewers forgive early lips (125 ms are
 * detectable, ITU-R BT.1359) far more than late ones (45 ms).
 */
export const LIP_LEAD_SECONDS = 0.015;
/** Complete contact of lip and teeth leaves a little of the vowel's shape in the corners. */
const TEETH_PEAK = 0.95;
const MAX_JAW = 1.2;

const LIPS = weightsOf({ PP: 1 });
const TEETH = weightsOf({ FF: 1 });

export type VisemeTrackOptions = {
  readonly durationSeconds: number;
  /** Defaults to LIP_LEAD_SECONDS. */
  readonly leadSeconds?: number;
};

/**
 * The mouth over a whole speech. `alignment` and `energy` share the time axis of the audio (0 is its first sample);
 * `durationSeconds` bounds the speech. Lips close for every p, b and m: for at least one frame at 24 frames a second and
 * wherever the neighbours allow it for 68 ms, PP is exactly 1 and the jaw 0. Without phonemes the jaw follows the energy
 * within the words. Looking up is pure and takes a few microseconds; times may be asked for in any order.
 */
export function createVisemeTrack(
  alignment: Alignment,
  energy: EnergyEnvelope,
  options: VisemeTrackOptions,
): VisemeTrack {
  const { durationSeconds, leadSeconds = LIP_LEAD_SECONDS } = options;
  const relativeEnergy = createRelativeEnergy(energy);
  if (alignment.phonemes.length === 0) {
    return createWordTrack(alignment.words, relativeEnergy, { durationSeconds, leadSeconds });
  }
  const shapes = timedShapes(alignment, durationSeconds);
  const gesturesAt = createSpanIndex(mouthGestures(shapes), (gesture) => [
    gesture.riseStartSeconds,
    gesture.fallEndSeconds,
  ]);
  const lipsAt = createSpanIndex(planLipContacts(shapes, 'lips', { durationSeconds, leadSeconds }), contactBounds);
  const teethAt = createSpanIndex(planLipContacts(shapes, 'teeth', { durationSeconds, leadSeconds }), contactBounds);

  return {
    durationSeconds,
    at(timeSeconds) {
      const seconds = timeSeconds + leadSeconds;
      const spans = lipsAt(seconds);
      const lips = largest(spans, contactAmount, seconds);
      const teeth = TEETH_PEAK * largest(teethAt(seconds), contactAmount, seconds);
      const freedom = 1 - largest(spans, jawRestraint, seconds);
      const gain = freedom * energyGain(relativeEnergy, seconds);
      return articulate(gesturesAt(seconds), seconds, lips, teeth, gain);
    },
  };
}

function articulate(
  gestures: readonly MouthGesture[],
  seconds: number,
  lips: number,
  teeth: number,
  gain: number,
): MouthState {
  const weights = new Float32Array(VISEMES.length);
  let claims = 0;
  let jaw = 0;
  for (const gesture of gestures) {
    const claim = gestureClaim(gesture, seconds);
    if (claim === 0) continue;
    claims += claim;
    jaw += claim * gesture.jaw;
    addWeights(weights, gesture.weights, claim);
  }
  const share = ((1 - lips) * (1 - teeth)) / claims;
  for (let index = 0; index < weights.length; index += 1) weights[index] = (weights[index] ?? 0) * share;
  addWeights(weights, TEETH, (1 - lips) * teeth);
  addWeights(weights, LIPS, lips);
  return { weights, jaw: Math.min(MAX_JAW, (gain * jaw) / claims) };
}

function energyGain(energy: RelativeEnergy, seconds: number): number {
  return energy.audible ? jawGain(energy.at(seconds)) : 1;
}

function largest(
  spans: readonly LipContactSpan[],
  amountOf: (span: LipContactSpan, seconds: number) => number,
  seconds: number,
): number {
  let amount = 0;
  for (const span of spans) amount = Math.max(amount, amountOf(span, seconds));
  return amount;
}

function contactBounds(span: LipContactSpan): readonly [number, number] {
  return [span.closeStartSeconds, Math.max(span.openEndSeconds, span.jawEndSeconds)];
}
