import type { Canvas2D, CanvasHost } from './canvas.ts';

/** Two small tiles whose sides share no factor: their sum has no period that the eye could find. */
const TILE_SIDES = [53, 37] as const;
/** Steps of opacity in each tile; the two together lighten by up to 1.6 %, enough to hide bands at the quantisers of the encoder. */
const LEVELS = [0, 0.004, 0.008] as const;
const SHEET_SIDE = 512;

/**
 * Lays still, fine noise over the picture. It hides the steps of 8-bit gradients, and being the same in every frame it
 * costs an encoder nothing after the first. The grain is one pixel at every frame size: scaled noise blurs into blotches.
 */
export function paintGrain(context: Canvas2D, width: number, height: number, seed: number, host: CanvasHost): void {
  const sheet = host.createCanvas(SHEET_SIDE, SHEET_SIDE);
  for (const [index, side] of TILE_SIDES.entries()) {
    const tile = host.createCanvas(side, side);
    paintNoise(tile.context, side, createRandom(seed * TILE_SIDES.length + index));
    repeat(sheet.context, tile.image, side, SHEET_SIDE, SHEET_SIDE);
  }
  repeat(context, sheet.image, SHEET_SIDE, width, height);
}

function paintNoise(context: Canvas2D, side: number, random: () => number): void {
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const opacity = LEVELS[Math.floor(random() * LEVELS.length)] ?? 0;
      if (opacity === 0) continue;
      context.fillStyle = `rgba(255,255,255,${opacity})`;
      context.fillRect(x, y, 1, 1);
    }
  }
}

function repeat(context: Canvas2D, tile: object, side: number, width: number, height: number): void {
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) context.drawImage(tile, x, y);
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
