import type { Canvas2D, CanvasHost } from '../canvas.ts';
import { fade, mix } from './colour.ts';
import { curve, fillCurve, seen, type Curve, type Knot } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HeadView } from './head-view.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillSoftRibbon } from './ribbon.ts';
import { softSpot, stamp } from './soft.ts';

export type Nose = { draw(context: Canvas2D, view: HeadView): void };

/** Built of planes: a lit bridge, a shaded side, an underside with two openings, the wings' folds and one cast shadow. */
export function createNose(host: CanvasHost, design: PresenterDesign): Nose {
  const { skin } = design.palette;
  const { noseY, noseHalfWidth: half } = design.face;
  const context = host.createCanvas(1, 1).context;
  const shadeSpot = softSpot(context, skin.shade);
  const deepSpot = softSpot(context, skin.deep);
  const lightSpot = softSpot(context, skin.light);
  const highlightSpot = softSpot(context, skin.highlight);
  const nostril = mix(skin.deep, '#1a0a0c', 0.45);

  const line = (knots: readonly Knot[]) => curve(knots, noseDepth, false);
  const shadedSide = line([
    [19, -36],
    [12.5, -20],
    [10.5, 0],
    [11.5, 20],
    [15, 38],
    [17, 47],
  ]);
  const bridge = line([
    [-3, -30],
    [-2.6, -8],
    [-2.8, 14],
    [-3, 36],
  ]);
  const litSide = line([
    [-15, -24],
    [-11.5, -6],
    [-11, 14],
    [-14, 34],
  ]);
  const underside = curve(
    [
      [-half * 0.84, noseY - 4],
      [-half * 0.5, noseY - 7.5],
      [-5.5, noseY - 2.6],
      [0.4, noseY - 1.4],
      [6, noseY - 2.8],
      [half * 0.52, noseY - 7.8],
      [half * 0.86, noseY - 4],
      [half * 0.5, noseY + 1.8],
      [6, noseY + 3],
      [0.3, noseY + 4.8],
      [-5.5, noseY + 3],
      [-half * 0.5, noseY + 1.6],
    ],
    noseDepth,
  );
  const openings = [-1, 1].map((side) =>
    curve(
      [
        [side * 5.2, noseY - 0.2],
        [side * 8.5, noseY - 3.2],
        [side * 13.4, noseY - 3],
        [side * 15.6, noseY - 0.2],
        [side * 10.5, noseY + 0.9],
      ],
      noseDepth,
    ),
  );
  const wings: readonly Curve[] = [-1, 1].map((side) =>
    line([
      [side * (half - 4.4), noseY - 17],
      [side * (half + 0.4), noseY - 9.5],
      [side * half, noseY - 2],
      [side * (half - 5), noseY + 2.6],
    ]),
  );
  return {
    draw(target, view) {
      const spotAt = (spot: object, x: number, y: number, rx: number, ry: number, alpha: number, rotation = 0) => {
        const z = noseDepth(x, y);
        stamp(target, spot as never, view.x(x, z), view.y(x, y, z), rx, ry, rotation, alpha);
      };
      fillSoftRibbon(target, seen(shadedSide, view), [8, 13, 13, 14, 14, 6], skin.shade, 0.62);
      fillSoftRibbon(target, seen(litSide, view), [4, 8, 8, 9], skin.shade, 0.22);
      spotAt(shadeSpot, 15, noseY - 10, 15, 14, 0.6);
      spotAt(lightSpot, -9, noseY - 12, 15, 13, 0.55);
      fillSoftRibbon(target, seen(bridge, view), [3, 9, 10, 9], skin.light, 0.75);
      fillSoftRibbon(target, seen(bridge, view), [0, 3, 4, 3], skin.highlight, 0.55);
      spotAt(lightSpot, -2, noseY - 12, 13, 11, 0.7);
      spotAt(highlightSpot, -4.5, noseY - 15, 6, 4.6, 0.85, -0.3);
      // The shadow that the nose throws down and to the right.
      spotAt(deepSpot, 8, noseY + 7, 24, 8, 0.42, 0.1);
      target.globalAlpha = 0.55;
      fillCurve(target, seen(underside, view), fade(skin.shade, 1));
      target.globalAlpha = 0.8;
      for (const opening of openings) fillCurve(target, seen(opening, view), nostril);
      target.globalAlpha = 1;
      fillSoftRibbon(target, seen(wings[0]!, view), [0, 3.4, 4, 0.5], skin.deep, 0.5);
      fillSoftRibbon(target, seen(wings[1]!, view), [0, 4.6, 5.4, 0.5], skin.deep, 0.8);
    },
  };

  function noseDepth(x: number, y: number): number {
    const ridge = Math.max(0, 1 - Math.abs(x) / (half + 4));
    const rise = y < noseY ? Math.max(0, (y + 44) / (noseY - 12 + 44)) : 1 - (y - noseY) / 20;
    return faceDepth(x, y) + 5 + 29 * ridge * Math.min(1, Math.max(0, rise)) ** 1.3;
  }
}
