import type { Canvas2D, CanvasHost, Gradient } from '../canvas.ts';
import { fade, mix, type Hex } from './colour.ts';
import { fillCurve, seen, shifted, type FlatCurve } from './curve.ts';
import { headView, type HeadView } from './head-view.ts';
import type { Lock, PresenterDesign, Strand } from './presenter-design.ts';
import { fillRibbon, traceRibbon } from './ribbon.ts';
import { bake, blitSoft, type Bake } from './soft.ts';

export type Hair = {
  drawBack(context: Canvas2D, view: HeadView): void;
  /** Hair that lies behind the ears and the edge of the face. */
  drawSides(context: Canvas2D, view: HeadView): void;
  /** The shadow of the front locks on the face; the caller clips to the face. */
  drawShadow(context: Canvas2D, view: HeadView): void;
  drawFront(context: Canvas2D, view: HeadView): void;
};

/** The shadow lies on two planes that fall away from the parting, as the forehead does. */
const SHADOW_SPLIT_X = -24;
const SHADOW_SPLIT_DEPTH = 80;
/** Around the split each plane's shadow fades out while the other's fades in. */
const SHADOW_OVERLAP = 16;
const SHADOW_TILT = { left: 0.78, right: -0.4 };

export function createHair(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Hair {
  const context = host.createCanvas(1, 1).context;
  const { hair } = design.palette;
  const shadows = [
    { tilt: SHADOW_TILT.left, bottom: 80, x: -112, width: SHADOW_SPLIT_X + 112 + SHADOW_OVERLAP },
    {
      tilt: SHADOW_TILT.right,
      bottom: 126,
      x: SHADOW_SPLIT_X - SHADOW_OVERLAP,
      width: 110 - SHADOW_SPLIT_X + SHADOW_OVERLAP,
    },
  ].map(({ tilt, bottom, x, width }) => ({
    tilt,
    depth: SHADOW_SPLIT_DEPTH - tilt * SHADOW_SPLIT_X,
    picture: bakeShadow(host, design, pixelsPerUnit, x, width, bottom),
  }));
  const paints: LockPaints = {
    base: falling(context, mix(hair.base, hair.light, 0.5), mix(hair.base, hair.shade, 0.75)),
    shade: hair.shade,
    deep: hair.deep,
  };
  return {
    drawBack(target, view) {
      for (const lock of design.hair.back) drawLock(target, view, lock, design, paints);
    },
    drawSides(target, view) {
      for (const lock of design.hair.sides) drawLock(target, view, lock, design, paints);
    },
    drawShadow(target, view) {
      for (const { picture, depth, tilt } of shadows) {
        target.save();
        target.transform(...view.plane(depth, 0, tilt));
        blitSoft(target, picture);
        target.restore();
      }
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
function bakeShadow(
  host: CanvasHost,
  design: PresenterDesign,
  pixelsPerUnit: number,
  x: number,
  width: number,
  bottom: number,
): Bake {
  const top = -128;
  const picture = bake(host, { x, y: top, width, height: bottom - top }, pixelsPerUnit);
  const { skin } = design.palette;
  const rest = headView({ headYawDegrees: 0, headPitchDegrees: 0 });
  const locks = design.hair.front.map((lock) => lockArea(seen(lock.from, rest), seen(lock.to, rest)));
  picture.soft(16, (target) => {
    for (const area of locks) fillCurve(target, shifted(area, 1, 13), fade(skin.shade, 0.8));
  });
  picture.soft(5, (target) => {
    for (const area of locks) fillCurve(target, shifted(area, 1, 5), fade(skin.deep, 0.6));
  });
  const { context } = picture;
  const mask = context.createLinearGradient(SHADOW_SPLIT_X - SHADOW_OVERLAP, 0, SHADOW_SPLIT_X + SHADOW_OVERLAP, 0);
  const isLeft = x < SHADOW_SPLIT_X - SHADOW_OVERLAP;
  mask.addColorStop(0, isLeft ? 'rgba(0, 0, 0, 0)' : '#000000');
  mask.addColorStop(1, isLeft ? '#000000' : 'rgba(0, 0, 0, 0)');
  // Not destination-in: Skia's canvas forgets the transform of a gradient there.
  context.globalCompositeOperation = 'destination-out';
  context.fillStyle = mask;
  context.fillRect(x, top, width, bottom - top);
  return picture;
}

type LockPaints = Readonly<Record<Lock['tone'], Gradient | Hex>>;

/** Light falls on the crown and fades towards the nape. Two stops only: a third makes Skia's fill three times slower. */
function falling(context: Canvas2D, crown: Hex, nape: Hex): Gradient {
  const paint = context.createLinearGradient(-30, -150, 20, 110);
  paint.addColorStop(0, crown);
  paint.addColorStop(1, nape);
  return paint;
}

function drawLock(context: Canvas2D, view: HeadView, lock: Lock, design: PresenterDesign, paints: LockPaints): void {
  const from = seen(lock.from, view);
  const to = seen(lock.to, view);
  fillCurve(context, lockArea(from, to), paints[lock.tone]);
  // Strands of one tone are one path, in the order of the design.
  let at = 0;
  while (at < lock.strands.length) {
    const { tone, alpha } = lock.strands[at]!;
    context.beginPath();
    while (at < lock.strands.length && lock.strands[at]!.tone === tone && lock.strands[at]!.alpha === alpha) {
      traceStrand(context, from, to, lock.strands[at]!);
      at++;
    }
    const { hair, hairRim } = design.palette;
    context.fillStyle = fade(tone === 'rim' ? hairRim : hair[tone], alpha);
    context.fill();
  }
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

const STRAND_KNOTS = 6;

function traceStrand(context: Canvas2D, from: FlatCurve, to: FlatCurve, strand: Strand): void {
  const xs = new Float64Array(STRAND_KNOTS);
  const ys = new Float64Array(STRAND_KNOTS);
  for (let index = 0; index < STRAND_KNOTS; index++) {
    const share = strand.start + ((strand.end - strand.start) * index) / (STRAND_KNOTS - 1);
    const at = share * (from.count - 1);
    xs[index] = along(from.xs, at) * (1 - strand.across) + along(to.xs, at) * strand.across;
    ys[index] = along(from.ys, at) * (1 - strand.across) + along(to.ys, at) * strand.across;
  }
  const line: FlatCurve = { count: STRAND_KNOTS, closed: false, xs, ys, corners: new Uint8Array(STRAND_KNOTS) };
  traceRibbon(context, line, swelling(STRAND_KNOTS, strand.width));
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
