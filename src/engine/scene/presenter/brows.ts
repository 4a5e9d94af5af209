import type { Canvas2D, CanvasHost, Gradient } from '../canvas.ts';
import { fade } from './colour.ts';
import { curve, seen, shifted, type FlatCurve, type Knot } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterPose } from './pose.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillSoftRibbons, traceRibbon } from './ribbon.ts';

/** The brow on the viewer's right, from the nose outwards, around the middle of its eye. */
const LINE: readonly (readonly [number, number])[] = [
  [-28, -36.5],
  [-17, -40.2],
  [0, -43.6],
  [16, -44.8],
  [31, -41],
  [42, -34],
];
const WIDTH = [4.4, 8.8, 9, 7.2, 4.2, 0.2];
/** How much each knot follows a raised brow: the arch most, the tail least. */
const LIFT = [0.72, 0.9, 1, 1, 0.7, 0.42];
const LIFT_UNITS = 9;
const LOWER_UNITS = 5;

export type Brows = { draw(context: Canvas2D, view: HeadView, pose: PresenterPose): void };

export function createBrows(host: CanvasHost, design: PresenterDesign): Brows {
  const paint = browPaint(host.createCanvas(1, 1).context, design);
  const wide = WIDTH.map((width) => width * 1.06);
  const narrow = WIDTH.map((width) => width * 0.6);
  return {
    draw(context, view, pose) {
      const lines = [browLine(view, design, -1, pose.browLeft), browLine(view, design, 1, pose.browRight)];
      context.save();
      context.translate(view.x(0, 90), 0);
      const placed = lines.map((line) => shifted(line, -view.x(0, 90), 0));
      fillSoftRibbons(
        context,
        placed.map((centre) => ({ centre, widths: wide })),
        paint,
        0.8,
        2,
      );
      context.globalAlpha = 0.5;
      context.beginPath();
      for (const line of placed) traceRibbon(context, line, narrow);
      context.fillStyle = paint;
      context.fill();
      context.restore();
    },
  };
}

/** Thin hairs at the inner ends let the skin through; the bodies are full; the tails are thin again. */
function browPaint(context: Canvas2D, design: PresenterDesign): Gradient {
  const { brow } = design.palette;
  const reach = design.face.eyeX + 44;
  const paint = context.createLinearGradient(-reach, 0, reach, 0);
  const inner = (design.face.eyeX - 30) / reach;
  const stops: readonly (readonly [number, number])[] = [
    [inner, 0.1],
    [inner + 0.1, 0.65],
    [inner + 0.38, 0.95],
    [1, 0.8],
  ];
  for (const [share, alpha] of stops.toReversed()) paint.addColorStop(0.5 - share / 2, fade(brow, alpha));
  for (const [share, alpha] of stops) paint.addColorStop(0.5 + share / 2, fade(brow, alpha));
  return paint;
}

function browLine(view: HeadView, design: PresenterDesign, side: -1 | 1, raised: number): FlatCurve {
  const centreX = side * design.face.eyeX;
  const lift = raised > 0 ? raised * LIFT_UNITS : raised * LOWER_UNITS;
  // One brow sits a little higher and straighter than the other.
  const unevenY = side < 0 ? -1.1 : 0.5;
  const arch = side < 0 ? 1.1 : 0;
  const knots = LINE.map(([x, y], index): Knot => {
    const inward = raised < 0 ? raised * -2.2 * (x < 0 ? 1 : 0.3) : 0;
    const placedX = centreX + side * (x - inward);
    const placedY = y - (index === 3 ? arch : 0) + unevenY - lift * LIFT[index]!;
    return [placedX, placedY, faceDepth(placedX, -40) + 4];
  });
  return seen(curve(knots, faceDepth, false), view);
}
