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

export function fillRibbon(
  context: Canvas2D,
  centre: FlatCurve,
  widths: ArrayLike<number>,
  paint: unknown,
  shift = 0,
  scale = 1,
): void {
  context.beginPath();
  trace(context, ribbonOutline(centre, widths, shift, scale));
  context.fillStyle = paint;
  context.fill();
}

/** A ribbon with a soft edge: strokes of falling width that add up to the strength. */
export function fillSoftRibbon(
  context: Canvas2D,
  centre: FlatCurve,
  widths: ArrayLike<number>,
  paint: unknown,
  strength: number,
): void {
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha * strength * 0.3;
  for (const scale of [1, 0.78, 0.54, 0.3]) fillRibbon(context, centre, widths, paint, 0, scale);
  context.globalAlpha = alpha;
}
