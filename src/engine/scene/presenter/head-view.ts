import type { PresenterPose } from './pose.ts';

/** The head turns about the top of the neck: this far below the eyes, in design units. */
const PIVOT_Y = 70;

const RADIANS = Math.PI / 180;

/**
 * How the turned head is seen: yaw and pitch as a parallel projection of points with depth. Nearer points shift more than
 * the skull's edge, and the far side is foreshortened, both from the one rotation. Roll and shift are left to the canvas.
 */
export type HeadView = {
  x(x: number, z: number): number;
  y(x: number, y: number, z: number): number;
  /**
   * The transform that places a flat picture (six numbers for `Canvas2D.transform`).
   * @param z depth of the picture between the eyes
   * @param tiltY how much it comes forward for every unit down
   * @param tiltX how much it comes forward for every unit to the right
   */
  plane(z: number, tiltY?: number, tiltX?: number): readonly [number, number, number, number, number, number];
};

export function headView(pose: Pick<PresenterPose, 'headYawDegrees' | 'headPitchDegrees'>): HeadView {
  const cosYaw = Math.cos(pose.headYawDegrees * RADIANS);
  const sinYaw = Math.sin(pose.headYawDegrees * RADIANS);
  const cosPitch = Math.cos(pose.headPitchDegrees * RADIANS);
  const sinPitch = Math.sin(pose.headPitchDegrees * RADIANS);
  return {
    x: (x, z) => cosYaw * x + sinYaw * z,
    y: (x, y, z) => cosPitch * (y - PIVOT_Y) + sinPitch * (cosYaw * z - sinYaw * x) + PIVOT_Y,
    plane: (z, tiltY = 0, tiltX = 0) => [
      cosYaw + sinYaw * tiltX,
      sinPitch * (cosYaw * tiltX - sinYaw),
      sinYaw * tiltY,
      cosPitch + sinPitch * cosYaw * tiltY,
      sinYaw * z,
      PIVOT_Y - cosPitch * PIVOT_Y + sinPitch * cosYaw * z,
    ],
  };
}
