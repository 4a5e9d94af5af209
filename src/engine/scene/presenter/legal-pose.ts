import type { PresenterPose } from './pose.ts';

/** The largest movements that the rig can show well. Degrees and shares of the frame's height, to either side. */
export const LEGAL_YAW_DEGREES = 22;
export const LEGAL_PITCH_DEGREES = 16;
export const LEGAL_ROLL_DEGREES = 10;
export const LEGAL_TORSO_ROLL_DEGREES = 3;
export const LEGAL_GAZE_DEGREES = 22;
export const LEGAL_SHIFT = 0.02;
export const LEGAL_JAW = 1.2;

/** Every field limited to its range; a value that is not a number counts as rest. */
export function legalPose(pose: PresenterPose): PresenterPose {
  return {
    mouth: { weights: pose.mouth.weights, jaw: limited(pose.mouth.jaw, 0, LEGAL_JAW) },
    headYawDegrees: within(pose.headYawDegrees, LEGAL_YAW_DEGREES),
    headPitchDegrees: within(pose.headPitchDegrees, LEGAL_PITCH_DEGREES),
    headRollDegrees: within(pose.headRollDegrees, LEGAL_ROLL_DEGREES),
    headX: within(pose.headX, LEGAL_SHIFT),
    headY: within(pose.headY, LEGAL_SHIFT),
    torsoX: within(pose.torsoX, LEGAL_SHIFT),
    torsoY: within(pose.torsoY, LEGAL_SHIFT),
    torsoRollDegrees: within(pose.torsoRollDegrees, LEGAL_TORSO_ROLL_DEGREES),
    breath: limited(pose.breath, 0, 1),
    blinkLeft: limited(pose.blinkLeft, 0, 1),
    blinkRight: limited(pose.blinkRight, 0, 1),
    gazeXDegrees: within(pose.gazeXDegrees, LEGAL_GAZE_DEGREES),
    gazeYDegrees: within(pose.gazeYDegrees, LEGAL_GAZE_DEGREES),
    browLeft: within(pose.browLeft, 1),
    browRight: within(pose.browRight, 1),
    smile: limited(pose.smile, 0, 1),
  };
}

function within(value: number, largest: number): number {
  return limited(value, -largest, largest);
}

function limited(value: number, from: number, to: number): number {
  return Number.isFinite(value) ? Math.min(to, Math.max(from, value)) : Math.min(to, Math.max(from, 0));
}
