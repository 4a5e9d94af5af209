import { fade, mix } from './colour.ts';
import { clipToCurve, fillCurve, flat, type FlatCurve } from './curve.ts';
import {
  LEFT_BODY,
  LEFT_COLLAR,
  LEFT_LAPEL,
  RIGHT_BODY,
  RIGHT_COLLAR,
  RIGHT_LAPEL,
  UNDER_JACKET,
} from './jacket-pattern.ts';
import type { PresenterDesign, Tones } from './presenter-design.ts';
import { fillRibbon, fillSoftRibbon } from './ribbon.ts';
import { softSpot, stamp, type Bake } from './soft.ts';

/** A tailored jacket, each half with its sleeve, then collar, lapels and details. */
export function drawJacket(picture: Bake, design: PresenterDesign): void {
  drawBody(picture, design, RIGHT_BODY, 1);
  drawBody(picture, design, LEFT_BODY, -1);
  drawCollar(picture, design, RIGHT_COLLAR, RIGHT_LAPEL, 1);
  drawCollar(picture, design, LEFT_COLLAR, LEFT_LAPEL, -1);
  drawDetails(picture, design);
  drawButton(picture, design);
}

function drawBody(picture: Bake, design: PresenterDesign, body: FlatCurve, side: -1 | 1): void {
  const { context } = picture;
  const { jacket, top } = design.palette;
  context.save();
  clipToCurve(context, UNDER_JACKET);
  picture.soft(10, (target) => fillCurve(target, moved(body, 4, 6), fade(top.deep, 0.6)));
  context.restore();
  const paint = context.createLinearGradient(-300, 230, 320, 620);
  paint.addColorStop(0, jacket.light);
  paint.addColorStop(0.4, jacket.base);
  paint.addColorStop(0.75, mix(jacket.base, jacket.shade, 0.5));
  paint.addColorStop(1, jacket.shade);
  fillCurve(context, body, paint);
  context.save();
  clipToCurve(context, body);
  const s = side;
  // Each sleeve is a cylinder, the chest a broad curve; one soft shadow each on the side away from the key.
  if (side < 0) {
    picture.soft(30, (target) =>
      fillCurve(
        target,
        flat([
          [-236, 300],
          [-180, 270],
          [-120, 262],
          [-128, 300],
          [-196, 330],
          [-232, 420],
          [-262, 560],
          [-272, 440],
          [-256, 350],
        ]),
        fade(jacket.highlight, 0.5),
      ),
    );
    picture.soft(34, (target) =>
      fillCurve(
        target,
        flat([
          [-60, 520],
          [-92, 600],
          [-100, 820],
          [60, 820],
          [40, 600],
        ]),
        fade(jacket.shade, 0.45),
      ),
    );
  } else {
    picture.soft(28, (target) =>
      fillCurve(
        target,
        flat([
          [190, 320],
          [128, 420],
          [96, 600],
          [104, 820],
          [380, 820],
          [360, 420],
          [270, 330],
        ]),
        fade(jacket.shade, 0.85),
      ),
    );
    picture.soft(40, (target) =>
      fillCurve(
        target,
        flat([
          [256, 380],
          [262, 520],
          [262, 820],
          [340, 820],
          [330, 400],
        ]),
        fade(jacket.deep, 0.55),
      ),
    );
    picture.soft(24, (target) =>
      fillCurve(
        target,
        flat([
          [206, 300],
          [150, 274],
          [124, 270],
          [140, 300],
          [190, 322],
          [226, 400],
          [236, 380],
          [228, 330],
        ]),
        fade(jacket.light, 0.6),
      ),
    );
  }
  // The arm lies beside the body: a fold that starts in the armpit and widens down the side, hard on the arm's edge.
  picture.soft(20, (target) => {
    fillCurve(
      target,
      flat([
        [s * 200, 398, 0, 1],
        [s * 206, 470],
        [s * 208, 560],
        [s * 208, 820],
        [s * 160, 820],
        [s * 174, 640],
        [s * 186, 500],
      ]),
      fade(jacket.deep, side > 0 ? 0.75 : 0.55),
    );
  });
  picture.soft(3, (target) =>
    fillRibbon(
      target,
      flat(
        [
          [s * 202, 372],
          [s * 207, 450],
          [s * 208, 560],
          [s * 208, 830],
        ],
        false,
      ),
      [0, 4, 5, 5],
      fade(jacket.deep, 0.85),
    ),
  );
  drawFolds(picture, jacket, side);
  if (side > 0) {
    const edge = flat(
      [
        [149.3, 260],
        [210.5, 284],
        [237.4, 308],
        [253.2, 358],
        [263.4, 436],
        [274.6, 536],
        [281.1, 654],
        [282.9, 830],
      ],
      false,
    );
    fillSoftRibbon(context, edge, [0, 4, 6.4, 6.4, 6, 5, 4, 4], design.palette.rim, 0.85);
  }
  // The hair's shadow on the shoulders.
  const cast = softSpot(context, jacket.deep);
  if (side > 0) stamp(context, cast, 118, 258, 76, 30, 0.3, 0.62);
  else stamp(context, cast, -132, 252, 62, 24, -0.35, 0.5);
  context.restore();
}

function drawFolds(picture: Bake, jacket: Tones, side: -1 | 1): void {
  const s = side;
  // The sleeve's seam, a shadow line with a thread of light beside it.
  const seam = flat(
    [
      [s * 207, 283],
      [s * 220, 314],
      [s * 220, 352],
      [s * 204, 396],
    ],
    false,
  );
  picture.soft(3, (target) => fillRibbon(target, seam, [1, 3.6, 3.6, 0], fade(jacket.deep, 0.5)));
  // Long pulls from the armpit; they start at the seam, so they read as cloth and not as stains.
  const folds: readonly (readonly [FlatCurve, number[], number])[] = [
    [
      flat(
        [
          [s * 203, 386],
          [s * 224, 428],
          [s * 250, 452],
          [s * 276, 462],
        ],
        false,
      ),
      [3, 12, 8, 0],
      0.5,
    ],
    [
      flat(
        [
          [s * 206, 450],
          [s * 226, 500],
          [s * 252, 534],
        ],
        false,
      ),
      [4, 10, 0],
      0.4,
    ],
    [
      flat(
        [
          [s * 201, 380],
          [s * 184, 420],
          [s * 164, 448],
        ],
        false,
      ),
      [3, 9, 0],
      0.36,
    ],
    [
      flat(
        [
          [s * 290, 572],
          [s * 262, 606],
          [s * 224, 624],
          [s * 208, 626],
        ],
        false,
      ),
      [0, 12, 10, 2],
      0.4,
    ],
  ];
  picture.soft(9, (target) => {
    for (const [line, widths, alpha] of folds) fillRibbon(target, line, widths, fade(jacket.shade, alpha));
  });
}

function drawCollar(picture: Bake, design: PresenterDesign, collar: FlatCurve, lapel: FlatCurve, side: -1 | 1): void {
  const { context } = picture;
  const { jacket } = design.palette;
  const body = side < 0 ? LEFT_BODY : RIGHT_BODY;
  context.save();
  clipToCurve(context, body);
  picture.soft(11, (target) => {
    fillCurve(target, moved(lapel, 5, 10), fade(jacket.deep, 0.62));
    fillCurve(target, moved(collar, 5, 9), fade(jacket.deep, 0.5));
  });
  context.restore();
  const paint = context.createLinearGradient(side * 150, 300, side * 10, 560);
  paint.addColorStop(0, side < 0 ? jacket.highlight : mix(jacket.light, jacket.base, 0.4));
  paint.addColorStop(0.5, side < 0 ? jacket.light : jacket.base);
  paint.addColorStop(1, mix(jacket.base, jacket.shade, 0.35));
  fillCurve(context, lapel, paint);
  context.save();
  clipToCurve(context, lapel);
  // The roll of the lapel: it turns away towards the opening.
  picture.soft(12, (target) =>
    fillRibbon(
      target,
      flat(
        [
          [side * 90, 300],
          [side * 72, 400],
          [side * 36, 500],
          [0, 590],
        ],
        false,
      ),
      [16, 22, 20, 10],
      fade(side < 0 ? jacket.shade : jacket.deep, 0.5),
    ),
  );
  picture.soft(6, (target) => fillCurve(target, moved(collar, 3, 6), fade(jacket.deep, 0.45)));
  context.restore();
  const collarPaint = context.createLinearGradient(side * 70, 215, side * 140, 330);
  collarPaint.addColorStop(0, jacket.shade);
  collarPaint.addColorStop(0.35, side < 0 ? jacket.light : jacket.base);
  collarPaint.addColorStop(1, side < 0 ? jacket.highlight : mix(jacket.light, jacket.base, 0.5));
  fillCurve(context, collar, collarPaint);
}

/** A thread of light on the edge that faces the key, and the welt of a breast pocket. */
function drawDetails(picture: Bake, design: PresenterDesign): void {
  const { context } = picture;
  const { jacket } = design.palette;
  const edge = flat(
    [
      [-163, 342],
      [-148, 402],
      [-112, 484],
      [-62, 556],
      [2, 603],
    ],
    false,
  );
  fillSoftRibbon(context, edge, [1, 2.6, 2.6, 2.2, 0.5], jacket.highlight, 0.75);
  const collarEdge = flat(
    [
      [-110, 257],
      [-136, 293],
      [-152, 319],
    ],
    false,
  );
  fillSoftRibbon(context, collarEdge, [0, 2.4, 1.6], jacket.highlight, 0.7);
  const welt = flat([
    [146, 436, 0, 1],
    [194, 426, 0, 1],
    [195, 437, 0, 1],
    [147, 447, 0, 1],
  ]);
  picture.soft(5, (target) => fillCurve(target, moved(welt, 2, 5), fade(jacket.deep, 0.8)));
  fillCurve(context, welt, mix(jacket.base, jacket.shade, 0.3));
  const weltEdge = flat(
    [
      [146, 436],
      [170, 431],
      [194, 426],
    ],
    false,
  );
  fillRibbon(context, weltEdge, [1.4, 1.4, 1.4], fade(jacket.light, 0.7));
}

function drawButton(picture: Bake, design: PresenterDesign): void {
  const { context } = picture;
  const { jacket, metal } = design.palette;
  stamp(context, softSpot(context, jacket.deep), 8, 640, 16, 16, 0, 0.7);
  const paint = context.createRadialGradient(1, 631, 1, 4, 634, 12);
  paint.addColorStop(0, mix(metal.light, jacket.shade, 0.4));
  paint.addColorStop(1, mix(metal.shade, jacket.deep, 0.5));
  context.fillStyle = paint;
  context.beginPath();
  context.ellipse(4, 634, 11, 11.5, 0, 0, Math.PI * 2);
  context.fill();
}

function moved(source: FlatCurve, x: number, y: number): FlatCurve {
  return { ...source, xs: source.xs.map((value) => value + x), ys: source.ys.map((value) => value + y) };
}
