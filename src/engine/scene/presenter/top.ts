import { fade, mix, type Hex } from './colour.ts';
import { clipToCurve, fillCurve, flat, trace, type FlatCurve } from './curve.ts';
import { NECKLINE, TOP, UNDER_JACKET } from './jacket-pattern.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { fillRibbon, fillSoftRibbon } from './ribbon.ts';
import type { Bake } from './soft.ts';

/** The simple top under the jacket, with its shadow on the skin. */
export function drawTop(picture: Bake, design: PresenterDesign): void {
  const { context } = picture;
  const { top, skin } = design.palette;
  // The cloth's soft shadow on the skin, then the cloth.
  context.save();
  clipToCurve(context, UNDER_JACKET);
  picture.soft(7, (target) => {
    target.beginPath();
    trace(target, TOP);
    target.strokeStyle = fade(skin.deep, 0.75);
    target.lineWidth = 10;
    target.stroke();
  });
  context.restore();
  const paint = context.createLinearGradient(-90, 260, 110, 480);
  paint.addColorStop(0, top.light);
  paint.addColorStop(0.4, top.base);
  paint.addColorStop(1, top.shade);
  fillCurve(context, TOP, paint);
  context.save();
  clipToCurve(context, TOP);
  picture.soft(16, (target) => {
    const folds: readonly (readonly [FlatCurve, number[], Hex, number])[] = [
      [
        flat(
          [
            [50, 320],
            [46, 390],
            [26, 460],
            [8, 560],
          ],
          false,
        ),
        [0, 26, 22, 4],
        top.shade,
        0.75,
      ],
      [
        flat(
          [
            [-54, 310],
            [-36, 390],
            [-8, 470],
            [0, 560],
          ],
          false,
        ),
        [0, 14, 14, 4],
        top.shade,
        0.5,
      ],
      [
        flat(
          [
            [-20, 330],
            [-6, 400],
            [4, 480],
          ],
          false,
        ),
        [0, 18, 0],
        top.highlight,
        0.6,
      ],
    ];
    for (const [line, widths, colour, alpha] of folds) fillRibbon(target, line, widths, fade(colour, alpha));
  });
  context.restore();
  // A narrow hem along the neckline.
  const hem = { ...NECKLINE, ys: NECKLINE.ys.map((y) => y + 2.2) };
  fillRibbon(context, hem, [2, 5, 5.4, 5.6, 5.6, 5.4, 5, 2], mix(top.base, top.light, 0.5));
  fillSoftRibbon(context, { ...NECKLINE, ys: NECKLINE.ys.map((y) => y + 6) }, [1, 3, 3, 3, 3, 3, 3, 1], top.deep, 0.7);
}
