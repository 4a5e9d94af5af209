import type { Canvas2D, CanvasHost } from '../canvas.ts';
import { fade, mix } from './colour.ts';
import { clipToCurve, fillCurve, flat, seen, type Curve, type FlatCurve } from './curve.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { bake, blitSoft, softSpot, stamp, type Bake } from './soft.ts';

/** The depth at which the baked shading of the skin lies: between the cheeks and the edge of the face. */
const SHADING_DEPTH = 52;

export type Face = {
  /** The outline as seen now, with the jaw where the mouth puts it. */
  outline(view: HeadView, chinDrop: number): FlatCurve;
  /** @param drawShadow draws what others throw on the skin; it is clipped to the face */
  draw(context: Canvas2D, view: HeadView, outline: FlatCurve, drawShadow: () => void): void;
};

export function createFace(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Face {
  const picture = bakeSkin(host, design, pixelsPerUnit);
  return {
    outline: (view, chinDrop) => seen(withJaw(design.face.outline, chinDrop), view),
    draw(context, view, outline, drawShadow) {
      context.save();
      clipToCurve(context, outline);
      context.save();
      context.transform(...view.plane(SHADING_DEPTH));
      blitSoft(context, picture);
      context.restore();
      drawShadow();
      context.restore();
    },
  };
}

/** The chin and the lower jaw go down with the mouth; the cheeks draw in a little. */
function withJaw(outline: Curve, chinDrop: number): Curve {
  const xs = outline.xs.slice();
  const ys = outline.ys.slice();
  for (let index = 0; index < outline.count; index++) {
    const share = smoothStep(58, 158, ys[index]!);
    ys[index]! += chinDrop * share;
    xs[index]! *= 1 - 0.0016 * chinDrop * smoothStep(30, 90, ys[index]!);
  }
  return { ...outline, xs, ys };
}

function smoothStep(from: number, to: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

function bakeSkin(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Bake {
  const { skin, blush } = design.palette;
  const picture = bake(host, { x: -136, y: -160, width: 272, height: 372 }, pixelsPerUnit);
  const { context } = picture;
  const base = context.createLinearGradient(-90, -120, 80, 150);
  base.addColorStop(0, mix(skin.base, skin.light, 0.75));
  base.addColorStop(0.45, skin.base);
  base.addColorStop(1, mix(skin.base, skin.shade, 0.45));
  context.fillStyle = base;
  context.fillRect(-150, -180, 300, 410);

  const spot = (colour: Parameters<typeof fade>[0]) => softSpot(context, colour);
  // Planes turned to the key light: forehead, cheekbone, chin.
  stamp(context, spot(skin.light), -30, -78, 88, 54, -0.15, 0.85);
  stamp(context, spot(skin.highlight), -34, -82, 50, 26, -0.2, 0.3);
  stamp(context, spot(skin.light), -60, 44, 54, 46, 0.5, 0.85);
  stamp(context, spot(skin.highlight), -68, 36, 32, 19, 0.6, 0.42);
  stamp(context, spot(skin.light), 52, 42, 34, 28, -0.5, 0.6);
  // Blood under the skin.
  stamp(context, spot(blush), -62, 60, 50, 36, 0.3, 0.27);
  stamp(context, spot(blush), 62, 62, 44, 36, -0.3, 0.3);
  // The side turned away from the key: one shape from temple to chin.
  picture.soft(18, (target) => {
    fillCurve(
      target,
      flat([
        [58, -170],
        [74, -110],
        [84, -62],
        [80, -26],
        [94, 6],
        [86, 36],
        [66, 66],
        [60, 98],
        [46, 128],
        [20, 154],
        [0, 200],
        [150, 230],
        [160, 0],
        [140, -180],
      ]),
      fade(skin.shade, 0.85),
    );
  });
  picture.soft(34, (target) => {
    fillCurve(
      target,
      flat([
        [104, -150],
        [112, -40],
        [108, 40],
        [92, 92],
        [62, 150],
        [30, 190],
        [160, 220],
        [160, -150],
      ]),
      fade(skin.deep, 0.55),
    );
  });
  // The near edge turns away too, but keeps the light.
  picture.soft(20, (target) => {
    fillCurve(
      target,
      flat([
        [-112, -60],
        [-105, 10],
        [-101, 60],
        [-84, 108],
        [-60, 140],
        [-34, 163],
        [0, 172],
        [0, 220],
        [-140, 220],
        [-140, -60],
      ]),
      fade(skin.shade, 0.5),
    );
  });
  // Sockets, deepest beside the root of the nose.
  for (const side of [-1, 1]) {
    stamp(context, spot(skin.shade), side * 46, -17, 40, 19, side * 0.1, 0.42);
    stamp(context, spot(skin.deep), side * 25, -12, 15, 19, side * -0.35, side > 0 ? 0.42 : 0.24);
    stamp(context, spot(skin.shade), side * 44, 18, 34, 10, side * -0.1, 0.3);
    stamp(context, spot(skin.shade), side * 96, -46, 22, 50, side * 0.1, 0.4);
  }
  return picture;
}
