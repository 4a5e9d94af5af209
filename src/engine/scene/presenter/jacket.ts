import type { CanvasHost } from '../canvas.ts';
import { fade, mix, type Hex } from './colour.ts';
import { clipToCurve, fillCurve, flat, trace, type FlatCurve } from './curve.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillRibbon, fillSoftRibbon } from './ribbon.ts';
import { bake, softSpot, stamp, type Bake } from './soft.ts';

/** A tailored jacket over a simple top: drawn once, as cloth hardly changes while its wearer speaks. */
export function bakeClothes(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Bake {
  const picture = bake(host, { x: -340, y: 190, width: 680, height: 610 }, pixelsPerUnit);
  drawTop(picture, design);
  drawJacket(picture, design);
  return picture;
}

const NECKLINE = flat(
  [
    [-92, 236],
    [-78, 268],
    [-52, 300],
    [-20, 315],
    [14, 316],
    [48, 301],
    [74, 270],
    [90, 238],
  ],
  false,
);

const TOP = flat([
  [-100, 232, 0, 1],
  [-88, 246],
  [-78, 268],
  [-52, 300],
  [-20, 315],
  [14, 316],
  [48, 301],
  [74, 270],
  [86, 247],
  [98, 234, 0, 1],
  [180, 330],
  [120, 640],
  [-120, 640],
  [-180, 330],
]);

function drawTop(picture: Bake, design: PresenterDesign): void {
  const { context } = picture;
  const { top, skin } = design.palette;
  // The cloth's soft shadow on the skin, then the cloth.
  picture.soft(7, (target) => {
    target.beginPath();
    trace(target, TOP);
    target.strokeStyle = fade(skin.deep, 0.75);
    target.lineWidth = 10;
    target.stroke();
  });
  const paint = context.createLinearGradient(-90, 260, 110, 480);
  paint.addColorStop(0, top.light);
  paint.addColorStop(0.4, top.base);
  paint.addColorStop(1, top.shade);
  fillCurve(context, TOP, paint);
  context.save();
  clipToCurve(context, TOP);
  picture.soft(14, (target) => {
    const folds: readonly (readonly [FlatCurve, number[], Hex, number])[] = [
      [
        flat(
          [
            [-60, 300],
            [-38, 370],
            [-8, 450],
            [0, 560],
          ],
          false,
        ),
        [6, 20, 16, 4],
        top.shade,
        0.8,
      ],
      [
        flat(
          [
            [54, 300],
            [44, 370],
            [20, 450],
            [8, 560],
          ],
          false,
        ),
        [8, 26, 18, 4],
        top.deep,
        0.8,
      ],
      [
        flat(
          [
            [-30, 322],
            [-14, 390],
            [0, 470],
          ],
          false,
        ),
        [4, 16, 6],
        top.highlight,
        0.5,
      ],
      [
        flat(
          [
            [-74, 300],
            [-60, 360],
            [-40, 430],
          ],
          false,
        ),
        [4, 14, 4],
        top.highlight,
        0.45,
      ],
    ];
    for (const [line, widths, colour, alpha] of folds) fillRibbon(target, line, widths, fade(colour, alpha));
  });
  context.restore();
  // A narrow hem along the neckline.
  const hem = { ...NECKLINE, ys: NECKLINE.ys.map((y) => y + 2.2) };
  fillRibbon(context, hem, [2, 5, 5.4, 5.6, 5.6, 5.4, 5, 2], mix(top.base, top.light, 0.5));
  fillSoftRibbon(context, { ...NECKLINE, ys: NECKLINE.ys.map((y) => y + 6) }, [1, 3, 3, 3, 3, 3, 3, 1], top.deep, 0.7);
}

/** The body of the jacket on each side; the two meet at the button below the frame's edge. */
const LEFT_BODY = flat([
  [-62, 212, 0, 1],
  [-84, 224],
  [-120, 246],
  [-168, 266],
  [-212, 286],
  [-246, 316],
  [-266, 366],
  [-280, 440],
  [-296, 540],
  [-312, 660],
  [-326, 820, 0, 1],
  [20, 820, 0, 1],
  [16, 640],
  [4, 590, 0, 1],
  [-30, 500],
  [-66, 400],
  [-92, 310],
  [-96, 262],
  [-82, 232],
]);

const RIGHT_BODY = flat([
  [64, 214, 0, 1],
  [86, 227],
  [122, 250],
  [170, 271],
  [214, 292],
  [248, 322],
  [268, 372],
  [283, 446],
  [298, 544],
  [314, 660],
  [326, 820, 0, 1],
  [-14, 820, 0, 1],
  [-10, 640],
  [4, 586, 0, 1],
  [36, 500],
  [70, 400],
  [95, 312],
  [98, 264],
  [84, 234],
]);

const LEFT_LAPEL = flat([
  [-92, 300, 0, 1],
  [-132, 322],
  [-152, 338, 0, 1],
  [-150, 352],
  [-128, 372, 0, 1],
  [-138, 392],
  [-112, 470],
  [-62, 552],
  [4, 598, 0, 1],
  [-28, 508],
  [-64, 410],
  [-88, 330],
]);

const LEFT_COLLAR = flat([
  [-62, 211, 0, 1],
  [-80, 226],
  [-104, 252],
  [-126, 290],
  [-140, 322, 0, 1],
  [-150, 336, 0, 1],
  [-122, 330],
  [-92, 318, 0, 1],
  [-96, 280],
  [-90, 250],
  [-76, 230],
]);

const RIGHT_LAPEL = mirrored(LEFT_LAPEL, 3, 2);
const RIGHT_COLLAR = mirrored(LEFT_COLLAR, 2, 3);

function drawJacket(picture: Bake, design: PresenterDesign): void {
  drawBody(picture, design, RIGHT_BODY, 1);
  drawBody(picture, design, LEFT_BODY, -1);
  drawCollar(picture, design, RIGHT_COLLAR, RIGHT_LAPEL, 1);
  drawCollar(picture, design, LEFT_COLLAR, LEFT_LAPEL, -1);
  drawButton(picture, design);
}

function drawBody(picture: Bake, design: PresenterDesign, body: FlatCurve, side: -1 | 1): void {
  const { context } = picture;
  const { jacket, top } = design.palette;
  picture.soft(10, (target) => fillCurve(target, body, fade(top.deep, 0.5)));
  const paint = context.createLinearGradient(-300, 230, 320, 620);
  paint.addColorStop(0, jacket.light);
  paint.addColorStop(0.4, jacket.base);
  paint.addColorStop(0.75, mix(jacket.base, jacket.shade, 0.5));
  paint.addColorStop(1, jacket.shade);
  fillCurve(context, body, paint);
  context.save();
  clipToCurve(context, body);
  if (side < 0) {
    picture.soft(40, (target) =>
      fillCurve(
        target,
        flat([
          [-240, 290],
          [-150, 262],
          [-110, 270],
          [-150, 330],
          [-220, 380],
          [-262, 360],
        ]),
        fade(jacket.highlight, 0.9),
      ),
    );
  } else {
    picture.soft(60, (target) =>
      fillCurve(
        target,
        flat([
          [180, 330],
          [120, 420],
          [110, 820],
          [360, 820],
          [340, 420],
          [262, 330],
        ]),
        fade(jacket.shade, 0.75),
      ),
    );
  }
  // The arm lies beside the body: a fold that starts under the shoulder and widens down the side.
  const s = side;
  picture.soft(16, (target) => {
    fillCurve(
      target,
      flat([
        [s * 196, 392, 0, 1],
        [s * 208, 470],
        [s * 214, 560],
        [s * 216, 820],
        [s * 170, 820],
        [s * 184, 620],
        [s * 190, 500],
      ]),
      fade(jacket.deep, side > 0 ? 0.8 : 0.62),
    );
  });
  context.restore();
  context.save();
  clipToCurve(context, body);
  fillSoftRibbon(
    context,
    flat(
      [
        [s * 192, 380],
        [s * 204, 460],
        [s * 211, 560],
        [s * 215, 820],
      ],
      false,
    ),
    [0, 3, 4, 5],
    jacket.deep,
    0.8,
  );
  // Shoulder seam and the folds that hang from it.
  fillSoftRibbon(
    context,
    flat(
      [
        [s * 206, 284],
        [s * 221, 318],
        [s * 222, 362],
        [s * 208, 410],
      ],
      false,
    ),
    [3, 4, 4, 1],
    jacket.shade,
    0.9,
  );
  fillSoftRibbon(
    context,
    flat(
      [
        [s * 201, 286],
        [s * 215, 318],
        [s * 216, 360],
      ],
      false,
    ),
    [2, 3, 1],
    jacket.highlight,
    side < 0 ? 0.7 : 0.3,
  );
  picture.soft(8, (target) => {
    const folds: readonly (readonly [FlatCurve, number[], Hex, number])[] = [
      [
        flat(
          [
            [s * 208, 400],
            [s * 234, 424],
            [s * 262, 432],
          ],
          false,
        ),
        [3, 9, 1],
        jacket.shade,
        0.75,
      ],
      [
        flat(
          [
            [s * 214, 452],
            [s * 246, 486],
            [s * 280, 500],
          ],
          false,
        ),
        [2, 11, 1],
        jacket.shade,
        0.7,
      ],
      [
        flat(
          [
            [s * 290, 560],
            [s * 262, 590],
            [s * 224, 600],
          ],
          false,
        ),
        [1, 11, 2],
        jacket.shade,
        0.6,
      ],
      [
        flat(
          [
            [s * 186, 402],
            [s * 160, 440],
            [s * 126, 462],
          ],
          false,
        ),
        [2, 9, 0],
        jacket.shade,
        0.6,
      ],
      [
        flat(
          [
            [s * 232, 436],
            [s * 256, 448],
            [s * 276, 452],
          ],
          false,
        ),
        [0, 7, 0],
        jacket.highlight,
        0.5,
      ],
      [
        flat(
          [
            [s * 170, 560],
            [s * 120, 590],
            [s * 60, 600],
          ],
          false,
        ),
        [1, 12, 1],
        jacket.shade,
        0.6,
      ],
    ];
    for (const [line, widths, colour, alpha] of folds) fillRibbon(target, line, widths, fade(colour, alpha));
  });
  if (side > 0) {
    const edge = flat(
      [
        [170, 271],
        [214, 292],
        [248, 322],
        [268, 372],
        [283, 446],
        [298, 544],
        [314, 660],
      ],
      false,
    );
    fillSoftRibbon(context, edge, [0, 5, 9, 9, 8, 7, 5], design.palette.rim, 0.7);
  }
  context.restore();
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

function mirrored(source: FlatCurve, moveX: number, moveY: number): FlatCurve {
  return { ...source, xs: source.xs.map((x) => -x + moveX), ys: source.ys.map((y) => y + moveY) };
}

function moved(source: FlatCurve, x: number, y: number): FlatCurve {
  return { ...source, xs: source.xs.map((value) => value + x), ys: source.ys.map((value) => value + y) };
}
