import type { Canvas2D } from '../canvas.ts';
import { curve, seen, type Knot } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterPose } from './pose.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillRibbon, fillSoftRibbon } from './ribbon.ts';

/** The brow on the viewer's right, from the nose outwards, around the middle of its eye. */
const LINE: readonly (readonly [number, number])[] = [
  [-29, -33.5],
  [-17, -38.5],
  [0, -43.4],
  [17, -45.6],
  [32, -41],
  [42, -33],
];
const WIDTH = [6.4, 9.4, 9.6, 7.6, 4.4, 0.4];
/** How much each knot follows a raised brow: the arch most, the tail least. */
const LIFT = [0.72, 0.9, 1, 1, 0.7, 0.42];
const LIFT_UNITS = 9;
const LOWER_UNITS = 5;

/** Single hairs over the shape: where along it they grow, their length and slant. */
const HAIRS: readonly (readonly [along: number, length: number, slant: number])[] = [
  [-27, 10, 1.25],
  [-23, 12, 1.1],
  [-18, 13, 0.9],
  [-12, 13, 0.72],
  [-5, 13, 0.55],
  [3, 13, 0.4],
  [12, 13, 0.22],
];

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
  const colour = design.palette.brow;
  fillSoftRibbon(
    context,
    line,
    WIDTH.map((width) => width * 1.25),
    colour,
    0.6,
  );
  context.globalAlpha = 0.78;
  fillRibbon(
    context,
    line,
    WIDTH.map((width, index) => width * (index === 0 ? 0.5 : 0.82)),
    colour,
  );
  context.globalAlpha = 0.6;
  for (const [along, length, slant] of HAIRS) {
    const share = (along + 29) / 71;
    const y = -33.5 - 12.5 * Math.sin(Math.min(1, share * 1.35) * 1.45) + 4.6;
    const tipX = along + length * Math.cos(slant);
    const tipY = y - length * Math.sin(slant);
    const hair = [
      place(along, y, 0.9),
      place((along + tipX) / 2 - 0.8, (y + tipY) / 2 - 0.8, 0.9),
      place(tipX, tipY, 0.9),
    ];
    fillRibbon(context, seen(curve(hair, faceDepth, false), view), [1.5, 1.3, 0.1], colour);
  }
  context.globalAlpha = 1;
}
