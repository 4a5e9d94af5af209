import type { Canvas2D } from './canvas.ts';
import type { Rectangle } from './geometry.ts';

/**
 * A drawn video: every frame is a pure function of its index. Frames may be asked for in any order, so that workers can
 * render segments in parallel.
 */
export type Scene = {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly frameCount: number;
  /**
   * The rectangles that may differ between `frameIndex - 1` and `frameIndex` (non-overlapping, even coordinates, inside the
   * frame). Everything outside them is identical.
   */
  changedRectangles(frameIndex: number): readonly Rectangle[];
  /** Draws the frame inside the rectangle and leaves the rest of the canvas alone. */
  draw(context: Canvas2D, frameIndex: number, rectangle: Rectangle): void;
  /** The drawn gap between the lips as a share of the mouth's width at rest; 0 is closed. Read by the lip-sync benchmark. */
  mouthAperture(frameIndex: number): number;
};
