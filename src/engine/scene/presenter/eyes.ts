import type { Canvas2D, CanvasHost, Gradient } from '../canvas.ts';
import { fade, mix } from './colour.ts';
import { clipToCurve, emptyCurve, seen, trace, type Curve, type FlatCurve } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterPose } from './pose.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillRibbon, fillSoftRibbon } from './ribbon.ts';
import { softSpot, stamp } from './soft.ts';

/** The eye on the viewer's right, from the inner to the outer corner, around its middle. The other is its mirror. */
const LID_X = [-25, -17.5, -7, 4, 14.5, 22, 26.5];
const UPPER_OPEN = [5, -4.6, -10.9, -12.9, -11, -6, -2];
const UPPER_CLOSED = [5.4, 7.6, 9.4, 9.9, 8.6, 5, 0.4];
const LOWER = [5.4, 8.6, 10.5, 11, 9.2, 4.6, -1.6];
const CREASE_X = [-22, -14, -4, 6, 17, 26, 33];
const CREASE_Y = [-5.5, -14.5, -19.2, -20, -17.2, -10.4, -3.6];
const LASH_WIDTH = [0.6, 2.2, 3.1, 3.6, 4, 4.2, 3.2];
const CREASE_WIDTH = [0, 1.4, 2, 2.2, 2.6, 2, 0];

/** Lids at ease cover a little of the iris. */
const LID_REST = 0.1;
const IRIS_RADIUS = 13;
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
  readonly shadow: Gradient;
  readonly corner: Gradient;
};

type EyeState = {
  readonly side: -1 | 1;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly blink: number;
  readonly smile: number;
};

export function createEyes(host: CanvasHost, design: PresenterDesign): Eyes {
  const paints = eyePaints(host.createCanvas(1, 1).context, design);
  const { eyeX, eyeScale } = design.face;
  return {
    draw(context, view, pose) {
      // The eye nearer the key light sits a trace higher and is a trace smaller.
      const leftEye = { side: -1, x: -eyeX * 1.01, y: -0.7, scale: eyeScale * 0.985 } as const;
      const rightEye = { side: 1, x: eyeX, y: 0.4, scale: eyeScale } as const;
      drawEye(context, view, pose, design, paints, { ...leftEye, blink: pose.blinkLeft, smile: pose.smile });
      drawEye(context, view, pose, design, paints, { ...rightEye, blink: pose.blinkRight, smile: pose.smile });
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
  iris.addColorStop(0.93, eye.ring);
  iris.addColorStop(1, fade(eye.ring, 0.55));
  const lid = context.createLinearGradient(0, -20, 0, 10);
  lid.addColorStop(0, mix(skin.base, eye.lid, 0.7));
  lid.addColorStop(0.4, mix(skin.base, eye.lid, 0.45));
  lid.addColorStop(1, eye.lid);
  return {
    sclera,
    iris,
    lid,
    glow: softSpot(context, eye.irisLight),
    shadow: softSpot(context, eye.ring),
    corner: softSpot(context, eye.corner),
  };
}

function drawEye(
  context: Canvas2D,
  view: HeadView,
  pose: PresenterPose,
  design: PresenterDesign,
  paints: EyePaints,
  state: EyeState,
): void {
  const { eye, skin } = design.palette;
  const closed = Math.min(1, LID_REST + state.blink * (1 - LID_REST));
  // The upper lid follows the gaze up and down.
  const lidShare = Math.min(1, Math.max(0, closed + (pose.gazeYDegrees / 90) * (1 - closed)));
  const lower = LOWER.map((y, index) => y - (state.smile * 2.4 + closed * 1) * lidProfile(index));
  const upper = UPPER_OPEN.map((y, index) => {
    const shut = Math.min(UPPER_CLOSED[index]!, lower[index]! - 0.4);
    return y + (shut - y) * lidShare;
  });
  const upperLine = lidCurve(LID_X, upper, state, view);
  const lowerLine = lidCurve(LID_X, lower, state, view);
  const creaseY = CREASE_Y.map((y, index) => y + closed * 3.2 * lidProfile(index));
  const creaseLine = lidCurve(CREASE_X, creaseY, state, view);
  const depth = faceDepth(state.x, state.y) - SOCKET_DEPTH + 4;
  const middleX = view.x(state.x, depth);
  const middleY = view.y(state.x, state.y, depth);

  if (lidShare < 0.97) {
    context.save();
    clipToCurve(context, between(upperLine, lowerLine));
    context.save();
    context.translate(middleX, middleY);
    context.fillStyle = paints.sclera;
    context.fillRect(-40, -30, 80, 60);
    context.restore();
    stamp(context, paints.corner, middleX - state.side * 25, middleY + 5, 8, 6, 0, 0.8);
    stamp(context, paints.shadow, middleX + state.side * 27, middleY, 12, 14, 0, 0.35);
    const irisX = middleX + EYEBALL_RADIUS * Math.sin((pose.gazeXDegrees * Math.PI) / 180);
    const irisY = middleY - 0.8 + EYEBALL_RADIUS * Math.sin((pose.gazeYDegrees * Math.PI) / 180);
    const radius = IRIS_RADIUS * state.scale;
    context.save();
    context.translate(irisX, irisY);
    context.scale(radius, radius);
    context.fillStyle = paints.iris;
    context.beginPath();
    context.arc(0, 0, 1, 0, Math.PI * 2);
    context.fill();
    context.restore();
    // Light that entered from the upper left glows at the lower right of the iris.
    stamp(context, paints.glow, irisX + 3.4, irisY + 5.2, 7.4, 4.6, -0.5, 0.75);
    // The lid and its lashes shade the ball.
    context.globalAlpha = 0.34;
    fillRibbon(context, upperLine, [6, 9, 11, 11.5, 11, 9, 6], eye.ring, 0);
    context.globalAlpha = 0.3;
    fillRibbon(context, upperLine, [9, 13, 16, 17, 16, 13, 9], eye.ring, 0);
    context.globalAlpha = 1;
    context.fillStyle = 'rgba(255, 252, 246, 0.95)';
    context.beginPath();
    context.ellipse(irisX - 4.3, irisY - 4.6, 2.7, 3.1, 0.5, 0, Math.PI * 2);
    context.fill();
    context.restore();
  }

  // The lid: skin from the fold down to the edge, so that a blink uncovers more of it.
  context.save();
  context.translate(middleX, middleY);
  context.fillStyle = paints.lid;
  context.translate(-middleX, -middleY);
  context.beginPath();
  trace(context, between(creaseLine, upperLine));
  fillTranslated(context, paints.lid, middleX, middleY);
  context.restore();
  fillSoftRibbon(
    context,
    creaseLine,
    CREASE_WIDTH.map((width) => width * 1.8),
    skin.deep,
    0.6 - closed * 0.3,
  );

  // Moist lower edge, and its shade below.
  fillSoftRibbon(context, shiftedDown(lowerLine, 2.2), [1, 4, 5, 5, 5, 4, 1], skin.shade, 0.5);
  fillRibbon(
    context,
    lowerLine,
    [0.6, 1.2, 1.4, 1.4, 1.5, 1.6, 1],
    fade(mix(skin.light, eye.corner, 0.4), 0.55 - closed * 0.4),
    -0.3,
  );
  fillSoftRibbon(context, lowerLine, [0, 0.4, 1, 1.8, 2.4, 3, 2.4], eye.lash, 0.55);

  // Upper edge and lashes are one shape that grows towards the outer corner and ends in a flick.
  fillRibbon(context, lashLine(upperLine, state), [...LASH_WIDTH, 0], eye.lash, 0.28);
}

function fillTranslated(context: Canvas2D, paint: Gradient, x: number, y: number): void {
  // The path is already laid down; only the gradient moves.
  context.translate(x, y);
  context.fillStyle = paint;
  context.fill();
}

function lidProfile(index: number): number {
  return Math.sin((Math.PI * (index + 0.6)) / 7.2);
}

function lidCurve(xs: readonly number[], ys: readonly number[], state: EyeState, view: HeadView): FlatCurve {
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

function shiftedDown(line: FlatCurve, distance: number): FlatCurve {
  return { ...line, ys: line.ys.map((y) => y + distance) };
}

function lashLine(upper: FlatCurve, state: EyeState): FlatCurve {
  const last = upper.count - 1;
  const tipX = upper.xs[last]! + state.side * 4.6 * state.scale;
  const tipY = upper.ys[last]! - 1.2 + state.blink * 2.4;
  // The ribbon's normal points up only when the line runs left to right.
  const xs = Float64Array.of(...upper.xs, tipX);
  const ys = Float64Array.of(...upper.ys, tipY);
  const corners = new Uint8Array(upper.count + 1);
  return { count: upper.count + 1, closed: false, xs, ys, corners };
}
