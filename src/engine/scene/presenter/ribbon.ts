import type { Canvas2D } from '../canvas.ts';
import { trace, type FlatCurve } from './curve.ts';

/**
 * A tapered stroke along a centre line: one width for each knot, 0 at a pointed end. `shift` moves the middle of the stroke
 * along its normal, as a share of the width (0.5 puts the line on the stroke's edge).
 */
export function ribbonOutline(centre: FlatCurve, widths: ArrayLike<number>, shift = 0, scale = 1): FlatCurve {
  const { count, xs, ys } = centre;
  const total = count * 2;
  const outlineXs = new Float64Array(total);
  const outlineYs = new Float64Array(total);
  const corners = new Uint8Array(total);
  for (let index = 0; index < count; index++) {
    const before = Math.max(0, index - 1);
    const after = Math.min(count - 1, index + 1);
    const tangentX = xs[after]! - xs[before]!;
    const tangentY = ys[after]! - ys[before]!;
    const length = Math.hypot(tangentX, tangentY) || 1;
    const width = widths[index]! * scale;
    const normalX = tangentY / length;
    const normalY = -tangentX / length;
    outlineXs[index] = xs[index]! + normalX * width * (0.5 + shift);
    outlineYs[index] = ys[index]! + normalY * width * (0.5 + shift);
    outlineXs[total - 1 - index] = xs[index]! - normalX * width * (0.5 - shift);
    outlineYs[total - 1 - index] = ys[index]! - normalY * width * (0.5 - shift);
  }
  corners[0] = corners[count - 1] = corners[count] = corners[total - 1] = 1;
  return { count: total, closed: true, xs: outlineXs, ys: outlineYs, corners };
}

/** Adds the stroke to the current path: strokes of one colour share a fill, and fills are what a frame's time goes into. */
export function traceRibbon(
  context: Canvas2D,
  centre: FlatCurve,
  widths: ArrayLike<number>,
  shift = 0,
  scale = 1,
): void {
  trace(context, ribbonOutline(centre, widths, shift, scale));
}

export function fillRibbon(
  context: Canvas2D,
  centre: FlatCurve,
  widths: ArrayLike<number>,
  paint: unknown,
  shift = 0,
): void {
  context.beginPath();
  traceRibbon(context, centre, widths, shift);
  context.fillStyle = paint;
  context.fill();
}

export type SoftStroke = { readonly centre: FlatCurve; readonly widths: ArrayLike<number> };

/** Widths of the layers of a soft stroke, as shares of the whole, and the share of the strength that each adds. */
const LAYERS: Readonly<Record<1 | 2 | 3, { readonly scales: readonly number[]; readonly share: number }>> = {
  1: { scales: [0.8], share: 0.8 },
  2: { scales: [1, 0.55], share: 0.52 },
  3: { scales: [1, 0.68, 0.38], share: 0.38 },
};

/** Strokes with a soft edge: layers of falling width that add up to the strength. */
export function fillSoftRibbons(
  context: Canvas2D,
  strokes: readonly SoftStroke[],
  paint: unknown,
  strength: number,
  layers: 1 | 2 | 3 = 2,
): void {
  if (strength <= 0) return;
  const alpha = context.globalAlpha;
  const { scales, share } = LAYERS[layers];
  context.globalAlpha = alpha * strength * share;
  context.fillStyle = paint;
  for (const scale of scales) {
    context.beginPath();
    for (const { centre, widths } of strokes) traceRibbon(context, centre, widths, 0, scale);
    context.fill();
  }
  context.globalAlpha = alpha;
}

export function fillSoftRibbon(
  context: Canvas2D,
  centre: FlatCurve,
  widths: ArrayLike<number>,
  paint: unknown,
  strength: number,
  layers: 1 | 2 | 3 = 2,
): void {
  fillSoftRibbons(context, [{ centre, widths }], paint, strength, layers);
}
