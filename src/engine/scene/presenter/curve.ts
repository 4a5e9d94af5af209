import type { Canvas2D } from '../canvas.ts';
import type { HeadView } from './head-view.ts';

/**
 * A point that a drawn curve passes through: x, y and depth in design units (one unit is one pixel of a 1080-line frame;
 * the origin is between the eyes, y grows downwards, z towards the viewer). A fourth entry of 1 makes it a corner.
 */
export type Knot = readonly [x: number, y: number, z?: number, corner?: number];

/** Knots laid out flat, so that a frame only multiplies and traces. */
export type Curve = {
  readonly count: number;
  readonly closed: boolean;
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly zs: Float64Array;
  readonly corners: Uint8Array;
};

/** Points in the plane of the drawing, ready to trace. */
export type FlatCurve = {
  readonly count: number;
  readonly closed: boolean;
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly corners: Uint8Array;
};

/** A curve whose knots without a depth of their own take it from `depthAt`. */
export function curve(knots: readonly Knot[], depthAt: (x: number, y: number) => number, closed = true): Curve {
  const count = knots.length;
  const result = emptyCurve(count, closed);
  knots.forEach((knot, index) => {
    result.xs[index] = knot[0];
    result.ys[index] = knot[1];
    result.zs[index] = knot[2] ?? depthAt(knot[0], knot[1]);
    result.corners[index] = knot[3] ?? 0;
  });
  return result;
}

export function emptyCurve(count: number, closed: boolean): Curve {
  return {
    count,
    closed,
    xs: new Float64Array(count),
    ys: new Float64Array(count),
    zs: new Float64Array(count),
    corners: new Uint8Array(count),
  };
}

/** The curve as the head now shows it. */
export function seen(source: Curve, view: HeadView): FlatCurve {
  const { count, xs, ys, zs } = source;
  const flatXs = new Float64Array(count);
  const flatYs = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const x = xs[index]!;
    const y = ys[index]!;
    const z = zs[index]!;
    flatXs[index] = view.x(x, z);
    flatYs[index] = view.y(x, y, z);
  }
  return { count, closed: source.closed, xs: flatXs, ys: flatYs, corners: source.corners };
}

/**
 * Handles a third of a chord long would flatten circles; 0.345 is within 0.3 % of a circle for eight knots.
 */
const HANDLE = 0.345;

/** Adds the curve to the current path (call beginPath yourself, so that several curves can share one). */
export function trace(context: Canvas2D, flat: FlatCurve, joined = false): void {
  const { count, closed, xs, ys, corners } = flat;
  if (count < 2) return;
  if (joined) context.lineTo(xs[0]!, ys[0]!);
  else context.moveTo(xs[0]!, ys[0]!);
  const segments = closed ? count : count - 1;
  for (let index = 0; index < segments; index++) {
    const next = (index + 1) % count;
    const before = index === 0 ? (closed ? count - 1 : 0) : index - 1;
    const after = next === count - 1 ? (closed ? 0 : next) : next + 1;
    const x0 = xs[index]!;
    const y0 = ys[index]!;
    const x1 = xs[next]!;
    const y1 = ys[next]!;
    const handle = HANDLE * Math.hypot(x1 - x0, y1 - y0);
    let startX = xs[next]! - xs[before]!;
    let startY = ys[next]! - ys[before]!;
    if (corners[index] === 1 || before === index) {
      startX = x1 - x0;
      startY = y1 - y0;
    }
    let endX = xs[after]! - x0;
    let endY = ys[after]! - y0;
    if (corners[next] === 1 || after === next) {
      endX = x1 - x0;
      endY = y1 - y0;
    }
    const startScale = handle / (Math.hypot(startX, startY) || 1);
    const endScale = handle / (Math.hypot(endX, endY) || 1);
    context.bezierCurveTo(
      x0 + startX * startScale,
      y0 + startY * startScale,
      x1 - endX * endScale,
      y1 - endY * endScale,
      x1,
      y1,
    );
  }
  if (closed) context.closePath();
}

export function fillCurve(context: Canvas2D, flat: FlatCurve, paint: unknown): void {
  context.beginPath();
  trace(context, flat);
  context.fillStyle = paint;
  context.fill();
}

export function clipToCurve(context: Canvas2D, flat: FlatCurve): void {
  context.beginPath();
  trace(context, flat);
  context.clip();
}

/** Knots given directly in the plane of the drawing. */
export function flat(knots: readonly Knot[], closed = true): FlatCurve {
  return curve(knots, () => 0, closed);
}

/** The same curve moved in the plane. */
export function shifted(source: FlatCurve, x: number, y: number): FlatCurve {
  return { ...source, xs: source.xs.map((value) => value + x), ys: source.ys.map((value) => value + y) };
}
