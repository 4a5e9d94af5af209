import { orbitCentre } from './background.ts';
import type { CanvasHost } from './canvas.ts';
import type { Point } from './geometry.ts';
import type { Layout } from './layout.ts';
import { cssColor } from './oklch.ts';
import type { Palette } from './palette.ts';
import { createSprite, spritePart } from './part.ts';
import type { PartSource, Sprite } from './part.ts';
import { frameSeconds } from './timeline.ts';

/** On orbits of the background; radii and sizes in design pixels, angles clockwise from the side away from the text. */
const DOTS = [
  { orbit: 520, degrees: -38, radius: 9, color: 'accent', opacity: 1, periodSeconds: 29 },
  { orbit: 664, degrees: 24, radius: 6, color: 'text', opacity: 0.5, periodSeconds: 37 },
  { orbit: 664, degrees: -140, radius: 6, color: 'text', opacity: 0.4, periodSeconds: 43 },
] as const;
/** A few pixels to and fro: felt rather than seen, and each step is only a dot's size to paint and code. */
const SWING_DEGREES = 1.1;
/** Positions are rounded to this share of a pixel; finer steps would repaint more often and show no more. */
const STEPS_PER_PIXEL = 2;

/** The small lights that drift along the orbit lines. */
export function createDriftingDots(
  frameRate: number,
  seed: number,
  layout: Layout,
  palette: Palette,
  host: CanvasHost,
): PartSource {
  const centre = orbitCentre(layout);
  const outwards = layout.textSide === 'left' ? 1 : -1;
  const sprites = new Map<string, Sprite>();
  const spriteOf = (index: number, offset: Point): Sprite => {
    const key = `${index}:${offset.x}:${offset.y}`;
    const known = sprites.get(key);
    if (known !== undefined) return known;
    const dot = DOTS[index];
    const radius = (dot?.radius ?? 0) * layout.unit;
    const middle = Math.ceil(radius) + 1;
    const sprite = createSprite(host, 2 * middle + 2, 2 * middle + 2, (context) => {
      context.fillStyle = cssColor(dot?.color === 'accent' ? palette.accent : palette.text, dot?.opacity);
      context.beginPath();
      context.arc(middle + offset.x, middle + offset.y, radius, 0, 2 * Math.PI);
      context.fill();
    });
    sprites.set(key, sprite);
    return sprite;
  };
  return {
    partsAt(frameIndex) {
      const seconds = frameSeconds(frameIndex, frameRate);
      return DOTS.map((dot, index) => {
        const turn = (2 * Math.PI * seconds) / dot.periodSeconds + seed + index;
        const radians = ((dot.degrees + SWING_DEGREES * Math.sin(turn)) * Math.PI) / 180;
        const x = snap(centre.x + outwards * Math.cos(radians) * dot.orbit * layout.unit);
        const y = snap(centre.y + Math.sin(radians) * dot.orbit * layout.unit);
        const offset = { x: x - Math.floor(x), y: y - Math.floor(y) };
        const middle = Math.ceil(dot.radius * layout.unit) + 1;
        const part = spritePart(
          `dot-${index}`,
          spriteOf(index, offset),
          Math.floor(x) - middle,
          Math.floor(y) - middle,
        );
        return { id: part.id, key: `${offset.x}:${offset.y}`, bounds: part.bounds, draw: part.draw };
      });
    },
  };
}

function snap(value: number): number {
  return Math.round(value * STEPS_PER_PIXEL) / STEPS_PER_PIXEL;
}
