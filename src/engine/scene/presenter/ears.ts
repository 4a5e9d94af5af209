import type { Canvas2D, CanvasHost } from '../canvas.ts';
import { mix } from './colour.ts';
import { curve, fillCurve, seen } from './curve.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillSoftRibbon } from './ribbon.ts';
import { softSpot, stamp } from './soft.ts';

export type Ears = { draw(context: Canvas2D, view: HeadView): void };

const EAR_DEPTH = -12;

/** The ear on the viewer's left with its earring; the hair covers the other. Drawn before the face, which overlaps it. */
export function createEars(host: CanvasHost, design: PresenterDesign): Ears {
  const { skin, metal } = design.palette;
  const context = host.createCanvas(1, 1).context;
  const depth = () => EAR_DEPTH;
  const outline = curve(
    [
      [-96, -24],
      [-108, -31],
      [-118, -27],
      [-122.5, -12],
      [-120, 8],
      [-115.5, 28],
      [-113.5, 43],
      [-108, 51],
      [-100, 48],
      [-94, 30],
    ],
    depth,
  );
  const helix = curve(
    [
      [-103, -20],
      [-111, -22],
      [-115.5, -10],
      [-113, 8],
      [-109.5, 24],
    ],
    depth,
    false,
  );
  const hollow = curve(
    [
      [-101, -2],
      [-107, -2],
      [-109.5, 10],
      [-107, 23],
      [-102, 27],
      [-97, 14],
    ],
    depth,
  );
  const paint = context.createLinearGradient(-126, -20, -96, 20);
  paint.addColorStop(0, mix(skin.light, skin.base, 0.3));
  paint.addColorStop(1, mix(skin.base, skin.shade, 0.6));
  const gold = context.createRadialGradient(-0.3, -0.4, 0, 0, 0, 1);
  gold.addColorStop(0, metal.highlight);
  gold.addColorStop(0.35, metal.light);
  gold.addColorStop(0.75, metal.base);
  gold.addColorStop(1, metal.shade);
  const shadow = softSpot(context, skin.deep);
  return {
    draw(target, view) {
      fillCurve(target, seen(outline, view), paint);
      fillSoftRibbon(target, seen(helix, view), [0, 4, 5, 4, 0], skin.deep, 0.4, 1);
      target.globalAlpha = 0.26;
      fillCurve(target, seen(hollow, view), skin.deep);
      target.globalAlpha = 1;
      const x = view.x(-108, EAR_DEPTH);
      const y = view.y(-108, 48, EAR_DEPTH);
      stamp(target, shadow, x + 2, y + 3, 8, 8, 0, 0.6);
      target.save();
      target.translate(x, y);
      target.scale(5.2, 5.2);
      target.fillStyle = gold;
      target.beginPath();
      target.arc(0, 0, 1, 0, Math.PI * 2);
      target.fill();
      target.restore();
    },
  };
}
