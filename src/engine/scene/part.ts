import type { Canvas2D, CanvasHost } from './canvas.ts';
import type { Rectangle } from './geometry.ts';

/**
 * Something on the page at one frame. Parts are drawn in order. Two frames in which a part has the same id, key and bounds
 * show the same pixels there; `draw` touches nothing outside `bounds`.
 */
export type Part = {
  readonly id: string;
  readonly key: string;
  readonly bounds: Rectangle;
  draw(context: Canvas2D): void;
};

/** What a scene is made of: a pure function from the frame to the parts on the page. */
export type PartSource = { partsAt(frameIndex: number): readonly Part[] };

/** A picture that is drawn once, when first needed, and then blitted. */
export type Sprite = {
  readonly width: number;
  readonly height: number;
  image(): object;
};

/** Sizes are whole pixels. `paint` is called at most once. */
export function createSprite(
  host: CanvasHost,
  width: number,
  height: number,
  paint: (context: Canvas2D) => void,
): Sprite {
  let image: object | undefined;
  return {
    width,
    height,
    image() {
      if (image === undefined) {
        const surface = host.createCanvas(width, height);
        paint(surface.context);
        image = surface.image;
      }
      return image;
    },
  };
}

/** A part that shows a sprite at a whole-pixel position; `alpha` is 0..1. */
export function spritePart(id: string, sprite: Sprite, x: number, y: number, alpha = 1): Part {
  return {
    id,
    key: alpha.toFixed(3),
    bounds: { x, y, width: sprite.width, height: sprite.height },
    draw(context) {
      context.globalAlpha = alpha;
      context.drawImage(sprite.image(), x, y);
      context.globalAlpha = 1;
    },
  };
}
