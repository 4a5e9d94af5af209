import type { Canvas2D, CanvasHost, Gradient } from '../canvas.ts';
import { fade, mix } from './colour.ts';
import { clipToCurve, emptyCurve, fillCurve, flat, seen, type FlatCurve } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HeadView } from './head-view.ts';
import type { MouthShape } from './mouth-shape.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillRibbon, fillSoftRibbon, ribbonOutline } from './ribbon.ts';
import { bake, blit, softSpot, stamp, type Bake } from './soft.ts';

export type Mouth = { draw(context: Canvas2D, view: HeadView, shape: MouthShape, smile: number): void };

type Point = readonly [number, number];

type MouthPaints = {
  readonly inside: Gradient;
  readonly upperLip: Gradient;
  readonly lowerLip: Gradient;
  readonly teeth: Gradient;
  readonly tongue: Gradient;
  readonly shade: Gradient;
  readonly deep: Gradient;
  readonly light: Gradient;
  readonly gloss: Gradient;
  readonly dark: Gradient;
};

/** The upper row hangs from the skull: its lower edge does not move with the lips. */
const TEETH: readonly Point[] = [
  [-31, -16],
  [-30, -4.5],
  [-24, 0],
  [-13, 3.6],
  [0, 4.9],
  [13, 3.6],
  [24, 0],
  [30, -4.5],
  [31, -16],
];

/** The lower row hangs on the jaw: when the teeth are together it lies just under the upper one. */
const LOWER_TEETH: readonly Point[] = [
  [-22, 0],
  [-13, 2.8],
  [0, 4],
  [13, 2.8],
  [22, 0],
  [19, 9],
  [0, 13],
  [-19, 9],
];

export function createMouth(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Mouth {
  const fold = bakeFold(host, design, pixelsPerUnit);
  const paints = mouthPaints(host.createCanvas(1, 1).context, design);
  return {
    draw(context, view, shape, smile) {
      const frame = mouthFrame(design, view, shape.pucker);
      drawSurroundings(context, view, shape, smile, design, paints, fold);
      const upperInner = frame.line([shape.cornerLeft, ...shape.upperInner, shape.cornerRight]);
      const lowerInner = frame.line([shape.cornerLeft, ...shape.lowerInner, shape.cornerRight]);
      const upperLip = frame.area([shape.cornerLeft, ...shape.upperOuter, shape.cornerRight], shape.upperInner);
      const lowerLip = frame.area([shape.cornerLeft, ...shape.lowerInner, shape.cornerRight], shape.lowerOuter);
      if (shape.aperture > 0) {
        const opening = frame.area([shape.cornerLeft, ...shape.upperInner, shape.cornerRight], shape.lowerInner);
        drawInside(context, frame, shape, design, paints, opening, upperInner);
      }
      drawLips(context, frame, shape, design, paints, upperLip, lowerLip);
      drawLipLine(context, frame, shape, design, upperInner, lowerInner);
    },
  };
}

function mouthPaints(context: Canvas2D, design: PresenterDesign): MouthPaints {
  const { lips, mouth, skin } = design.palette;
  const inside = context.createLinearGradient(0, -10, 0, 34);
  inside.addColorStop(0, mouth.dark);
  inside.addColorStop(1, mix(mouth.dark, mouth.tongue, 0.4));
  const upperLip = context.createLinearGradient(-30, -14, 18, 8);
  upperLip.addColorStop(0, mix(lips.upper, lips.lower, 0.45));
  upperLip.addColorStop(0.55, lips.upper);
  upperLip.addColorStop(1, mix(lips.upper, lips.line, 0.45));
  const lowerLip = context.createLinearGradient(-26, 0, 30, 12);
  lowerLip.addColorStop(0, mix(lips.lower, lips.upper, 0.15));
  lowerLip.addColorStop(0.35, lips.lower);
  lowerLip.addColorStop(1, mix(lips.lower, lips.upper, 0.85));
  const teeth = context.createLinearGradient(-30, 0, 30, 0);
  const farTeeth = mix(mouth.teethShade, mouth.dark, 0.72);
  teeth.addColorStop(0, farTeeth);
  teeth.addColorStop(0.16, mix(mouth.teethShade, mouth.dark, 0.1));
  teeth.addColorStop(0.34, mix(mouth.teeth, mouth.teethShade, 0.1));
  teeth.addColorStop(0.5, mouth.teeth);
  teeth.addColorStop(0.7, mix(mouth.teeth, mouth.teethShade, 0.4));
  teeth.addColorStop(0.86, mix(mouth.teethShade, mouth.dark, 0.25));
  teeth.addColorStop(1, farTeeth);
  const tongue = context.createRadialGradient(-3, -6, 1, 0, 0, 20);
  tongue.addColorStop(0, mouth.tongueLight);
  tongue.addColorStop(1, mouth.tongue);
  return {
    inside,
    upperLip,
    lowerLip,
    teeth,
    tongue,
    shade: softSpot(context, skin.shade),
    deep: softSpot(context, skin.deep),
    light: softSpot(context, skin.light),
    gloss: softSpot(context, lips.light),
    dark: softSpot(context, mouth.dark),
  };
}

/** Turns points around the middle of the mouth into what the camera sees. */
type MouthFrame = {
  readonly x: number;
  readonly y: number;
  point(x: number, y: number): Point;
  line(points: readonly Point[]): FlatCurve;
  /** Between an upper row with both corners and a lower row without. */
  area(row: readonly Point[], back: readonly Point[]): FlatCurve;
  shape(points: readonly Point[]): FlatCurve;
};

function mouthFrame(design: PresenterDesign, view: HeadView, pucker: number): MouthFrame {
  const { mouthY, mouthScale } = design.face;
  const depthAt = (x: number, y: number) => faceDepth(x * 1.5, mouthY + Math.min(y, 20)) + 5 + pucker * 7;
  const point = (x: number, y: number): Point => {
    const depth = depthAt(x, y);
    return [view.x(x * mouthScale, depth), view.y(x * mouthScale, mouthY + y * mouthScale, depth)];
  };
  function build(points: readonly Point[], closed: boolean, corners: readonly number[]): FlatCurve {
    const result = emptyCurve(points.length, closed);
    points.forEach(([x, y], index) => {
      result.xs[index] = x * mouthScale;
      result.ys[index] = mouthY + y * mouthScale;
      result.zs[index] = depthAt(x, y);
    });
    for (const index of corners) result.corners[index] = 1;
    return seen(result, view);
  }
  const middle = point(0, 0);
  return {
    x: middle[0],
    y: middle[1],
    point,
    line: (points) => build(points, false, []),
    area: (row, back) => build([...row, ...back.toReversed()], true, [0, row.length - 1]),
    shape: (points) => build(points, true, []),
  };
}

/** Folds beside the lips, shadow below them and the light on the chin. */
function drawSurroundings(
  context: Canvas2D,
  view: HeadView,
  shape: MouthShape,
  smile: number,
  design: PresenterDesign,
  paints: MouthPaints,
  fold: Bake,
): void {
  const { mouthScale, noseY, noseHalfWidth } = design.face;
  const frame = mouthFrame(design, view, 0);
  const wide = Math.max(0, shape.stretch) * 0.03;
  const narrow = Math.max(0.3, 1 + Math.min(0, shape.stretch) * 0.05);
  const strength = (0.2 + wide + smile * 0.42 + shape.chinDrop * 0.008) * narrow;
  for (const side of [-1, 1] as const) {
    const corner = side < 0 ? shape.cornerLeft : shape.cornerRight;
    const wingDepth = faceDepth(noseHalfWidth, noseY) + 6;
    const wingX = view.x(side * (noseHalfWidth + 1.5), wingDepth);
    const wingY = view.y(side * noseHalfWidth, noseY - 6, wingDepth);
    const [endX, endY] = frame.point(corner[0] + side * 10, corner[1] + 4);
    context.save();
    context.translate(wingX, wingY);
    context.scale((endX - wingX) / FOLD_WIDTH, Math.max(0.5, (endY - wingY) / FOLD_HEIGHT));
    context.globalAlpha = Math.min(0.95, side > 0 ? strength * 1.25 : strength);
    blit(context, fold);
    context.restore();
    const [cornerX, cornerY] = frame.point(corner[0] + side * 1.5, corner[1] + 0.5);
    stamp(context, paints.deep, cornerX, cornerY, 9, 6.5, side * 0.5, side > 0 ? 0.5 : 0.34);
  }

  const below = shape.lowerOuter[1]![1];
  const [chinX, chinY] = frame.point(0, 43 / mouthScale + shape.chinDrop);
  stamp(context, paints.light, chinX - 7, chinY, 30, 17, 0, 0.6);
  const [underX, underY] = frame.point(1.5, below + 4);
  stamp(context, paints.shade, underX, underY + 1, 30, 9, 0.03, 0.75);
  stamp(context, paints.deep, underX + 2, underY - 1, 18, 4.8, 0.03, 0.3);
}

const FOLD_WIDTH = 24;
const FOLD_HEIGHT = 44;

/** The fold from the wing of the nose to the corner of the mouth: soft shade with the cheek's light above it. */
function bakeFold(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Bake {
  const { skin } = design.palette;
  const picture = bake(host, { x: -16, y: -16, width: FOLD_WIDTH + 40, height: FOLD_HEIGHT + 32 }, pixelsPerUnit);
  const line = (dx: number, dy: number) =>
    flat(
      [
        [0 + dx, 0 + dy],
        [8 + dx, 11 + dy],
        [18 + dx, 25 + dy],
        [FOLD_WIDTH + dx, FOLD_HEIGHT + dy],
      ],
      false,
    );
  picture.soft(9, (target) => fillRibbon(target, line(6, -5), [2, 10, 11, 2], fade(skin.light, 0.75)));
  picture.soft(9, (target) => fillRibbon(target, line(-3, 2), [3, 9, 9, 1], fade(skin.shade, 0.75)));
  picture.soft(4, (target) => fillRibbon(target, line(0, 0), [0, 3.4, 3.4, 0], fade(skin.deep, 0.34)));
  return picture;
}

function drawInside(
  context: Canvas2D,
  frame: MouthFrame,
  shape: MouthShape,
  design: PresenterDesign,
  paints: MouthPaints,
  opening: FlatCurve,
  upperInner: FlatCurve,
): void {
  const { mouth } = design.palette;
  const floor = shape.lowerInner[2]![1];
  const gap = floor - shape.upperInner[2]![1];
  context.save();
  clipToCurve(context, opening);
  context.save();
  context.translate(frame.x, frame.y);
  context.fillStyle = paints.inside;
  context.fillRect(-60, -30, 120, 100);
  context.restore();

  const tongueTop = Math.max(floor - 5 - shape.tongueRise * gap * 0.72, 4 - shape.tongueTip * 3);
  const tongue = frame.shape([
    [-21, floor + 9],
    [-17.5, tongueTop + 5],
    [-9, tongueTop + 0.6],
    [0, tongueTop + 1.6],
    [9, tongueTop + 0.6],
    [17.5, tongueTop + 5],
    [21, floor + 9],
    [0, floor + 16],
  ]);
  const [tongueX, tongueY] = frame.point(0, tongueTop + 9);
  fillAt(context, tongue, paints.tongue, tongueX, tongueY);
  stamp(context, paints.dark, tongueX, tongueY - 9, 20, 6, 0, 0.5);

  if (shape.lowerTeeth > 0) {
    context.globalAlpha = shape.lowerTeeth * 0.8;
    const row = LOWER_TEETH.map(([x, y]) => [x, y + shape.chinDrop] as const);
    fillAt(context, frame.shape(row), mix(mouth.teethShade, mouth.teeth, 0.35), 0, 0);
    context.globalAlpha = 1;
  }
  context.globalAlpha = shape.upperTeeth;
  fillAt(context, frame.shape(TEETH), paints.teeth, frame.x, frame.y);
  context.globalAlpha = 1;
  if (shape.tongueTip > 0.5) {
    const strength = (shape.tongueTip - 0.5) * 2;
    const tip = frame.shape([
      [-14, floor + 6],
      [-13, 7.4],
      [-7, 4.2 - strength * 0.6],
      [0, 3.8 - strength * 0.6],
      [7, 4.2 - strength * 0.6],
      [13, 7.4],
      [14, floor + 6],
    ]);
    context.globalAlpha = strength;
    const [tipX, tipY] = frame.point(0, 11);
    fillAt(context, tip, paints.tongue, tipX, tipY);
    context.globalAlpha = 1;
  }
  // The lip shades the teeth, and the corners fall away into the dark.
  fillSoftRibbon(context, upperInner, [3, 8, 9, 9, 9, 8, 3], mouth.dark, 0.62);
  for (const corner of [shape.cornerLeft, shape.cornerRight]) {
    const [x, y] = frame.point(corner[0] * 0.94, corner[1] + 1);
    stamp(context, paints.dark, x, y, 13, 16, 0, 0.85);
  }
  context.restore();
}

function drawLips(
  context: Canvas2D,
  frame: MouthFrame,
  shape: MouthShape,
  design: PresenterDesign,
  paints: MouthPaints,
  upperLip: FlatCurve,
  lowerLip: FlatCurve,
): void {
  const { lips } = design.palette;
  // A faint wider stroke under each edge lets the lips grow out of the skin.
  const upperEdge = frame.line([shape.cornerLeft, ...shape.upperOuter, shape.cornerRight]);
  const lowerEdge = frame.line([shape.cornerLeft, ...shape.lowerOuter, shape.cornerRight]);
  fillSoftRibbon(context, upperEdge, [1, 3.4, 3.8, 3.4, 3.8, 3.4, 1], lips.upper, 0.5, 1);
  fillSoftRibbon(context, lowerEdge, [1, 4, 4.4, 4, 1], lips.lower, 0.45, 1);
  fillAt(context, upperLip, paints.upperLip, frame.x, frame.y);
  fillAt(context, lowerLip, paints.lowerLip, frame.x, frame.y + (shape.lowerInner[2]![1] - 2));

  const innerY = shape.lowerInner[2]![1];
  const outerY = shape.lowerOuter[1]![1];
  const thickness = outerY - innerY;
  const half = shape.cornerRight[0];
  // The lower lip rolls away from the light below, and catches it on its fullest part.
  const [turnX, turnY] = frame.point(2, outerY - thickness * 0.1);
  stamp(context, paints.deep, turnX, turnY, half * 0.66, thickness * 0.36, 0, 0.34);
  const [glossX, glossY] = frame.point(-half * 0.16, innerY + thickness * 0.4);
  stamp(context, paints.gloss, glossX, glossY, half * 0.44, thickness * 0.38, 0.02, 0.55);
  stamp(context, paints.gloss, glossX - half * 0.03, glossY, half * 0.24, thickness * 0.17, 0.02, 0.6);
  // A thread of light on the edge of the cupid's bow.
  const bow = frame.line(shape.upperOuter.slice(0, 4).map(([x, y]) => [x, y - 0.9] as const));
  fillSoftRibbon(context, bow, [0, 1.5, 1.3, 0.4], lips.light, 0.5, 1);
}

function drawLipLine(
  context: Canvas2D,
  frame: MouthFrame,
  shape: MouthShape,
  design: PresenterDesign,
  upperInner: FlatCurve,
  lowerInner: FlatCurve,
): void {
  const { lips } = design.palette;
  const open = Math.min(1, shape.aperture / 0.08);
  const [leftX, leftY] = shape.cornerLeft;
  const [rightX, rightY] = shape.cornerRight;
  const line = frame.line([
    [leftX - 1.6, leftY - 0.8],
    [leftX + 1.5, leftY],
    ...shape.upperInner,
    [rightX - 1.5, rightY],
    [rightX + 1.6, rightY - 0.8],
  ]);
  fillRibbon(context, line, [0.3, 1.8, 1.7, 1.5, 1.8, 1.5, 1.7, 1.9, 0.3], fade(lips.line, 0.85 - open * 0.3));
  fillSoftRibbon(context, upperInner, [1, 4, 4, 4.5, 4, 4, 1], lips.line, 0.36, 1);
  if (open > 0) {
    const edge = ribbonOutline(lowerInner, [0, 1.1, 1.5, 1.6, 1.5, 1.1, 0], -0.5);
    context.globalAlpha = open * 0.5;
    fillCurve(context, edge, mix(lips.lower, lips.light, 0.4));
    context.globalAlpha = 1;
  }
}

function fillAt(context: Canvas2D, area: FlatCurve, paint: unknown, x: number, y: number): void {
  context.save();
  context.translate(x, y);
  fillCurve(context, { ...area, xs: area.xs.map((value) => value - x), ys: area.ys.map((value) => value - y) }, paint);
  context.restore();
}
