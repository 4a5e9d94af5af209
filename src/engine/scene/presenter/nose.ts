import type { Canvas2D, CanvasHost } from '../canvas.ts';
import { fade, mix } from './colour.ts';
import { curve, fillCurve, flat, seen, trace, type Curve, type Knot } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillSoftRibbons } from './ribbon.ts';
import { bake, blitSoft, softSpot, stamp, type Bake } from './soft.ts';

export type Nose = { draw(context: Canvas2D, view: HeadView): void };

/** The ridge leaves the face between the brows and stands furthest out at the tip. */
const ROOT_DEPTH = 96;
const TIP_DEPTH = 122;
const ROOT_Y = -34;

/** The fold on the side away from the key is broader. */
const WING_WIDTHS = [
  [0, 2.6, 2.8, 0],
  [0, 4.6, 4.8, 0],
];

/** Built of planes: a lit bridge, a shaded side, an underside with two openings, the wings' folds and one cast shadow. */
export function createNose(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Nose {
  const { skin } = design.palette;
  const { noseY, noseHalfWidth: half } = design.face;
  const planes = bakePlanes(host, design, pixelsPerUnit);
  const nostril = mix(skin.deep, '#1a0a0c', 0.35);
  const line = (knots: readonly Knot[]) => curve(knots, noseDepth, false);
  const openings = [-1, 1].map((side) =>
    curve(
      [
        [side * 4.8, noseY - 0.6],
        [side * 8.2, noseY - 3.6],
        [side * 13, noseY - 3.4],
        [side * 15.2, noseY - 0.8],
        [side * 10, noseY + 0.6],
      ],
      noseDepth,
    ),
  );
  const wings: readonly Curve[] = [-1, 1].map((side) =>
    line([
      [side * (half - 4.6), noseY - 16],
      [side * (half + 0.2), noseY - 9],
      [side * (half - 0.4), noseY - 2.4],
      [side * (half - 6), noseY + 1.6],
    ]),
  );
  const tilt = (TIP_DEPTH - ROOT_DEPTH) / (noseY - 10 - ROOT_Y);
  return {
    draw(target, view) {
      target.save();
      target.transform(...view.plane(ROOT_DEPTH - ROOT_Y * tilt, tilt));
      blitSoft(target, planes);
      target.restore();
      target.globalAlpha = 0.72;
      target.fillStyle = nostril;
      target.beginPath();
      for (const opening of openings) trace(target, seen(opening, view));
      target.fill();
      target.globalAlpha = 1;
      const folds = wings.map((wing, index) => ({ centre: seen(wing, view), widths: WING_WIDTHS[index]! }));
      fillSoftRibbons(target, folds, skin.deep, 0.4, 1);
    },
  };

  function noseDepth(x: number, y: number): number {
    const ridge = Math.max(0, 1 - Math.abs(x) / (half + 6));
    const rise = y < noseY ? Math.max(0, (y - ROOT_Y) / (noseY - 10 - ROOT_Y)) : 1 - (y - noseY) / 20;
    return faceDepth(x, y) + 6 + 24 * Math.min(1, ridge * 1.3) * Math.min(1, Math.max(0, rise));
  }
}

function bakePlanes(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Bake {
  const { skin } = design.palette;
  const { noseY } = design.face;
  const picture = bake(host, { x: -40, y: -50, width: 82, height: 142 }, pixelsPerUnit);
  const { context } = picture;
  const spot = (colour: Parameters<typeof fade>[0]) => softSpot(context, colour);
  const area = (softness: number, knots: readonly Knot[], colour: string) =>
    picture.soft(softness, (target) => fillCurve(target, flat(knots), colour));
  // The side away from the key: from the brow down the bridge into the wing.
  area(
    8,
    [
      [30, -34],
      [18, -24],
      [10, -8],
      [7.5, 10],
      [8, 30],
      [11, 46],
      [20, 60],
      [25, 56],
      [19, 40],
      [14.5, 22],
      [15, 0],
      [20, -16],
    ],
    fade(skin.shade, 0.78),
  );
  area(
    9,
    [
      [-27, -32],
      [-17, -20],
      [-11.5, 0],
      [-11, 24],
      [-15, 46],
      [-19, 44],
      [-15, 20],
      [-15.5, 0],
      [-21, -16],
    ],
    fade(skin.shade, 0.4),
  );
  // Light on the bridge, broad and soft, then narrow, and the round of the tip.
  area(
    8,
    [
      [-2, -32],
      [3, -14],
      [2.4, 4],
      [3.6, 30],
      [8, 46],
      [0, 54],
      [-10, 48],
      [-8, 30],
      [-6.5, 4],
      [-6.6, -14],
    ],
    fade(skin.light, 0.9),
  );
  area(
    4,
    [
      [-2, -8],
      [0, 6],
      [-0.6, 26],
      [-2.4, 38],
      [-4.6, 26],
      [-4.2, 6],
    ],
    fade(skin.highlight, 0.42),
  );
  stamp(context, spot(skin.light), -13, noseY - 9, 11, 9, 0, 0.6);
  stamp(context, spot(skin.shade), 17, noseY - 7, 11, 10, 0, 0.5);
  stamp(context, spot(skin.highlight), -4, noseY - 16, 6.5, 5.4, -0.3, 0.75);
  // The groove from the nose to the lip, its left ridge lit.
  area(
    5,
    [
      [-2, noseY + 6],
      [3, noseY + 6],
      [5.5, noseY + 22],
      [-4, noseY + 22],
    ],
    fade(skin.shade, 0.5),
  );
  area(
    4,
    [
      [-5.4, noseY + 6],
      [-3.4, noseY + 6],
      [-6, noseY + 19],
      [-8.6, noseY + 19],
    ],
    fade(skin.light, 0.5),
  );
  // The underside, and the shadow that it throws down and to the right.
  area(
    6,
    [
      [-14, noseY + 4],
      [2, noseY + 6],
      [20, noseY + 1],
      [31, noseY + 6],
      [20, noseY + 15],
      [2, noseY + 13],
    ],
    fade(skin.deep, 0.36),
  );
  area(
    4,
    [
      [-18, noseY - 3],
      [-8, noseY - 6],
      [0, noseY - 3],
      [9, noseY - 6],
      [20, noseY - 4],
      [14, noseY + 2],
      [0, noseY + 4.5],
      [-13, noseY + 2],
    ],
    fade(skin.shade, 0.8),
  );
  return picture;
}
