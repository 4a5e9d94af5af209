/**
 * OKLCH, the polar form of Oklab (Björn Ottosson, 2020, https://bottosson.github.io/posts/oklab/), in which equal steps
 * look equal and a mix of two hues does not pass through grey. Matrices as published there.
 */
export type Oklch = {
  /** 0 black .. 1 white. */
  readonly lightness: number;
  /** 0 grey .. about 0.37, the most that sRGB holds. */
  readonly chroma: number;
  /** Degrees, 0 .. 360. Has no meaning where chroma is 0. */
  readonly hueDegrees: number;
};

/** sRGB, each 0..255; not necessarily whole numbers. */
export type Rgb = { readonly red: number; readonly green: number; readonly blue: number };

const GREY_CHROMA = 1e-4;

/** Reads `#rrggbb`. Throws a RangeError for anything else: palettes are constants, so a wrong one is a programming error. */
export function parseHex(hex: string): Rgb {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) throw new RangeError(`A colour is written #rrggbb; got "${hex}".`);
  const value = Number.parseInt(hex.slice(1), 16);
  return { red: value >> 16, green: (value >> 8) & 255, blue: value & 255 };
}

export function rgbToOklch(color: Rgb): Oklch {
  const red = toLinear(color.red);
  const green = toLinear(color.green);
  const blue = toLinear(color.blue);
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const lightness = 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short;
  const a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short;
  const b = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short;
  const chroma = Math.hypot(a, b);
  const hueDegrees = (Math.atan2(b, a) * 180) / Math.PI;
  return { lightness, chroma, hueDegrees: (hueDegrees + 360) % 360 };
}

/** The nearest colour that sRGB can show: chroma is reduced, lightness and hue are kept. Channels are whole numbers. */
export function oklchToRgb(color: Oklch): Rgb {
  let chroma = color.chroma;
  let rgb = toRgbUnclamped({ ...color, chroma });
  if (!isInGamut(rgb)) {
    let low = 0;
    let high = chroma;
    for (let step = 0; step < 20; step++) {
      chroma = (low + high) / 2;
      rgb = toRgbUnclamped({ ...color, chroma });
      if (isInGamut(rgb)) low = chroma;
      else high = chroma;
    }
  }
  return { red: toByte(rgb.red), green: toByte(rgb.green), blue: toByte(rgb.blue) };
}

/** Mixes by the shorter way round the hue circle; `share` 0 gives the first colour, 1 the second. */
export function mixOklch(first: Oklch, second: Oklch, share: number): Oklch {
  const firstHue = first.chroma < GREY_CHROMA ? second.hueDegrees : first.hueDegrees;
  const secondHue = second.chroma < GREY_CHROMA ? first.hueDegrees : second.hueDegrees;
  const turn = ((secondHue - firstHue + 540) % 360) - 180;
  return {
    lightness: first.lightness + (second.lightness - first.lightness) * share,
    chroma: first.chroma + (second.chroma - first.chroma) * share,
    hueDegrees: (firstHue + turn * share + 360) % 360,
  };
}

/** A CSS colour for `fillStyle` and gradient stops. `alpha` is 0..1. */
export function cssColor(color: Rgb, alpha = 1): string {
  return `rgba(${toByte(color.red)},${toByte(color.green)},${toByte(color.blue)},${Number(alpha.toFixed(4))})`;
}

/** WCAG 2.2 contrast ratio of two opaque colours, 1..21. */
export function contrastRatio(first: Rgb, second: Rgb): number {
  const a = relativeLuminance(first);
  const b = relativeLuminance(second);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** WCAG 2.2 relative luminance, 0..1. */
export function relativeLuminance(color: Rgb): number {
  return 0.2126 * toLinear(color.red) + 0.7152 * toLinear(color.green) + 0.0722 * toLinear(color.blue);
}

function toRgbUnclamped(color: Oklch): Rgb {
  const radians = (color.hueDegrees * Math.PI) / 180;
  const a = color.chroma * Math.cos(radians);
  const b = color.chroma * Math.sin(radians);
  const long = (color.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (color.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (color.lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return {
    red: fromLinear(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    green: fromLinear(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    blue: fromLinear(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  };
}

function isInGamut(color: Rgb): boolean {
  const inside = (channel: number): boolean => channel >= -0.5 && channel <= 255.5;
  return inside(color.red) && inside(color.green) && inside(color.blue);
}

/** The sRGB transfer function, IEC 61966-2-1. */
function toLinear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): number {
  return 255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);
}

function toByte(channel: number): number {
  return Math.min(255, Math.max(0, Math.round(channel)));
}
