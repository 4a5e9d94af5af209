import type { CanvasHost } from '../canvas.ts';
import { drawJacket } from './jacket.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { bake, type Bake } from './soft.ts';
import { drawTop } from './top.ts';

/** A tailored jacket over a simple top: drawn once, as cloth hardly changes while its wearer speaks. */
export function bakeClothes(host: CanvasHost, design: PresenterDesign, pixelsPerUnit: number): Bake {
  const picture = bake(host, { x: -302, y: 200, width: 604, height: 540 }, pixelsPerUnit);
  drawTop(picture, design);
  drawJacket(picture, design);
  return picture;
}
