import { createRandomSequence } from './noise.ts';
import { createKeyTrack, type Key } from './pulses.ts';

/** A place the eyes rest on, in degrees from the camera, from a moment until the next fixation. */
export type Fixation = { readonly startSeconds: number; readonly xDegrees: number; readonly yDegrees: number };

export const SHORTEST_FIXATION_SECONDS = 0.8;
export const LONGEST_FIXATION_SECONDS = 3;
const SMALLEST_SACCADE_DEGREES = 1;
const LARGEST_SACCADE_DEGREES = 3;
/** Eyes on the camera wander this little; it shows as life, not as looking away. */
const CAMERA_DRIFT_DEGREES = 0.35;
/** Of three fixations about two are on the camera, and those last longest. */
const AWAY_SHARE = 0.55;
/** The main sequence of saccades: about 21 ms and 2.2 ms per degree. */
const SACCADE_BASE_SECONDS = 0.021;
const SACCADE_SECONDS_PER_DEGREE = 0.0022;
const MARGIN_SECONDS = 20;

/** Where the eyes rest over a performance. The first and every fixation after an away one is on the camera. */
export function planFixations(durationSeconds: number, seed: number, stream: number): Fixation[] {
  const random = createRandomSequence(seed, stream);
  const fixations: Fixation[] = [];
  let startSeconds = -MARGIN_SECONDS;
  let away = false;
  while (startSeconds < durationSeconds + MARGIN_SECONDS) {
    if (away) {
      const angle = 2 * Math.PI * random();
      const radius =
        SMALLEST_SACCADE_DEGREES + 0.4 + (LARGEST_SACCADE_DEGREES - 0.8 - SMALLEST_SACCADE_DEGREES) * random();
      // Eyes wander more to the sides than up and down.
      fixations.push({ startSeconds, xDegrees: radius * Math.cos(angle), yDegrees: 0.6 * radius * Math.sin(angle) });
      startSeconds += SHORTEST_FIXATION_SECONDS + 0.5 * random();
    } else {
      const drift = (): number => CAMERA_DRIFT_DEGREES * (2 * random() - 1);
      fixations.push({ startSeconds, xDegrees: drift(), yDegrees: drift() });
      startSeconds += 1.3 + (LONGEST_FIXATION_SECONDS - 1.3) * random();
    }
    away = !away && random() < AWAY_SHARE;
  }
  return fixations;
}

/** The direction of the eyes in degrees, and the same smoothed for the head that follows them a little. */
export function createGaze(
  durationSeconds: number,
  seed: number,
  stream: number,
): {
  readonly eyesAt: (timeSeconds: number) => { readonly xDegrees: number; readonly yDegrees: number };
  readonly headXDegreesAt: (timeSeconds: number) => number;
} {
  const fixations = planFixations(durationSeconds, seed, stream);
  const x = createKeyTrack(saccades(fixations, (fixation) => fixation.xDegrees));
  const y = createKeyTrack(saccades(fixations, (fixation) => fixation.yDegrees));
  return {
    eyesAt: (timeSeconds) => ({ xDegrees: x(timeSeconds), yDegrees: y(timeSeconds) }),
    headXDegreesAt: createKeyTrack(
      fixations.map(({ startSeconds, xDegrees }) => ({
        startSeconds: startSeconds + HEAD_DELAY_SECONDS,
        moveSeconds: HEAD_MOVE_SECONDS,
        value: HEAD_SHARE * xDegrees,
      })),
    ),
  };
}

/** The head follows the eyes late, slowly and by a fraction. */
const HEAD_DELAY_SECONDS = 0.06;
const HEAD_MOVE_SECONDS = 0.5;
const HEAD_SHARE = 0.25;

function saccades(fixations: readonly Fixation[], valueOf: (fixation: Fixation) => number): Key[] {
  return fixations.map((fixation, index) => {
    const previous = fixations[index - 1] ?? fixation;
    const degrees = Math.hypot(fixation.xDegrees - previous.xDegrees, fixation.yDegrees - previous.yDegrees);
    return {
      startSeconds: fixation.startSeconds,
      moveSeconds: SACCADE_BASE_SECONDS + SACCADE_SECONDS_PER_DEGREE * degrees,
      value: valueOf(fixation),
    };
  });
}
