import { mixOklch, oklchToRgb, parseHex, rgbToOklch } from './oklch.ts';
import type { Oklch, Rgb } from './oklch.ts';

/** The five colours of a template, and those that follow from them. */
export type Palette = {
  /** The dark and the light end of the background. */
  readonly backgroundDeep: Rgb;
  readonly backgroundLight: Rgb;
  /** Cards that carry text. */
  readonly surface: Rgb;
  readonly text: Rgb;
  /** Second-rank text, still readable on background and surface. */
  readonly mutedText: Rgb;
  readonly accent: Rgb;
  /** Text on the accent. */
  readonly textOnAccent: Rgb;
};

/** Midnight: deep navy to blue with a warm yellow accent. */
export function midnightPalette(): Palette {
  const deep = parseHex('#0b1b33');
  const light = parseHex('#1e4e8c');
  const text = parseHex('#f4f7fb');
  return {
    backgroundDeep: deep,
    backgroundLight: light,
    surface: oklchToRgb(mixOklch(rgbToOklch(deep), rgbToOklch(light), 0.5)),
    text,
    mutedText: oklchToRgb(mixOklch(rgbToOklch(text), rgbToOklch(light), 0.24)),
    accent: parseHex('#ffc857'),
    textOnAccent: deep,
  };
}

/** The same colour with other lightness, chroma or hue; for tints of a palette colour. */
export function tint(
  color: Rgb,
  change: {
    readonly lightness?: number;
    readonly chroma?: number;
    /** Degrees added to the hue. */
    readonly turnDegrees?: number;
  },
): Rgb {
  const base: Oklch = rgbToOklch(color);
  return oklchToRgb({
    lightness: change.lightness ?? base.lightness,
    chroma: change.chroma ?? base.chroma,
    hueDegrees: (base.hueDegrees + (change.turnDegrees ?? 0) + 360) % 360,
  });
}
