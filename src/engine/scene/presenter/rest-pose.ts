import { VISEMES } from '../../lip-sync/viseme.ts';
import type { PresenterPose } from './pose.ts';

/** Looking into the camera, lips closed, at ease. */
export function restPose(): PresenterPose {
  const weights = new Float32Array(VISEMES.length);
  weights[VISEMES.indexOf('sil')] = 1;
  return {
    mouth: { weights, jaw: 0 },
    headYawDegrees: 0,
    headPitchDegrees: 0,
    headRollDegrees: 0,
    headX: 0,
    headY: 0,
    torsoX: 0,
    torsoY: 0,
    torsoRollDegrees: 0,
    breath: 0.5,
    blinkLeft: 0,
    blinkRight: 0,
    gazeXDegrees: 0,
    gazeYDegrees: 0,
    browLeft: 0,
    browRight: 0,
    smile: 0.15,
  };
}
