import { AppError } from '../../../core/errors.ts';

/** A level of ITU-T H.264 Table A-1. `levelIdc` 40 means 4.0; the rate limit is MaxBR, for the Baseline profiles. */
export type Level = {
  readonly levelIdc: number;
  readonly macroblocksPerSecond: number;
  readonly macroblocksPerFrame: number;
  readonly kilobitsPerSecond: number;
};

/** From 3.0 on: every decoder in use has it, and the motion range below 2.1 is shorter than our search. */
const LEVELS: readonly Level[] = [
  { levelIdc: 30, macroblocksPerSecond: 40_500, macroblocksPerFrame: 1_620, kilobitsPerSecond: 10_000 },
  { levelIdc: 31, macroblocksPerSecond: 108_000, macroblocksPerFrame: 3_600, kilobitsPerSecond: 14_000 },
  { levelIdc: 32, macroblocksPerSecond: 216_000, macroblocksPerFrame: 5_120, kilobitsPerSecond: 20_000 },
  { levelIdc: 40, macroblocksPerSecond: 245_760, macroblocksPerFrame: 8_192, kilobitsPerSecond: 20_000 },
  { levelIdc: 42, macroblocksPerSecond: 522_240, macroblocksPerFrame: 8_704, kilobitsPerSecond: 50_000 },
  { levelIdc: 50, macroblocksPerSecond: 589_824, macroblocksPerFrame: 22_080, kilobitsPerSecond: 135_000 },
  { levelIdc: 51, macroblocksPerSecond: 983_040, macroblocksPerFrame: 36_864, kilobitsPerSecond: 240_000 },
  { levelIdc: 52, macroblocksPerSecond: 2_073_600, macroblocksPerFrame: 36_864, kilobitsPerSecond: 240_000 },
];

/**
 * The lowest level that allows the picture size and rate: frame size, macroblock rate, and no side
 * longer than sqrt(8 x the largest frame) macroblocks (A.3.1). Throws `video_size_unsupported`.
 */
export function levelFor(width: number, height: number, frameRate: number): Level {
  const columns = Math.ceil(width / 16);
  const rows = Math.ceil(height / 16);
  const macroblocks = columns * rows;
  const level = LEVELS.find(
    ({ macroblocksPerSecond, macroblocksPerFrame }) =>
      macroblocks <= macroblocksPerFrame &&
      macroblocks * frameRate <= macroblocksPerSecond &&
      Math.max(columns, rows) ** 2 <= 8 * macroblocksPerFrame,
  );
  if (level === undefined) {
    throw new AppError({
      code: 'video_size_unsupported',
      kind: 'invalid_input',
      message: `The video must fit H.264 level 5.2 (at most 36864 macroblocks of 16x16 a frame and 2073600 a second); ${width}x${height} at ${frameRate} frames a second does not.`,
    });
  }
  return level;
}
