import { createNoise, createRandomSequence, hashToUnit } from './noise.ts';
import { createKeyTrack, createPulseTrack, type Key, type Pulse } from './pulses.ts';
import type { Emphasis, Sentence, SpeechRhythm } from './speech-rhythm.ts';

/** Where the head is: degrees, and shares of the frame's height. Signs as in PresenterPose. */
export type HeadPlace = {
  readonly yawDegrees: number;
  readonly pitchDegrees: number;
  readonly rollDegrees: number;
  readonly x: number;
  readonly y: number;
};

/** Sway is the sum of a slow and a slower noise, which together stay within these bounds. */
const SWAY_DEGREES = 1.5;
const SWAY_SHIFT = 0.006;
const SLOW_HZ = 0.55;
const SLOWER_HZ = 0.19;
const SLOWER_SHARE = 0.62;
const SWAY_FILL = 2.2;
/** Silent presenters sway this much of what speaking ones do. */
const SILENT_SWAY = 0.7;

/** Each phrase is spoken from a slightly different stance. */
const STANCE_YAW_DEGREES = 2.2;
const STANCE_ROLL_DEGREES = 0.9;
const STANCE_SHIFT = 0.0025;
const STANCE_MOVE_SECONDS = 0.8;
const STANCE_SPACING_SECONDS = 1.8;

const SMALLEST_NOD_DEGREES = 2;
const LARGEST_NOD_DEGREES = 4;
const NOD_DOWN_SECONDS = 0.19;
const NOD_UP_SECONDS = 0.25;
/** Before it goes down the head rises a little, as any body gathers for a movement. */
const NOD_LIFT_SHARE = 0.16;
const BEAT_DEGREES = 1;
/** A nod also lowers the head in the frame. */
const SHIFT_PER_NOD_DEGREE = 0.0007;

const TILT_DEGREES = 3;
/** What the tilts of questions that follow one another closely approach together. */
const WIDEST_TILT_DEGREES = 3;
const TILT_BEFORE_END_SECONDS = 0.9;
const SETTLE_DEGREES = 0.9;

/** The head over a whole performance: sway, a stance per phrase, nods on stress, tilts at questions, a settle after sentences. */
export function createHeadMotion(
  rhythm: SpeechRhythm,
  seed: number,
  stream: number,
): (timeSeconds: number) => HeadPlace {
  const sways = [0, 1, 2, 3, 4].map((axis) => createSway(seed, stream + 10 * axis));
  const [yawSway, pitchSway, rollSway, xSway, ySway] = sways;
  const talking = createPulseTrack(talkPulses(rhythm));
  const yawStance = createKeyTrack(stanceKeys(rhythm, seed, stream + 1, STANCE_YAW_DEGREES));
  const rollStance = createKeyTrack(stanceKeys(rhythm, seed, stream + 2, STANCE_ROLL_DEGREES));
  const xStance = createKeyTrack(stanceKeys(rhythm, seed, stream + 3, STANCE_SHIFT));
  const nods = createPulseTrack([
    ...rhythm.strongEmphases.flatMap((emphasis) => nodPulses(emphasis, nodDegrees(emphasis))),
    ...rhythm.lightEmphases.flatMap((emphasis) => nodPulses(emphasis, BEAT_DEGREES * (0.5 + 0.5 * emphasis.strength))),
    ...rhythm.sentences.map(settlePulse),
  ]);
  const tilts = createPulseTrack(
    rhythm.sentences.flatMap((sentence, index) =>
      tiltPulses(sentence, hashToUnit(seed, stream + 4, index) < 0.5 ? -1 : 1),
    ),
  );

  return (timeSeconds) => {
    const sway = SILENT_SWAY + (1 - SILENT_SWAY) * talking(timeSeconds);
    const nod = nods(timeSeconds);
    return {
      yawDegrees: SWAY_DEGREES * sway * (yawSway?.(timeSeconds) ?? 0) + yawStance(timeSeconds),
      pitchDegrees: 0.8 * SWAY_DEGREES * sway * (pitchSway?.(timeSeconds) ?? 0) + nod,
      rollDegrees:
        0.8 * SWAY_DEGREES * sway * (rollSway?.(timeSeconds) ?? 0) +
        rollStance(timeSeconds) +
        WIDEST_TILT_DEGREES * Math.tanh(tilts(timeSeconds) / WIDEST_TILT_DEGREES),
      x: SWAY_SHIFT * sway * (xSway?.(timeSeconds) ?? 0) + xStance(timeSeconds),
      y: 0.7 * SWAY_SHIFT * sway * (ySway?.(timeSeconds) ?? 0) + SHIFT_PER_NOD_DEGREE * nod,
    };
  };
}

function nodDegrees(emphasis: Emphasis): number {
  return SMALLEST_NOD_DEGREES + (LARGEST_NOD_DEGREES - SMALLEST_NOD_DEGREES) * emphasis.strength;
}

function createSway(seed: number, stream: number): (timeSeconds: number) => number {
  const slow = createNoise(seed, stream, SLOW_HZ);
  const slower = createNoise(seed, stream + 5, SLOWER_HZ);
  // The mean of many knots rarely comes near its bounds; the soft limit fills them without passing them.
  return (timeSeconds) =>
    Math.tanh(SWAY_FILL * (SLOWER_SHARE * slower(timeSeconds) + (1 - SLOWER_SHARE) * slow(timeSeconds)));
}

/** One plateau per stretch of talk; stretches closer than their eases are one. */
function talkPulses(rhythm: SpeechRhythm): Pulse[] {
  const pulses: Pulse[] = [];
  for (const { startSeconds, endSeconds } of rhythm.phrases) {
    const last = pulses.at(-1);
    const pulse = {
      startSeconds: startSeconds - 0.5,
      peakSeconds: startSeconds,
      heldUntilSeconds: endSeconds,
      endSeconds: endSeconds + 0.8,
      amount: 1,
    };
    if (last !== undefined && pulse.startSeconds < last.endSeconds) {
      pulses.splice(-1, 1, { ...pulse, startSeconds: last.startSeconds, peakSeconds: last.peakSeconds });
    } else pulses.push(pulse);
  }
  return pulses;
}

function stanceKeys(rhythm: SpeechRhythm, seed: number, stream: number, range: number): Key[] {
  const random = createRandomSequence(seed, stream);
  const keys: Key[] = [{ startSeconds: -1, moveSeconds: STANCE_MOVE_SECONDS, value: 0 }];
  let lastSeconds = -STANCE_SPACING_SECONDS;
  for (const phrase of rhythm.phrases) {
    const startSeconds = phrase.startSeconds - 0.3;
    if (startSeconds - lastSeconds < STANCE_SPACING_SECONDS) continue;
    keys.push({ startSeconds, moveSeconds: STANCE_MOVE_SECONDS, value: range * (2 * random() - 1) });
    lastSeconds = startSeconds;
  }
  const end = rhythm.phrases.at(-1)?.endSeconds;
  if (end !== undefined) keys.push({ startSeconds: Math.max(end, lastSeconds + 1), moveSeconds: 1.2, value: 0 });
  return keys;
}

function nodPulses({ atSeconds }: Emphasis, degrees: number): Pulse[] {
  const startSeconds = atSeconds - NOD_DOWN_SECONDS;
  return [
    pulse(startSeconds, atSeconds, 0, NOD_UP_SECONDS, degrees),
    pulse(startSeconds - 0.2, startSeconds, 0, 0.2, -NOD_LIFT_SHARE * degrees),
  ];
}

function settlePulse({ endSeconds }: Sentence): Pulse {
  return pulse(endSeconds - 0.1, endSeconds + 0.3, 0.05, 0.6, SETTLE_DEGREES);
}

function tiltPulses({ startSeconds, endSeconds, isQuestion }: Sentence, side: number): Pulse[] {
  if (!isQuestion) return [];
  const from = Math.max(startSeconds, endSeconds - TILT_BEFORE_END_SECONDS);
  return [pulse(from - 0.1, Math.max(from + 0.45, endSeconds - 0.2), 0.55, 0.7, side * TILT_DEGREES)];
}

function pulse(
  startSeconds: number,
  peakSeconds: number,
  holdSeconds: number,
  fallSeconds: number,
  amount: number,
): Pulse {
  const heldUntilSeconds = peakSeconds + holdSeconds;
  return { startSeconds, peakSeconds, heldUntilSeconds, endSeconds: heldUntilSeconds + fallSeconds, amount };
}
