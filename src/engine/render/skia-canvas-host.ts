import { createCanvas } from '@napi-rs/canvas';
import type { CanvasHost } from '../scene/canvas.ts';

/** Scenes drawn by Skia on the processor: the server's half of what a browser's canvas is in the studio. */
export const skiaCanvasHost: CanvasHost = {
  createCanvas(width, height) {
    const canvas = createCanvas(width, height);
    return { context: canvas.getContext('2d'), image: canvas };
  },
};
