import type { Canvas2D, CanvasHost } from './canvas.ts';

/** Two tiles whose sides share no factor: their sum repeats only after 97 x 71 pixels each way, which the eye does not find. */
const TILE_SIDES = [97, 71] as const;
/** Steps of opacity in each tile; together they lighten by up to 2 %. */
const LEVELS = [0, 0.004, 0.008, 0.012] as const;

/**
 * Lays still, fine noise over the picture. It hides the steps of 8-bit gradients, and being the same in every frame it
 * costs an encoder nothing after the first.
 */
export function paintGrain(
  context: Canvas2D,
  width: number,
  height: number,
  seed: number,
  host: CanvasHost,
): void {
  for (const [index, side] of TILE_SIDES.entries()) {
    const random = createRandom(seed * TILE_SIDES.length + index);
    const tile = host.createCanvas(side, side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const opacity = LEVELS[Math.floor(random() * LEVELS.length)] ?? 0;
        if (opacity === 0) continue;
        tile.context.fillStyle = `rgba(255,255,255,${opacity})`;
        tile.context.fillRect(x, y, 1, 1);
      }
    }
    for (let y = 0; y < height; y += side) {
      for (let x = 0; x < width; x += side) context.drawImage(tile.image, x, y);
    }
  }
}

/** Mulberry32: a 32-bit generator that is good enough for noise. Returns 0 <= value < 1. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
