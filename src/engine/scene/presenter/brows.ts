import type { Canvas2D } from '../canvas.ts';
import { fade } from './colour.ts';
import { curve, seen, type Knot } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterPose } from './pose.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillRibbon, fillSoftRibbon } from './ribbon.ts';

/** The brow on the viewer's right, from the nose outwards, around the middle of its eye. */
const LINE: readonly (readonly [number, number])[] = [
  [-28, -36.5],
  [-17, -40.2],
  [0, -43.6],
  [16, -44.8],
  [31, -41],
  [42, -34],
];
const WIDTH = [5.6, 8.4, 8.4, 6.8, 4, 0.2];
/** How much each knot follows a raised brow: the arch most, the tail least. */
const LIFT = [0.72, 0.9, 1, 1, 0.7, 0.42];
const LIFT_UNITS = 9;
const LOWER_UNITS = 5;

export function drawBrows(context: Canvas2D, view: HeadView, pose: PresenterPose, design: PresenterDesign): void {
  drawBrow(context, view, design, -1, pose.browLeft);
  drawBrow(context, view, design, 1, pose.browRight);
}

function drawBrow(context: Canvas2D, view: HeadView, design: PresenterDesign, side: -1 | 1, raised: number): void {
  const centreX = side * design.face.eyeX;
  const lift = raised > 0 ? raised * LIFT_UNITS : raised * LOWER_UNITS;
  // One brow sits a little higher and straighter than the other.
  const unevenY = side < 0 ? -1.1 : 0.5;
  const arch = side < 0 ? 1.1 : 0;
  const place = (x: number, y: number, follow: number): Knot => {
    const inward = raised < 0 ? raised * -2.2 * (x < 0 ? 1 : 0.3) : 0;
    const placedX = centreX + side * (x - inward);
    const placedY = y + unevenY - lift * follow;
    return [placedX, placedY, faceDepth(placedX, -40) + 4];
  };
  const knots = LINE.map(([x, y], index) => place(x, y - (index === 3 ? arch : 0), LIFT[index]!));
  const line = seen(curve(knots, faceDepth, false), view);
  // Thin hairs at the inner end let the skin through; the body is full; the tail is thin again.
  const paint = context.createLinearGradient(line.xs[0]!, 0, line.xs[line.count - 1]!, 0);
  const colour = design.palette.brow;
  paint.addColorStop(0, fade(colour, 0.1));
  paint.addColorStop(0.16, fade(colour, 0.7));
  paint.addColorStop(0.5, fade(colour, 0.95));
  paint.addColorStop(1, fade(colour, 0.8));
  const body = WIDTH.map((width) => width * 1.25);
  fillSoftRibbon(context, line, body, paint, 0.75);
  context.globalAlpha = 0.5;
  fillRibbon(
    context,
    line,
    WIDTH.map((width) => width * 0.8),
    paint,
  );
  context.globalAlpha = 1;
}
