import type { PresenterPose } from './presenter/pose.ts';

/**
 * Which earlier frame's head and torso each frame shows. A presenter who listens to herself sways by a few hundredths of a
 * pixel a frame; repainting hair and clothes for that would cost most of the time of a render and cannot be seen. So they
 * are held until they would be off by a visible amount, while the face goes on moving at every frame.
 */
export type FigureHolds = { readonly head: Int32Array; readonly torso: Int32Array };

/** A shift of less than this share of the frame's height (0.4 pixels of 1080) is not seen. */
const HEAD_TOLERANCE = 0.4 / 1080;
/** The torso moves still less, and is repainted with the head, at most every third frame. */
const TORSO_HELD_FRAMES = 3;

/** How far the parts that move most lie from what they turn about, in shares of the frame's height. */
const CROWN_DISTANCE = 0.34;
const FEATURE_DEPTH = 0.1;

const RADIANS = Math.PI / 180;

export function planFigureHolds(poses: readonly PresenterPose[]): FigureHolds {
  const head = new Int32Array(poses.length);
  const torso = new Int32Array(poses.length);
  for (let frameIndex = 1; frameIndex < poses.length; frameIndex++) {
    const heldHead = head[frameIndex - 1] as number;
    const heldTorso = torso[frameIndex - 1] as number;
    const moved = headShift(poses[heldHead] as PresenterPose, poses[frameIndex] as PresenterPose) > HEAD_TOLERANCE;
    head[frameIndex] = moved ? frameIndex : heldHead;
    torso[frameIndex] = moved && frameIndex - heldTorso >= TORSO_HELD_FRAMES ? frameIndex : heldTorso;
  }
  return { head, torso };
}

/** An upper bound of how far any point of the head lies from where it was, as a share of the frame's height. */
export function headShift(from: PresenterPose, to: PresenterPose): number {
  const shift = Math.hypot(to.headX - from.headX, to.headY - from.headY);
  const roll = Math.abs(to.headRollDegrees - from.headRollDegrees) * RADIANS * CROWN_DISTANCE;
  const turn = Math.hypot(to.headYawDegrees - from.headYawDegrees, to.headPitchDegrees - from.headPitchDegrees);
  return shift + roll + turn * RADIANS * FEATURE_DEPTH;
}

/** The features of `face` on the head and the torso of two other moments. */
export function heldPose(face: PresenterPose, head: PresenterPose, torso: PresenterPose): PresenterPose {
  const { headYawDegrees, headPitchDegrees, headRollDegrees, headX, headY } = head;
  const { torsoX, torsoY, torsoRollDegrees, breath } = torso;
  return {
    ...face,
    headYawDegrees,
    headPitchDegrees,
    headRollDegrees,
    headX,
    headY,
    torsoX,
    torsoY,
    torsoRollDegrees,
    breath,
  };
}
