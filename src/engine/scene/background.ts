import type { Canvas2D, CanvasHost, Gradient } from './canvas.ts';
import { paintGrain } from './grain.ts';
import type { Point } from './geometry.ts';
import type { Layout } from './layout.ts';
import { cssColor, mixOklch, oklchToRgb, rgbToOklch } from './oklch.ts';
import type { Rgb } from './oklch.ts';
import { tint } from './palette.ts';
import type { Palette } from './palette.ts';
import { createSprite } from './part.ts';
import type { Sprite } from './part.ts';

/** What has no edges is painted this many times smaller: a sixteenth of the work when a render worker starts. */
const SOFT_SCALE = 4;
const GRADIENT_STOPS = 12;
const FALLOFF_STOPS = 10;
const ORBITS = [
  { radius: 520, opacity: 0.16 },
  { radius: 664, opacity: 0.1 },
  { radius: 856, opacity: 0.07 },
] as const;

/**
 * The backdrop of `presenter1`: a diagonal gradient, large soft shapes, a pool of light and a disc behind the presenter,
 * fine orbit lines, a vignette and grain. Nothing in it moves, so that an encoder need not look at it again.
 */
export function createBackground(layout: Layout, palette: Palette, seed: number, host: CanvasHost): Sprite {
  return createSprite(host, layout.width, layout.height, (context) => {
    const width = Math.ceil(layout.width / SOFT_SCALE);
    const height = Math.ceil(layout.height / SOFT_SCALE);
    const soft = host.createCanvas(width, height);
    soft.context.scale(1 / SOFT_SCALE, 1 / SOFT_SCALE);
    // To the last pixel of the small canvas: half covered ones would let through what was drawn before.
    const fill = (paint: Gradient): void => {
      soft.context.fillStyle = paint;
      soft.context.fillRect(0, 0, width * SOFT_SCALE, height * SOFT_SCALE);
    };
    fill(baseGradient(soft.context, layout, palette));
    for (const glow of softShapes(soft.context, layout, palette)) fill(glow);
    fill(vignette(soft.context, layout, palette));
    context.drawImage(soft.image, 0, 0, width * SOFT_SCALE, height * SOFT_SCALE);
    paintDisc(context, layout, palette);
    paintShadow(context, layout, palette);
    paintOrbits(context, layout, palette);
    paintGrain(context, layout.width, layout.height, seed, host);
  });
}

/** A scrim that rises from the bottom edge, under the captions and over the presenter. */
export function createScrim(layout: Layout, palette: Palette, host: CanvasHost): Sprite {
  const height = layout.height - layout.scrimTop;
  const color = tint(palette.backgroundDeep, { lightness: 0.19 });
  return createSprite(host, layout.width, height, (context) => {
    const gradient = context.createLinearGradient(0, 0, 0, height);
    // White cloth needs 0.55 for a contrast of 4.5 to white letters; the upper line begins after three eighths.
    const stops = [0, 0.07, 0.28, 0.54, 0.66, 0.71, 0.74, 0.76, 0.77];
    for (const [index, opacity] of stops.entries()) {
      gradient.addColorStop(index / (stops.length - 1), cssColor(color, opacity));
    }
    context.fillStyle = gradient;
    context.fillRect(0, 0, layout.width, height);
  });
}

/** Left and right are those of a scene whose text stands on the left; others are mirrored. */
function mirroredX(layout: Layout, x: number): number {
  return layout.textSide === 'left' ? x : layout.width - x;
}

function baseGradient(context: Canvas2D, layout: Layout, palette: Palette): Gradient {
  const { width, height } = layout;
  const deep = rgbToOklch(palette.backgroundDeep);
  const light = rgbToOklch(palette.backgroundLight);
  const gradient = context.createLinearGradient(mirroredX(layout, 0), 0, mirroredX(layout, width), height * 0.72);
  for (let stop = 0; stop <= GRADIENT_STOPS; stop++) {
    const share = stop / GRADIENT_STOPS;
    gradient.addColorStop(share, cssColor(oklchToRgb(mixOklch(deep, light, 0.06 + 0.62 * share ** 1.25))));
  }
  return gradient;
}

function softShapes(context: Canvas2D, layout: Layout, palette: Palette): Gradient[] {
  const { unit, presenterCentreX } = layout;
  const glow = (x: number, y: number, radius: number, color: Rgb, opacity: number): Gradient => {
    const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
    addFalloff(gradient, color, opacity);
    return gradient;
  };
  const light = palette.backgroundLight;
  return [
    glow(mirroredX(layout, 180 * unit), -80 * unit, 760 * unit, tint(light, { lightness: 0.42, turnDegrees: 22 }), 0.5),
    glow(
      mirroredX(layout, 120 * unit),
      1120 * unit,
      700 * unit,
      tint(light, { lightness: 0.4, turnDegrees: -38 }),
      0.42,
    ),
    glow(
      mirroredX(layout, 1900 * unit),
      1000 * unit,
      640 * unit,
      tint(light, { lightness: 0.36, turnDegrees: 30 }),
      0.6,
    ),
    glow(presenterCentreX, 440 * unit, 860 * unit, tint(light, { lightness: 0.58, chroma: 0.12 }), 0.62),
  ];
}

/** The disc gives the head a calm ground of its own and the frame its one large form. */
function paintDisc(context: Canvas2D, layout: Layout, palette: Palette): void {
  const { unit } = layout;
  const { x: centreX, y: centreY } = orbitCentre(layout);
  const radius = 424 * unit;
  const gradient = context.createLinearGradient(0, centreY - radius, 0, centreY + radius);
  const color = tint(palette.backgroundLight, { lightness: 0.66, chroma: 0.105, turnDegrees: -6 });
  addFalloff(gradient, color, 0.5);
  context.fillStyle = gradient;
  context.beginPath();
  context.arc(centreX, centreY, radius, 0, 2 * Math.PI);
  context.fill();
  // The key light comes from the upper left and catches the disc's edge there.
  const edge = context.createLinearGradient(
    centreX - radius,
    centreY - radius,
    centreX + radius * 0.2,
    centreY + radius * 0.2,
  );
  addFalloff(edge, tint(palette.backgroundLight, { lightness: 0.86, chroma: 0.06 }), 0.55);
  context.strokeStyle = edge;
  context.lineWidth = 2.5 * unit;
  context.stroke();
}

/** What the presenter throws on the wall: it sets the figure in front of the disc rather than on it. */
function paintShadow(context: Canvas2D, layout: Layout, palette: Palette): void {
  const { unit } = layout;
  const { x, y } = orbitCentre(layout);
  const color = tint(palette.backgroundDeep, { lightness: 0.2 });
  const pool = (offsetX: number, offsetY: number, radius: number, stretch: number, opacity: number): void => {
    context.save();
    context.translate(x + offsetX * unit, y + offsetY * unit);
    context.scale(1, stretch);
    const gradient = context.createRadialGradient(0, 0, 0, 0, 0, radius * unit);
    addFalloff(gradient, color, opacity);
    context.fillStyle = gradient;
    context.beginPath();
    context.arc(0, 0, radius * unit, 0, 2 * Math.PI);
    context.fill();
    context.restore();
  };
  pool(56, -10, 270, 1.3, 0.42);
  pool(48, 460, 470, 0.95, 0.5);
}

/** The middle of the disc and of the orbits around it: behind the presenter's head. */
export function orbitCentre(layout: Layout): Point {
  return { x: layout.presenterCentreX, y: 456 * layout.unit };
}

function paintOrbits(context: Canvas2D, layout: Layout, palette: Palette): void {
  const { unit } = layout;
  const { x, y } = orbitCentre(layout);
  const color = tint(palette.backgroundLight, { lightness: 0.8, chroma: 0.07 });
  for (const { radius, opacity } of ORBITS) {
    context.strokeStyle = cssColor(color, opacity);
    context.lineWidth = 2 * unit;
    context.beginPath();
    context.arc(x, y, radius * unit, 0, 2 * Math.PI);
    context.stroke();
  }
}

function vignette(context: Canvas2D, layout: Layout, palette: Palette): Gradient {
  const { width, height } = layout;
  const x = width / 2 + (layout.presenterCentreX - width / 2) * 0.4;
  const gradient = context.createRadialGradient(x, height * 0.44, height * 0.5, x, height * 0.5, width * 0.72);
  const color = tint(palette.backgroundDeep, { lightness: 0.14 });
  for (let stop = 0; stop <= FALLOFF_STOPS; stop++) {
    const share = stop / FALLOFF_STOPS;
    gradient.addColorStop(share, cssColor(color, 0.5 * smooth(share)));
  }
  return gradient;
}

/** From `opacity` at the start to nothing at the end, without a visible edge at either. */
function addFalloff(gradient: Gradient, color: Rgb, opacity: number): void {
  for (let stop = 0; stop <= FALLOFF_STOPS; stop++) {
    const share = stop / FALLOFF_STOPS;
    gradient.addColorStop(share, cssColor(color, opacity * (1 - smooth(share))));
  }
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}
