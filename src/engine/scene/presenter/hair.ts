import type { Canvas2D, CanvasHost, Gradient } from '../canvas.ts';
import { fade, mix, type Hex } from './colour.ts';
import { clipToCurve, fillCurve, seen, shifted, type FlatCurve } from './curve.ts';
import { headView, type HeadView } from './head-view.ts';
import type { Lock, PresenterDesign, Strand } from './presenter-design.ts';
import { fillRibbon } from './ribbon.ts';
import { bake, blit, type Bake } from './soft.ts';

export type Hair = {
  drawBack(context: Canvas2D, view: HeadView): void;
  /** Hair that lies behind the ears and the edge of the face. */
  drawSides(context: Canvas2D, view: HeadView): void;
  /** The shadow of the front locks on the face; call before the features are drawn. */
  drawShadow(context: Canvas2D, view: HeadView, face: FlatCurve): void;
  drawFront(context: Canvas2D, view: HeadView): void;
};

/** The depth of the forehead, on which the shadow of the front locks lies. */
const SHADOW_DEPTH = 64;

export function createHair(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Hair {
  const context = host.createCanvas(1, 1).context;
  const { hair } = design.palette;
  const shadow = bakeShadow(host, design, pixelsPerUnit);
  const paints: Record<Lock['tone'], Gradient> = {
    base: falling(context, [hair.base, mix(hair.base, hair.light, 0.55), hair.base, hair.shade, hair.base]),
    shade: falling(context, [hair.shade, hair.base, hair.shade, hair.deep, hair.shade]),
    deep: falling(context, [hair.deep, hair.deep, hair.deep, hair.deep, hair.shade]),
  };
  return {
    drawBack(target, view) {
      for (const lock of design.hair.back) drawLock(target, view, lock, design, paints);
    },
    drawSides(target, view) {
      for (const lock of design.hair.sides) drawLock(target, view, lock, design, paints);
    },
    drawShadow(target, view, face) {
      target.save();
      clipToCurve(target, face);
      target.transform(...view.plane(SHADOW_DEPTH));
      blit(target, shadow);
      target.restore();
    },
    drawFront(target, view) {
      for (const lock of design.hair.front) drawLock(target, view, lock, design, paints);
      for (const loose of design.hair.loose) {
        const line = seen(loose.line, view);
        fillRibbon(target, line, swelling(line.count, loose.width), hair.base);
      }
    },
  };
}

/** The front locks at rest, thrown down and to the right: close to the hair it is hard, further off soft. */
function bakeShadow(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Bake {
  const picture = bake(host, { x: -140, y: -180, width: 280, height: 400 }, pixelsPerUnit);
  const { skin } = design.palette;
  const rest = headView({ headYawDegrees: 0, headPitchDegrees: 0 });
  const locks = design.hair.front.map((lock) => lockArea(seen(lock.from, rest), seen(lock.to, rest)));
  picture.soft(16, (target) => {
    for (const area of locks) fillCurve(target, shifted(area, 1, 13), fade(skin.shade, 0.8));
  });
  picture.soft(5, (target) => {
    for (const area of locks) fillCurve(target, shifted(area, 1, 5), fade(skin.deep, 0.6));
  });
  return picture;
}

/** Light falls on the bend of the crown; roots and nape are dark. */
function falling(context: Canvas2D, tones: readonly Hex[]): Gradient {
  const paint = context.createLinearGradient(-20, -185, 20, 250);
  [0, 0.2, 0.42, 0.72, 1].forEach((offset, index) => paint.addColorStop(offset, tones[index]!));
  return paint;
}

function drawLock(
  context: Canvas2D,
  view: HeadView,
  lock: Lock,
  design: PresenterDesign,
  paints: Record<Lock['tone'], Gradient>,
): void {
  const from = seen(lock.from, view);
  const to = seen(lock.to, view);
  fillCurve(context, lockArea(from, to), paints[lock.tone]);
  for (const strand of lock.strands) drawStrand(context, from, to, strand, design);
}

function lockArea(from: FlatCurve, to: FlatCurve): FlatCurve {
  const count = from.count + to.count;
  const corners = new Uint8Array(count);
  corners.set(from.corners);
  to.corners.toReversed().forEach((corner, index) => {
    corners[from.count + index] = corner;
  });
  corners[0] = corners[count - 1] = corners[from.count - 1] = corners[from.count] = 1;
  return {
    count,
    closed: true,
    xs: Float64Array.of(...from.xs, ...to.xs.toReversed()),
    ys: Float64Array.of(...from.ys, ...to.ys.toReversed()),
    corners,
  };
}

const STRAND_KNOTS = 9;

function drawStrand(context: Canvas2D, from: FlatCurve, to: FlatCurve, strand: Strand, design: PresenterDesign): void {
  const xs = new Float64Array(STRAND_KNOTS);
  const ys = new Float64Array(STRAND_KNOTS);
  for (let index = 0; index < STRAND_KNOTS; index++) {
    const share = strand.start + ((strand.end - strand.start) * index) / (STRAND_KNOTS - 1);
    const at = share * (from.count - 1);
    xs[index] = along(from.xs, at) * (1 - strand.across) + along(to.xs, at) * strand.across;
    ys[index] = along(from.ys, at) * (1 - strand.across) + along(to.ys, at) * strand.across;
  }
  const line: FlatCurve = { count: STRAND_KNOTS, closed: false, xs, ys, corners: new Uint8Array(STRAND_KNOTS) };
  const { hair, hairRim } = design.palette;
  const colour = strand.tone === 'rim' ? hairRim : hair[strand.tone];
  fillRibbon(context, line, swelling(STRAND_KNOTS, strand.width), fade(colour, strand.alpha));
}

/** A smooth reading between knots (Catmull-Rom), so that strands bend where their lock bends. */
function along(values: Float64Array, at: number): number {
  const last = values.length - 1;
  const index = Math.min(last - 1, Math.max(0, Math.floor(at)));
  const share = at - index;
  const p1 = values[index]!;
  const p2 = values[index + 1]!;
  const p0 = index === 0 ? 2 * p1 - p2 : values[index - 1]!;
  const p3 = index + 2 > last ? 2 * p2 - p1 : values[index + 2]!;
  return p1 + 0.5 * share * (p2 - p0 + share * (2 * p0 - 5 * p1 + 4 * p2 - p3 + share * (3 * (p1 - p2) + p3 - p0)));
}

/** Widths that swell from nothing and end in nothing. */
function swelling(count: number, width: number): number[] {
  return Array.from({ length: count }, (_, index) => width * Math.sin((Math.PI * index) / (count - 1)) ** 0.8);
}
