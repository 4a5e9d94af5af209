import { AppError } from '../../../core/errors.ts';
import type { Rectangle } from '../../scene/geometry.ts';
import type { EncodedFrame, VideoEncoder, VideoEncoderOptions } from '../video-encoder.ts';
import { frameTimingOf } from './frame-timing.ts';
import { createRateGuard } from './rate-guard.ts';
import { levelFor } from './stream-level.ts';

/** What wasm/h264/encoder.ts exports, as far as the encoder needs it. */
type EncoderExports = {
  configure(width: number, height: number, level: number, ticksPerSecond: number, tickUnits: number): void;
  scratchAddress(): number;
  scratchBytes(): number;
  paintRows(x: number, y: number, width: number, height: number): void;
  encode(keyframe: boolean, quantiser: number, raised: boolean): number;
  outputAddress(): number;
};

/** An encoder with the instance it runs in, which tests look into. */
export type H264Encoder = VideoEncoder & {
  readonly memory: WebAssembly.Memory;
  readonly instance: WebAssembly.Instance;
};

const SMALLEST_QUANTISER = 12;
const LARGEST_QUANTISER = 51;
const SMALLEST_SIDE = 2;
const HIGHEST_FRAME_RATE = 300;

/** Static data and room to start; the instance grows its memory once, when it is configured. */
const INITIAL_PAGES = 2;

/**
 * An encoder in a new instance of the compiled WASM module, with no host but WebAssembly: it runs in a browser as it does
 * here. Throws `invalid_encoder_options` (sizes even and at least 2; quantisers whole, 12..51; frame rate above 0 up to
 * 300) and `video_size_unsupported`.
 */
export async function createH264Encoder(
  module: WebAssembly.Module,
  options: VideoEncoderOptions,
): Promise<H264Encoder> {
  checkOptions(options);
  const { width, height, frameRate } = options;
  const level = levelFor(width, height, frameRate);
  const timing = frameTimingOf(frameRate);
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES });
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const wasm = instance.exports as unknown as EncoderExports;
  wasm.configure(width, height, level.levelIdc, timing.ticksPerSecond, timing.tickUnits);

  // The memory never grows after this, so views stay valid.
  const scratch = new Uint8Array(memory.buffer, wasm.scratchAddress(), wasm.scratchBytes());
  const outputAddress = wasm.outputAddress();
  const rateGuard = createRateGuard(level.kilobitsPerSecond, frameRate);
  let hasKeyframe = false;

  function paint(rgba: Uint8Array | Uint8ClampedArray, rectangle: Rectangle): void {
    checkRectangle(rectangle, rgba.length, width, height);
    const rowBytes = rectangle.width * 4;
    const rowsPerBand = Math.floor(scratch.length / rowBytes / 2) * 2;
    for (let row = 0; row < rectangle.height; row += rowsPerBand) {
      const rows = Math.min(rowsPerBand, rectangle.height - row);
      scratch.set(rgba.subarray(row * rowBytes, (row + rows) * rowBytes));
      wasm.paintRows(rectangle.x, rectangle.y + row, rectangle.width, rows);
    }
  }

  function encode({ keyframe }: { readonly keyframe: boolean }): EncodedFrame {
    if (!keyframe && !hasKeyframe) {
      throw invalidOptions('The first frame of a stream must be a keyframe; encode was called with keyframe false.');
    }
    hasKeyframe = true;
    if (keyframe) rateGuard.reset();
    const increase = rateGuard.quantiserIncrease;
    const quantiser = keyframe
      ? options.keyframeQuantiser
      : Math.min(LARGEST_QUANTISER, options.frameQuantiser + increase);
    const byteCount = wasm.encode(keyframe, quantiser, increase > 0);
    if (!keyframe) rateGuard.record(byteCount);
    return { data: new Uint8Array(memory.buffer, outputAddress, byteCount), isKeyframe: keyframe };
  }

  const codec = `avc1.42C0${level.levelIdc.toString(16).toUpperCase().padStart(2, '0')}`;
  return { codec, width, height, paint, encode, memory, instance };
}

function checkOptions(options: VideoEncoderOptions): void {
  for (const side of ['width', 'height'] as const) {
    const value = options[side];
    if (!Number.isInteger(value) || value < SMALLEST_SIDE || value % 2 !== 0) {
      throw invalidOptions(
        `The video's ${side} must be an even whole number of pixels from ${SMALLEST_SIDE}; it is ${value}.`,
      );
    }
  }
  for (const name of ['keyframeQuantiser', 'frameQuantiser'] as const) {
    const value = options[name];
    if (!Number.isInteger(value) || value < SMALLEST_QUANTISER || value > LARGEST_QUANTISER) {
      throw invalidOptions(
        `${name} must be a whole number from ${SMALLEST_QUANTISER} to ${LARGEST_QUANTISER}; it is ${value}.`,
      );
    }
  }
  if (!(options.frameRate > 0 && options.frameRate <= HIGHEST_FRAME_RATE)) {
    throw invalidOptions(`frameRate must be above 0 and at most ${HIGHEST_FRAME_RATE}; it is ${options.frameRate}.`);
  }
}

function checkRectangle(rectangle: Rectangle, byteCount: number, width: number, height: number): void {
  const { x, y, width: paintedWidth, height: paintedHeight } = rectangle;
  const even = [x, y, paintedWidth, paintedHeight].every((value) => Number.isInteger(value) && value % 2 === 0);
  if (!even || x < 0 || y < 0 || paintedWidth <= 0 || paintedHeight <= 0) {
    throw invalidOptions(
      `A painted rectangle needs even whole numbers and a size above 0; it is ${describe(rectangle)}.`,
    );
  }
  if (x + paintedWidth > width || y + paintedHeight > height) {
    throw invalidOptions(`A painted rectangle must lie in the ${width}x${height} frame; it is ${describe(rectangle)}.`);
  }
  if (byteCount !== paintedWidth * paintedHeight * 4) {
    throw invalidOptions(
      `A ${paintedWidth}x${paintedHeight} rectangle needs ${paintedWidth * paintedHeight * 4} bytes of RGBA; it got ${byteCount}.`,
    );
  }
}

function describe({ x, y, width, height }: Rectangle): string {
  return `${width}x${height} at (${x}, ${y})`;
}

function invalidOptions(message: string): AppError {
  return new AppError({ code: 'invalid_encoder_options', kind: 'invalid_input', message });
}
