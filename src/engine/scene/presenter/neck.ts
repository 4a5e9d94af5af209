import type { Canvas2D, CanvasHost } from '../canvas.ts';
import { fade, mix } from './colour.ts';
import { clipToCurve, curve, fillCurve, flat, seen, type FlatCurve, type Knot } from './curve.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillRibbon } from './ribbon.ts';
import { bake, blitSoft, softSpot, stamp, type Bake } from './soft.ts';

export type Neck = {
  /**
   * Drawn in the torso's frame. `toTorso` maps a point of the head's frame into it, so that the upper end of the neck
   * goes with the head and the lower end stays on the shoulders.
   * @param chinDrop how far the jaw has opened, in design units
   */
  draw(
    context: Canvas2D,
    view: HeadView,
    chinDrop: number,
    toTorso: (x: number, y: number) => readonly [number, number],
  ): void;
};

/** Where the jaw's shadow hangs: the depth of the throat under the chin. */
const SHADOW_DEPTH = 40;

export function createNeck(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Neck {
  const skinPicture = bakeChest(host, design, pixelsPerUnit);
  const shadowPicture = bakeJawShadow(host, design, pixelsPerUnit);
  const top = curve(
    [
      [60, 50],
      [53, 100],
      [50, 140],
      [-48, 140],
      [-51, 100],
      [-58, 50],
    ],
    () => -14,
  );
  const chest = flat([
    [53, 190],
    [64, 222],
    [104, 246],
    [150, 300],
    [70, 332],
    [-70, 332],
    [-150, 300],
    [-102, 244],
    [-62, 220],
    [-51, 188],
  ]);
  return {
    draw(target, view, chinDrop, toTorso) {
      const upper = mapped(seen(top, view), toTorso);
      // Down the right side, across the chest, up the left side.
      const outline: FlatCurve = {
        count: upper.count + chest.count,
        closed: true,
        xs: Float64Array.of(...upper.xs.slice(0, 3), ...chest.xs, ...upper.xs.slice(3)),
        ys: Float64Array.of(...upper.ys.slice(0, 3), ...chest.ys, ...upper.ys.slice(3)),
        corners: new Uint8Array(upper.count + chest.count),
      };
      target.save();
      clipToCurve(target, outline);
      blitSoft(target, skinPicture);
      const [chinX, chinY] = toTorso(view.x(0, SHADOW_DEPTH), view.y(0, 166, SHADOW_DEPTH) + chinDrop * 0.5);
      target.translate(chinX, chinY - 166);
      blitSoft(target, shadowPicture);
      target.restore();
    },
  };
}

function bakeChest(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Bake {
  const { skin } = design.palette;
  const picture = bake(host, { x: -108, y: 70, width: 214, height: 254 }, pixelsPerUnit);
  const { context } = picture;
  const base = context.createLinearGradient(-70, 150, 80, 200);
  base.addColorStop(0, mix(skin.base, skin.light, 0.4));
  base.addColorStop(0.5, mix(skin.base, skin.shade, 0.15));
  base.addColorStop(1, mix(skin.base, skin.shade, 0.75));
  context.fillStyle = base;
  context.fillRect(-130, 40, 260, 300);
  const spot = (colour: Parameters<typeof fade>[0]) => softSpot(context, colour);
  const area = (softness: number, knots: readonly Knot[], colour: string) =>
    picture.soft(softness, (target) => fillCurve(target, flat(knots), colour));
  const stroke = (softness: number, knots: readonly Knot[], widths: number[], colour: string) =>
    picture.soft(softness, (target) => fillRibbon(target, flat(knots, false), widths, colour));
  // The side away from the key, from the ear to the shoulder.
  area(
    22,
    [
      [34, 60],
      [30, 150],
      [26, 200],
      [40, 240],
      [90, 262],
      [130, 262],
      [130, 60],
    ],
    fade(skin.shade, 0.75),
  );
  area(
    20,
    [
      [54, 60],
      [48, 160],
      [54, 210],
      [84, 246],
      [130, 250],
      [130, 60],
    ],
    fade(skin.deep, 0.6),
  );
  // Muscle from behind the ear to the pit of the throat.
  stroke(
    12,
    [
      [-46, 150],
      [-32, 208],
      [-11, 258],
    ],
    [4, 12, 4],
    fade(skin.light, 0.6),
  );
  stroke(
    9,
    [
      [-36, 160],
      [-22, 214],
      [-7, 262],
    ],
    [4, 9, 3],
    fade(skin.shade, 0.3),
  );
  stroke(
    9,
    [
      [38, 168],
      [28, 214],
      [11, 260],
    ],
    [4, 9, 3],
    fade(skin.deep, 0.2),
  );
  // Collarbones: light on top, shade beneath; the pit between them.
  stroke(
    7,
    [
      [-13, 262],
      [-44, 257],
      [-96, 246],
    ],
    [5, 8, 4],
    fade(skin.light, 0.75),
  );
  stroke(
    8,
    [
      [-14, 272],
      [-46, 269],
      [-96, 259],
    ],
    [4, 9, 6],
    fade(skin.shade, 0.6),
  );
  stroke(
    7,
    [
      [17, 263],
      [48, 258],
      [98, 247],
    ],
    [4, 7, 3],
    fade(skin.light, 0.5),
  );
  stroke(
    8,
    [
      [17, 273],
      [48, 270],
      [98, 261],
    ],
    [4, 10, 8],
    fade(skin.deep, 0.42),
  );
  stamp(context, spot(skin.deep), 2, 264, 13, 10, 0, 0.34);
  stamp(context, spot(skin.light), -30, 298, 58, 24, 0.05, 0.7);
  return picture;
}

/** One shadow shape under the jaw, thrown down and to the right, softer the further it falls. */
function bakeJawShadow(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Bake {
  const { skin } = design.palette;
  const picture = bake(host, { x: -72, y: 110, width: 148, height: 116 }, pixelsPerUnit);
  const jaw = (dx: number, dy: number): FlatCurve =>
    flat([
      [-110 + dx, 40],
      [-84 + dx, 104 + dy],
      [-58 + dx, 138 + dy],
      [-32 + dx, 158 + dy],
      [4 + dx, 168 + dy],
      [36 + dx, 160 + dy],
      [66 + dx, 138 + dy],
      [92 + dx, 104 + dy],
      [120 + dx, 40],
    ]);
  picture.soft(20, (target) => fillCurve(target, jaw(14, 34), fade(skin.shade, 0.75)));
  picture.soft(7, (target) => fillCurve(target, jaw(8, 19), fade(skin.deep, 0.62)));
  return picture;
}

function mapped(source: FlatCurve, map: (x: number, y: number) => readonly [number, number]): FlatCurve {
  const xs = new Float64Array(source.count);
  const ys = new Float64Array(source.count);
  for (let index = 0; index < source.count; index++) {
    const [x, y] = map(source.xs[index]!, source.ys[index]!);
    xs[index] = x;
    ys[index] = y;
  }
  return { ...source, xs, ys };
}
