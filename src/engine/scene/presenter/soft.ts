import type { Canvas2D, CanvasHost, Gradient } from '../canvas.ts';
import { fade, type Hex } from './colour.ts';

/**
 * A round spot that fades to nothing, in unit coordinates. Built once and stamped with `stamp`: a canvas blur costs
 * milliseconds a frame and not every browser has it.
 */
export function softSpot(context: Canvas2D, colour: Hex, core = 0): Gradient {
  const gradient = context.createRadialGradient(0, 0, 0, 0, 0, 1);
  // A raised cosine: linear fades show a ridge where they end.
  for (let step = 0; step <= 8; step++) {
    const share = step / 8;
    const strength = 0.5 + 0.5 * Math.cos(Math.PI * share);
    gradient.addColorStop(core + (1 - core) * share, fade(colour, Number(strength.toFixed(4))));
  }
  return gradient;
}

export function stamp(
  context: Canvas2D,
  spot: Gradient,
  x: number,
  y: number,
  radiusX: number,
  radiusY: number,
  rotation: number,
  alpha: number,
): void {
  if (alpha <= 0) return;
  const before = context.globalAlpha;
  context.save();
  context.translate(x, y);
  if (rotation !== 0) context.rotate(rotation);
  context.scale(radiusX, radiusY);
  context.globalAlpha = before * Math.min(1, alpha);
  context.fillStyle = spot;
  // Past its radius the spot is fully transparent: a rectangle is filled faster than a circle.
  context.fillRect(-1, -1, 2, 2);
  context.restore();
}

/** A picture that is drawn once, in design units, and blitted every frame. */
export type Bake = {
  readonly image: object;
  readonly context: Canvas2D;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Draws `paint` into the bake with edges softened over about `softness` units. */
  soft(softness: number, paint: (context: Canvas2D) => void): void;
};

/**
 * A transparent picture that covers the given rectangle of design units.
 * @param pixelsPerUnit resolution, so that one picture pixel is one frame pixel
 */
export function bake(
  host: CanvasHost,
  rectangle: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  pixelsPerUnit: number,
): Bake {
  const { x, y, width, height } = rectangle;
  const pixelWidth = Math.ceil(width * pixelsPerUnit);
  const pixelHeight = Math.ceil(height * pixelsPerUnit);
  const surface = host.createCanvas(pixelWidth, pixelHeight);
  const context = surface.context;
  const scaleX = pixelWidth / width;
  const scaleY = pixelHeight / height;
  context.setTransform(scaleX, 0, 0, scaleY, -x * scaleX, -y * scaleY);

  function soft(softness: number, paint: (context: Canvas2D) => void): void {
    // Drawn small and doubled again and again: each doubling smooths once more, and it works on every canvas.
    const levels = Math.max(1, Math.round(Math.log2((softness * pixelsPerUnit) / 1.5)));
    let divisor = 2 ** levels;
    const margin = 3;
    let tile = host.createCanvas(
      Math.ceil(pixelWidth / divisor) + margin * 2,
      Math.ceil(pixelHeight / divisor) + margin * 2,
    );
    let columns = Math.ceil(pixelWidth / divisor) + margin * 2;
    let rows = Math.ceil(pixelHeight / divisor) + margin * 2;
    tile.context.setTransform(
      scaleX / divisor,
      0,
      0,
      scaleY / divisor,
      (-x * scaleX) / divisor + margin,
      (-y * scaleY) / divisor + margin,
    );
    paint(tile.context);
    let offset = margin;
    while (divisor > 1) {
      const larger = host.createCanvas(columns * 2, rows * 2);
      larger.context.drawImage(tile.image, 0, 0, columns * 2, rows * 2);
      tile = larger;
      columns *= 2;
      rows *= 2;
      offset *= 2;
      divisor /= 2;
    }
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(tile.image, -offset, -offset, columns, rows);
    context.restore();
  }

  return { image: surface.image, context, x, y, width, height, soft };
}

export function blit(context: Canvas2D, picture: Bake): void {
  context.drawImage(picture.image, picture.x, picture.y, picture.width, picture.height);
}

/** Like `blit`, for pictures without an edge or a line in them: the nearest pixel looks the same there and costs half. */
export function blitSoft(context: Canvas2D, picture: Bake): void {
  context.imageSmoothingEnabled = false;
  blit(context, picture);
  context.imageSmoothingEnabled = true;
}
