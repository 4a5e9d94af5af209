import type { Canvas2D, CanvasHost, Gradient } from '../canvas.ts';
import { fade, mix } from './colour.ts';
import { emptyCurve, seen, shifted, trace, type Curve, type FlatCurve } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterPose } from './pose.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillSoftRibbons, traceRibbon } from './ribbon.ts';
import { softSpot, stamp } from './soft.ts';

/** The eye on the viewer's right, from the inner to the outer corner, around its middle. The other is its mirror. */
const LID_X = [-25, -17.5, -7, 4, 14.5, 22, 26.5];
const UPPER_OPEN = [5, -4.6, -10.9, -12.9, -11, -6, -2];
const UPPER_CLOSED = [5.4, 8, 10, 10.8, 10, 8, 5.4];
const LOWER = [5.4, 8.6, 10.5, 11, 9.2, 4.6, -1.6];
/** As the eye shuts, its outer corner slides down with the lid. */
const CORNER_DROP = [0, 0, 0, 0.2, 1.2, 3.8, 7.4];
const CREASE_X = [-22, -14, -4, 6, 17, 26, 33];
const CREASE_Y = [-5.5, -14.5, -19.2, -20, -17.2, -10.4, -3.6];
const LASH_WIDTH = [0.6, 2.2, 3.1, 3.6, 4, 4.2, 3.2, 0];
/** The lashes stand above the edge of the lid. A ribbon's normal points up only where its line runs to the right. */
const LASH_SHIFT = 0.28;
const CREASE_WIDTH = [0, 2.4, 3.4, 3.8, 4.4, 3.4, 0];
const LOWER_SHADE_WIDTH = [0, 4, 5, 5, 5, 4, 0];
const WATER_LINE_WIDTH = [0.6, 1.2, 1.4, 1.4, 1.5, 1.6, 1];
const LOWER_LASH_WIDTH = [0, 0.4, 1, 1.8, 2.4, 3, 2.4];

/** Lids at ease cover a little of the iris. */
const LID_REST = 0.06;
const IRIS_RADIUS = 13.4;
/** Radius of the eyeball: how far the iris travels for an angle of gaze. */
const EYEBALL_RADIUS = 25;
/** The eyes lie behind the surface of the face. */
const SOCKET_DEPTH = 9;

export type Eyes = { draw(context: Canvas2D, view: HeadView, pose: PresenterPose): void };

type EyePaints = {
  readonly sclera: Gradient;
  readonly iris: Gradient;
  readonly glow: Gradient;
  readonly lid: Gradient;
  readonly lidLight: Gradient;
  readonly corner: Gradient;
  readonly shade: Gradient;
};

/** One eye as it is now seen. */
type Eye = {
  readonly side: -1 | 1;
  readonly scale: number;
  readonly closed: number;
  readonly isOpen: boolean;
  readonly x: number;
  readonly y: number;
  readonly upper: FlatCurve;
  readonly lower: FlatCurve;
  readonly crease: FlatCurve;
  readonly lashes: FlatCurve;
};

export function createEyes(host: CanvasHost, design: PresenterDesign): Eyes {
  const paints = eyePaints(host.createCanvas(1, 1).context, design);
  const { eyeX, eyeScale } = design.face;
  return {
    draw(context, view, pose) {
      // The eye nearer the key light sits a trace higher and is a trace smaller.
      const leftPlace = { side: -1, x: -eyeX * 1.01, y: -0.7, scale: eyeScale * 0.985 } as const;
      const rightPlace = { side: 1, x: eyeX, y: 0.4, scale: eyeScale } as const;
      const both = [eyeAt(leftPlace, pose.blinkLeft, view, pose), eyeAt(rightPlace, pose.blinkRight, view, pose)];
      drawBalls(context, both, pose, paints);
      drawLids(context, both, design, paints);
    },
  };
}

function eyePaints(context: Canvas2D, design: PresenterDesign): EyePaints {
  const { eye, skin } = design.palette;
  const sclera = context.createLinearGradient(0, -13, 0, 10);
  sclera.addColorStop(0, eye.scleraShade);
  sclera.addColorStop(0.55, eye.sclera);
  sclera.addColorStop(1, mix(eye.sclera, eye.scleraShade, 0.35));
  const iris = context.createRadialGradient(0, 0, 0, 0, 0, 1);
  iris.addColorStop(0, eye.pupil);
  iris.addColorStop(0.4, eye.pupil);
  iris.addColorStop(0.46, mix(eye.iris, eye.pupil, 0.25));
  iris.addColorStop(0.7, eye.iris);
  iris.addColorStop(0.82, mix(eye.iris, eye.ring, 0.5));
  iris.addColorStop(0.92, eye.ring);
  iris.addColorStop(0.96, fade(eye.ring, 0.85));
  iris.addColorStop(1, fade(eye.ring, 0));
  const lid = context.createLinearGradient(0, -20, 0, 10);
  lid.addColorStop(0, mix(skin.base, skin.shade, 0.4));
  lid.addColorStop(0.45, mix(skin.base, eye.lid, 0.4));
  lid.addColorStop(1, mix(skin.base, eye.lid, 0.85));
  return {
    sclera,
    iris,
    lid,
    lidLight: softSpot(context, skin.light),
    glow: softSpot(context, eye.irisLight),
    corner: softSpot(context, eye.corner),
    shade: softSpot(context, eye.ring),
  };
}

type EyePlace = { readonly side: -1 | 1; readonly x: number; readonly y: number; readonly scale: number };

function eyeAt(place: EyePlace, blink: number, view: HeadView, pose: PresenterPose): Eye {
  const closed = Math.min(1, LID_REST + blink * (1 - LID_REST));
  // The upper lid follows the gaze up and down.
  const lidShare = Math.min(1, Math.max(0, closed + (pose.gazeYDegrees / 90) * (1 - closed)));
  const lowerY = LOWER.map(
    (y, index) => y - (pose.smile * 2.4 + closed * 0.8) * lidProfile(index) + CORNER_DROP[index]! * closed,
  );
  const upperY = UPPER_OPEN.map((y, index) => {
    const shut = Math.min(UPPER_CLOSED[index]!, lowerY[index]! - 0.4);
    return y + (shut - y) * lidShare;
  });
  const creaseY = CREASE_Y.map((y, index) => y + closed * 3.2 * lidProfile(index));
  const upper = lidCurve(LID_X, upperY, place, view);
  const depth = faceDepth(place.x, place.y) - SOCKET_DEPTH + 4;
  return {
    side: place.side,
    scale: place.scale,
    closed,
    isOpen: lidShare < 0.97,
    x: view.x(place.x, depth),
    y: view.y(place.x, place.y, depth),
    upper,
    lower: lidCurve(LID_X, lowerY, place, view),
    crease: lidCurve(CREASE_X, creaseY, place, view),
    lashes: lashLine(upper, place, closed),
  };
}

function drawBalls(context: Canvas2D, both: readonly Eye[], pose: PresenterPose, paints: EyePaints): void {
  const open = both.filter((eye) => eye.isOpen);
  if (open.length === 0) return;
  context.save();
  context.beginPath();
  for (const eye of open) trace(context, between(eye.upper, eye.lower));
  context.clip();
  const middleY = (both[0]!.y + both[1]!.y) / 2;
  context.save();
  context.translate(0, middleY);
  context.fillStyle = paints.sclera;
  context.fillRect(both[0]!.x - 40, -26, both[1]!.x - both[0]!.x + 80, 52);
  context.restore();
  const gazeX = EYEBALL_RADIUS * Math.sin((pose.gazeXDegrees * Math.PI) / 180);
  const gazeY = EYEBALL_RADIUS * Math.sin((pose.gazeYDegrees * Math.PI) / 180) - 0.8;
  for (const eye of open) {
    stamp(context, paints.corner, eye.x - eye.side * 25, eye.y + 5, 8, 6, 0, 0.8);
    const radius = IRIS_RADIUS * eye.scale;
    stamp(context, paints.iris, eye.x + gazeX, eye.y + gazeY, radius, radius, 0, 1);
    // Light that entered from the upper left glows at the lower right of the iris.
    stamp(context, paints.glow, eye.x + gazeX + 3.4, eye.y + gazeY + 5.2, 7.4, 4.6, -0.5, 0.75);
  }
  // The lid and its lashes shade the ball.
  for (const eye of open) {
    stamp(context, paints.shade, eye.x, eye.upper.ys[3]! + 1, 34, 15, eye.side * 0.08, 0.8);
  }
  context.fillStyle = 'rgba(255, 252, 246, 0.95)';
  context.beginPath();
  for (const eye of open) {
    const x = eye.x + gazeX - 4.3;
    const y = eye.y + gazeY - 3.8;
    context.moveTo(x + 2.7, y);
    context.ellipse(x, y, 2.7, 3.1, 0.5, 0, Math.PI * 2);
  }
  context.fill();
  context.restore();
}

function drawLids(context: Canvas2D, both: readonly Eye[], design: PresenterDesign, paints: EyePaints): void {
  const { eye: colours, skin } = design.palette;
  const middleY = (both[0]!.y + both[1]!.y) / 2;
  const closed = Math.max(both[0]!.closed, both[1]!.closed);
  // Skin from the fold down to the edge, so that a blink uncovers more of it.
  context.save();
  context.translate(0, middleY);
  context.beginPath();
  for (const eye of both) trace(context, shifted(between(eye.crease, eye.upper), 0, -middleY));
  context.fillStyle = paints.lid;
  context.fill();
  context.restore();
  for (const eye of both) {
    const light = 0.22 + eye.closed * 0.35;
    stamp(context, paints.lidLight, eye.x - 3, eye.y - 11 + eye.closed * 9, 16, 4 + eye.closed * 6, 0, light);
  }
  const strokes = (line: (eye: Eye) => FlatCurve, widths: readonly number[]) =>
    both.map((eye) => ({ centre: line(eye), widths }));
  fillSoftRibbons(
    context,
    strokes((eye) => eye.crease, CREASE_WIDTH),
    skin.deep,
    0.6 - closed * 0.3,
  );
  // The shade under the lower lid, its moist edge, and a hint of lashes outside.
  fillSoftRibbons(
    context,
    strokes((eye) => shifted(eye.lower, 0, 2.2), LOWER_SHADE_WIDTH),
    skin.shade,
    0.42,
    1,
  );
  context.fillStyle = fade(mix(skin.light, colours.corner, 0.4), 0.55 - closed * 0.4);
  context.beginPath();
  for (const eye of both) traceRibbon(context, eye.lower, WATER_LINE_WIDTH, -0.3);
  context.fill();
  fillSoftRibbons(
    context,
    strokes((eye) => eye.lower, LOWER_LASH_WIDTH),
    colours.lash,
    0.4,
    1,
  );
  // Upper edge and lashes are one shape that grows towards the outer corner and ends in a flick.
  context.fillStyle = colours.lash;
  context.beginPath();
  for (const eye of both) traceRibbon(context, eye.lashes, LASH_WIDTH, LASH_SHIFT * eye.side);
  context.fill();
}

function lidProfile(index: number): number {
  return Math.sin((Math.PI * (index + 0.6)) / 7.2);
}

function lidCurve(xs: readonly number[], ys: readonly number[], state: EyePlace, view: HeadView): FlatCurve {
  const result: Curve = emptyCurve(xs.length, false);
  for (let index = 0; index < xs.length; index++) {
    const x = state.x + xs[index]! * state.side * state.scale;
    result.xs[index] = x;
    result.ys[index] = state.y + ys[index]! * state.scale;
    result.zs[index] = faceDepth(x, 0) - SOCKET_DEPTH;
  }
  return seen(result, view);
}

function between(upper: FlatCurve, lower: FlatCurve): FlatCurve {
  const count = upper.count + lower.count;
  const corners = new Uint8Array(count);
  corners[0] = corners[upper.count - 1] = corners[upper.count] = corners[count - 1] = 1;
  return {
    count,
    closed: true,
    xs: Float64Array.of(...upper.xs, ...lower.xs.toReversed()),
    ys: Float64Array.of(...upper.ys, ...lower.ys.toReversed()),
    corners,
  };
}

function lashLine(upper: FlatCurve, place: EyePlace, closed: number): FlatCurve {
  const last = upper.count - 1;
  const tipX = upper.xs[last]! + place.side * 4.6 * place.scale;
  const tipY = upper.ys[last]! - 1.6 + closed * 1.4;
  return {
    count: upper.count + 1,
    closed: false,
    xs: Float64Array.of(...upper.xs, tipX),
    ys: Float64Array.of(...upper.ys, tipY),
    corners: new Uint8Array(upper.count + 1),
  };
}
