import type { PresenterPose } from './pose.ts';

/** The head turns about the top of the neck: this far below the eyes, in design units. */
const PIVOT_Y = 70;

const RADIANS = Math.PI / 180;

/**
 * How the turned head is seen: yaw and pitch as a parallel projection of points with depth. Nearer points shift more than
 * the skull's edge, and the far side is foreshortened, both from the one rotation. Roll and shift are left to the canvas.
 */
export class HeadView {
  readonly #cosYaw: number;
  readonly #sinYaw: number;
  readonly #cosPitch: number;
  readonly #sinPitch: number;
  readonly yawDegrees: number;
  readonly pitchDegrees: number;

  constructor(yawDegrees: number, pitchDegrees: number) {
    this.yawDegrees = yawDegrees;
    this.pitchDegrees = pitchDegrees;
    this.#cosYaw = Math.cos(yawDegrees * RADIANS);
    this.#sinYaw = Math.sin(yawDegrees * RADIANS);
    this.#cosPitch = Math.cos(pitchDegrees * RADIANS);
    this.#sinPitch = Math.sin(pitchDegrees * RADIANS);
  }

  x(x: number, z: number): number {
    return this.#cosYaw * x + this.#sinYaw * z;
  }

  y(x: number, y: number, z: number): number {
    const turnedDepth = this.#cosYaw * z - this.#sinYaw * x;
    return this.#cosPitch * (y - PIVOT_Y) + this.#sinPitch * turnedDepth + PIVOT_Y;
  }

  /**
   * The transform that places a flat picture (six numbers for `Canvas2D.transform`).
   * @param z depth of the picture between the eyes
   * @param tiltY how much it comes forward for every unit down
   * @param tiltX how much it comes forward for every unit to the right
   */
  plane(z: number, tiltY = 0, tiltX = 0): readonly [number, number, number, number, number, number] {
    return [
      this.#cosYaw + this.#sinYaw * tiltX,
      this.#sinPitch * (this.#cosYaw * tiltX - this.#sinYaw),
      this.#sinYaw * tiltY,
      this.#cosPitch + this.#sinPitch * this.#cosYaw * tiltY,
      this.#sinYaw * z,
      PIVOT_Y - this.#cosPitch * PIVOT_Y + this.#sinPitch * this.#cosYaw * z,
    ];
  }
}

export function headView(pose: Pick<PresenterPose, 'headYawDegrees' | 'headPitchDegrees'>): HeadView {
  return new HeadView(pose.headYawDegrees, pose.headPitchDegrees);
}
