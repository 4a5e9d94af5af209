import type { Canvas2D, CanvasHost } from '../canvas.ts';
import { mix } from './colour.ts';
import { clipToCurve, curve, fillCurve, flat, seen, shifted, type FlatCurve } from './curve.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillSoftRibbon } from './ribbon.ts';
import { softSpot, stamp } from './soft.ts';

export type Neck = {
  /**
   * Drawn in the torso's frame. `toTorso` maps a point of the head's frame into it, so that the upper end of the neck
   * goes with the head and the lower end stays on the shoulders.
   */
  draw(
    context: Canvas2D,
    view: HeadView,
    face: FlatCurve,
    toTorso: (x: number, y: number) => readonly [number, number],
  ): void;
};

export function createNeck(host: CanvasHost, design: PresenterDesign): Neck {
  const { skin } = design.palette;
  const context = host.createCanvas(1, 1).context;
  const paint = context.createLinearGradient(-80, 150, 90, 200);
  paint.addColorStop(0, mix(skin.base, skin.light, 0.45));
  paint.addColorStop(0.5, mix(skin.base, skin.shade, 0.22));
  paint.addColorStop(1, mix(skin.shade, skin.deep, 0.2));
  const shade = softSpot(context, skin.shade);
  const deep = softSpot(context, skin.deep);
  const light = softSpot(context, skin.light);
  const top = curve(
    [
      [64, 60],
      [57, 100],
      [54, 140],
      [-52, 140],
      [-55, 100],
      [-62, 60],
    ],
    () => -14,
  );
  const chest = flat([
    [57, 190],
    [66, 222],
    [104, 246],
    [150, 300],
    [70, 470],
    [-70, 470],
    [-150, 300],
    [-102, 244],
    [-63, 220],
    [-54, 188],
  ]);
  return {
    draw(target, view, face, toTorso) {
      const upper = mapped(seen(top, view), toTorso);
      // Down the right side, across the chest, up the left side.
      const ordered: FlatCurve = {
        count: upper.count + chest.count,
        closed: true,
        xs: Float64Array.of(...upper.xs.slice(0, 3), ...chest.xs, ...upper.xs.slice(3)),
        ys: Float64Array.of(...upper.ys.slice(0, 3), ...chest.ys, ...upper.ys.slice(3)),
        corners: new Uint8Array(upper.count + chest.count),
      };
      target.save();
      clipToCurve(target, ordered);
      fillCurve(target, ordered, paint);
      // Muscle from behind the ear to the pit of the throat, collarbones, the pit itself.
      const [jawX, jawY] = toTorso(view.x(60, 0), view.y(60, 120, 0));
      const [leftJawX, leftJawY] = toTorso(view.x(-58, 0), view.y(-58, 120, 0));
      stamp(target, light, -34, 214, 18, 44, -0.2, 0.4);
      stamp(target, shade, 46, 190, 34, 80, 0.1, 0.6);
      const cord = (knots: FlatCurve, widths: number[], colour: string, strength: number) =>
        fillSoftRibbon(target, knots, widths, colour, strength);
      cord(
        flat(
          [
            [jawX - 8, jawY],
            [38, 200],
            [13, 262],
          ],
          false,
        ),
        [8, 15, 5],
        skin.deep,
        0.34,
      );
      cord(
        flat(
          [
            [leftJawX + 16, leftJawY + 20],
            [-28, 210],
            [-10, 262],
          ],
          false,
        ),
        [6, 12, 5],
        skin.shade,
        0.45,
      );
      stamp(target, deep, 2, 266, 12, 10, 0, 0.4);
      cord(
        flat(
          [
            [-12, 264],
            [-44, 262],
            [-92, 254],
          ],
          false,
        ),
        [8, 7, 4],
        skin.light,
        0.55,
      );
      cord(
        flat(
          [
            [-14, 274],
            [-46, 273],
            [-92, 265],
          ],
          false,
        ),
        [5, 10, 6],
        skin.shade,
        0.6,
      );
      cord(
        flat(
          [
            [16, 265],
            [48, 262],
            [94, 255],
          ],
          false,
        ),
        [7, 6, 4],
        mix(skin.base, skin.light, 0.4),
        0.55,
      );
      cord(
        flat(
          [
            [16, 275],
            [48, 274],
            [96, 266],
          ],
          false,
        ),
        [5, 11, 8],
        skin.deep,
        0.5,
      );
      stamp(target, light, -30, 300, 52, 22, 0.05, 0.55);
      // The head's shadow: the jaw's own outline, thrown down and to the right in three soft steps.
      const jaw = mapped(face, toTorso);
      target.globalAlpha = 0.3;
      fillCurve(target, shifted(jaw, 4, 12), skin.deep);
      fillCurve(target, shifted(jaw, 9, 24), skin.deep);
      fillCurve(target, shifted(jaw, 14, 36), mix(skin.shade, skin.deep, 0.5));
      target.globalAlpha = 1;
      target.restore();
    },
  };
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
