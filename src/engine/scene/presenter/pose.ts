import type { MouthState } from '../../lip-sync/viseme.ts';

/** Everything that moves in a presenter at one moment. All of it is a pure function of time, speech and seed. */
export type PresenterPose = {
  readonly mouth: MouthState;
  /** Degrees. Positive yaw turns to the viewer's right, positive pitch nods down, positive roll tilts clockwise. */
  readonly headYawDegrees: number;
  readonly headPitchDegrees: number;
  readonly headRollDegrees: number;
  /** Head shift as a share of the frame's height. */
  readonly headX: number;
  readonly headY: number;
  /** The shoulders follow the head by 80-120 ms. Share of the frame's height, and degrees. */
  readonly torsoX: number;
  readonly torsoY: number;
  readonly torsoRollDegrees: number;
  /** 0 breathed out .. 1 breathed in. */
  readonly breath: number;
  /** 0 open .. 1 closed. */
  readonly blinkLeft: number;
  readonly blinkRight: number;
  /** Degrees away from the camera; positive is to the viewer's right and down. */
  readonly gazeXDegrees: number;
  readonly gazeYDegrees: number;
  /** -1 lowered .. 0 at rest .. 1 fully raised. */
  readonly browLeft: number;
  readonly browRight: number;
  /** 0 neutral .. 1 a warm smile (corners up, lower lids slightly raised). */
  readonly smile: number;
};
