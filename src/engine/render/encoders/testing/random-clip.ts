import type { Rectangle } from '../../../scene/geometry.ts';
import { seededRandom } from './random.ts';

export type ClipFrame = {
  readonly keyframe: boolean;
  readonly paints: readonly { readonly rgba: Uint8Array; readonly rectangle: Rectangle }[];
};

export type Clip = {
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly keyframeQuantiser: number;
  readonly frameQuantiser: number;
  readonly frames: readonly ClipFrame[];
};

/** A colour at pixel (x, y) of frame `time`. */
type Content = (x: number, y: number, time: number) => readonly [number, number, number];

type Random = () => number;

const CONTENTS: Readonly<Record<string, (random: Random) => Content>> = {
  noise: (random) => () => [random() * 256, random() * 256, random() * 256],
  faintNoise: (random) => () => {
    const grey = 120 + random() * 16;
    return [grey, grey, grey];
  },
  texture: (random) => {
    const size = 64;
    const samples = Uint8Array.from({ length: size * size * 3 }, () => random() * 256);
    const speedX = Math.round(random() * 20 - 10);
    const speedY = Math.round(random() * 20 - 10);
    return (x, y, time) => {
      const column = (x + time * speedX + size * 100) % size;
      const row = (y + time * speedY + size * 100) % size;
      const at = (row * size + column) * 3;
      return [samples[at] ?? 0, samples[at + 1] ?? 0, samples[at + 2] ?? 0];
    };
  },
  checker: (random) => {
    const shift = Math.floor(random() * 5);
    return (x, y, time) => {
      const lit = (((x + time) >> shift) + (y >> shift)) & 1;
      return lit === 1 ? [255, 255, 255] : [0, 0, 0];
    };
  },
  flashes: (random) => {
    const colours = Array.from({ length: 64 }, () => [random() * 256, random() * 256, random() * 256] as const);
    return (x, y, time) => colours[((x >> 4) + 3 * (y >> 4) + 7 * time) % 64] ?? [0, 0, 0];
  },
  driftingWaves: (random) => {
    const speedX = random() * 8 - 4;
    const speedY = random() * 8 - 4;
    return (x, y, time) => [
      128 + 100 * Math.sin((x + time * speedX) * 0.11),
      128 + 100 * Math.cos((y + time * speedY) * 0.13),
      128 + 60 * Math.sin((x + y + time * speedX) * 0.07),
    ];
  },
  gradient: () => (x, y, time) => [x + time, y + 2 * time, (x + y) / 2],
};

/**
 * A short clip drawn from the seed: its size (even, most not whole macroblocks), quantisers 12..51, kind of content, and which
 * rectangles each frame repaints. In one clip of four, repainting shifts what is there already, so that macroblocks which
 * move lie beside ones that do not.
 */
export function randomClip(seed: number): Clip {
  const random = seededRandom(seed);
  const width = 2 * (1 + Math.floor(random() * 90));
  const height = 2 * (1 + Math.floor(random() * 70));
  const kinds = Object.keys(CONTENTS);
  const kind = kinds[Math.floor(random() * kinds.length)] ?? 'noise';
  const content = CONTENTS[kind]?.(random) ?? (() => [0, 0, 0]);
  const shifts = random() < 0.25;
  const canvas = new Uint8Array(width * height * 4);
  const frameCount = 3 + Math.floor(random() * 5);
  const frames = Array.from({ length: frameCount }, (_, time): ClipFrame => {
    const whole = { x: 0, y: 0, width, height };
    const count = Math.floor(random() * 5);
    const rectangles =
      time === 0 ? [whole] : Array.from({ length: count }, () => randomRectangle(width, height, random));
    if (time > 0 && random() < 0.2) rectangles.push(whole);
    const paints = rectangles.map((rectangle) => {
      if (shifts && time > 0) shiftContent(canvas, width, rectangle, Math.round(random() * 8 - 4));
      else drawContent(canvas, width, rectangle, content, time);
      return { rectangle, rgba: cut(canvas, width, rectangle) };
    });
    return { keyframe: time === 0 || random() < 0.1, paints };
  });
  const randomQuantiser = () => 12 + Math.floor(random() * 40);
  return { kind, width, height, keyframeQuantiser: randomQuantiser(), frameQuantiser: randomQuantiser(), frames };
}

function randomRectangle(width: number, height: number, random: Random): Rectangle {
  const x = 2 * Math.floor((random() * width) / 2);
  const y = 2 * Math.floor((random() * height) / 2);
  return {
    x,
    y,
    width: 2 * (1 + Math.floor((random() * (width - x)) / 2.001)),
    height: 2 * (1 + Math.floor((random() * (height - y)) / 2.001)),
  };
}

function drawContent(canvas: Uint8Array, stride: number, area: Rectangle, content: Content, time: number): void {
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let x = area.x; x < area.x + area.width; x++) {
      const [red, green, blue] = content(x, y, time);
      canvas.set([clamp(red), clamp(green), clamp(blue), 255], (y * stride + x) * 4);
    }
  }
}

function shiftContent(canvas: Uint8Array, stride: number, area: Rectangle, by: number): void {
  for (let y = area.y; y < area.y + area.height; y++) {
    const rowStart = (y * stride + area.x) * 4;
    const row = canvas.slice(rowStart, rowStart + area.width * 4);
    for (let x = 0; x < area.width; x++) {
      const from = Math.min(area.width - 1, Math.max(0, x + by)) * 4;
      canvas.set(row.subarray(from, from + 4), rowStart + x * 4);
    }
  }
}

function cut(canvas: Uint8Array, stride: number, area: Rectangle): Uint8Array {
  const out = new Uint8Array(area.width * area.height * 4);
  for (let y = 0; y < area.height; y++) {
    const from = ((area.y + y) * stride + area.x) * 4;
    out.set(canvas.subarray(from, from + area.width * 4), y * area.width * 4);
  }
  return out;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
