/** Intra 16x16 and chroma prediction, 8.3.3 and 8.3.4, from the reconstruction of the macroblocks to the left and above. */
import { cbOffset, chromaStride, crOffset, lumaStride } from './frame-layout';
import { chromaOffset, column, lumaOffset, row } from './macroblock-position';
import { current, source } from './pictures';
import { sumOfDifferences, sumOfDifferencesToRow } from './sum-of-differences';

export const VERTICAL: i32 = 0;
export const HORIZONTAL: i32 = 1;
export const DC: i32 = 2;
export const PLANE: i32 = 3;

/** intra_chroma_pred_mode numbers the same four differently (Table 7-16). */
const CHROMA_DC_MODE: i32 = 0;
const CHROMA_HORIZONTAL_MODE: i32 = 1;
const CHROMA_VERTICAL_MODE: i32 = 2;
const CHROMA_PLANE_MODE: i32 = 3;

/** Predicted samples, rows of 16 and of 8. */
export const INTRA_LUMA: usize = memory.data(256, 16);
export const INTRA_CB: usize = memory.data(64, 16);
export const INTRA_CR: usize = memory.data(64, 16);
const PLANE_LUMA: usize = memory.data(256, 16);

export let lumaMode: i32 = DC;
/** Sum of absolute differences of the chosen luma prediction. */
export let lumaDifference: i32 = 0;

/** Chooses the luma mode by sum of absolute differences. */
export function chooseLumaMode(): void {
  const original = source + lumaOffset;
  const samples = current + lumaOffset;
  const hasLeft = column > 0;
  const hasAbove = row > 0;
  lumaMode = DC;
  lumaDifference = sumOfDifferencesToRow(
    original,
    lumaStride,
    i8x16.splat(<i8>lumaDcValue(samples, hasLeft, hasAbove)),
  );
  if (hasAbove) {
    const difference = sumOfDifferencesToRow(original, lumaStride, v128.load(samples - lumaStride));
    if (difference < lumaDifference) {
      lumaDifference = difference;
      lumaMode = VERTICAL;
    }
  }
  if (hasLeft) {
    predictHorizontal16(samples, INTRA_LUMA);
    const difference = sumOfDifferences(original, lumaStride, INTRA_LUMA, 16);
    if (difference < lumaDifference) {
      lumaDifference = difference;
      lumaMode = HORIZONTAL;
    }
  }
  if (hasLeft && hasAbove) {
    predictPlane16(samples, PLANE_LUMA);
    const difference = sumOfDifferences(original, lumaStride, PLANE_LUMA, 16);
    if (difference < lumaDifference) {
      lumaDifference = difference;
      lumaMode = PLANE;
    }
  }
}

/** Fills INTRA_LUMA in the chosen mode. */
export function predictLuma(): void {
  const samples = current + lumaOffset;
  if (lumaMode == HORIZONTAL) {
    predictHorizontal16(samples, INTRA_LUMA);
  } else if (lumaMode == PLANE) {
    memory.copy(INTRA_LUMA, PLANE_LUMA, 256);
  } else {
    const line =
      lumaMode == VERTICAL
        ? v128.load(samples - lumaStride)
        : i8x16.splat(<i8>lumaDcValue(samples, column > 0, row > 0));
    for (let i = 0; i < 256; i += 16) v128.store(INTRA_LUMA + i, line);
  }
}

/** Fills INTRA_CB and INTRA_CR in the mode that matches the luma's; returns intra_chroma_pred_mode. */
export function predictChroma(): i32 {
  for (let plane = 0; plane < 2; plane++) {
    const samples = current + chromaOffset + (plane == 0 ? cbOffset : crOffset);
    const out = plane == 0 ? INTRA_CB : INTRA_CR;
    if (lumaMode == DC) {
      predictChromaDc(samples, out);
    } else if (lumaMode == VERTICAL) {
      const line = load<u64>(samples - chromaStride);
      for (let i = 0; i < 64; i += 8) store<u64>(out + i, line);
    } else if (lumaMode == HORIZONTAL) {
      for (let y = 0; y < 8; y++) {
        store<u64>(out + (y << 3), <u64>load<u8>(samples + y * chromaStride - 1) * 0x0101010101010101);
      }
    } else {
      predictPlane8(samples, out);
    }
  }
  if (lumaMode == DC) return CHROMA_DC_MODE;
  if (lumaMode == VERTICAL) return CHROMA_VERTICAL_MODE;
  return lumaMode == HORIZONTAL ? CHROMA_HORIZONTAL_MODE : CHROMA_PLANE_MODE;
}

function lumaDcValue(samples: usize, hasLeft: bool, hasAbove: bool): i32 {
  let sum = 0;
  if (hasAbove) for (let i = 0; i < 16; i++) sum += <i32>load<u8>(samples - lumaStride + i);
  if (hasLeft) for (let i = 0; i < 16; i++) sum += <i32>load<u8>(samples + i * lumaStride - 1);
  if (hasLeft && hasAbove) return (sum + 16) >> 5;
  return hasLeft || hasAbove ? (sum + 8) >> 4 : 128;
}

function predictHorizontal16(samples: usize, out: usize): void {
  for (let y = 0; y < 16; y++) v128.store(out + (y << 4), i8x16.splat(load<i8>(samples + y * lumaStride - 1)));
}

/** 8.3.3.4. */
function predictPlane16(samples: usize, out: usize): void {
  const above = samples - lumaStride;
  let horizontal = 0;
  let vertical = 0;
  for (let i = 1; i <= 8; i++) {
    horizontal += i * (<i32>load<u8>(above + 7 + i) - <i32>load<u8>(above + 7 - i));
    vertical +=
      i * (<i32>load<u8>(samples - 1 + (7 + i) * lumaStride) - <i32>load<u8>(samples - 1 + (7 - i) * lumaStride));
  }
  const slopeX = (5 * horizontal + 32) >> 6;
  const slopeY = (5 * vertical + 32) >> 6;
  const base = 16 * (<i32>load<u8>(samples - 1 + 15 * lumaStride) + <i32>load<u8>(above + 15)) + 16;
  const steps = i16x8.mul(i16x8.splat(<i16>slopeX), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
  for (let y = 0; y < 16; y++) {
    const left = i16x8.add(i16x8.splat(<i16>(base - 7 * slopeX + (y - 7) * slopeY)), steps);
    const right = i16x8.add(left, i16x8.splat(<i16>(8 * slopeX)));
    v128.store(out + (y << 4), i8x16.narrow_i16x8_u(i16x8.shr_s(left, 5), i16x8.shr_s(right, 5)));
  }
}

/** 8.3.4.4, for 4:2:0. */
function predictPlane8(samples: usize, out: usize): void {
  const above = samples - chromaStride;
  let horizontal = 0;
  let vertical = 0;
  for (let i = 1; i <= 4; i++) {
    horizontal += i * (<i32>load<u8>(above + 3 + i) - <i32>load<u8>(above + 3 - i));
    vertical +=
      i * (<i32>load<u8>(samples - 1 + (3 + i) * chromaStride) - <i32>load<u8>(samples - 1 + (3 - i) * chromaStride));
  }
  const slopeX = (34 * horizontal + 32) >> 6;
  const slopeY = (34 * vertical + 32) >> 6;
  const base = 16 * (<i32>load<u8>(samples - 1 + 7 * chromaStride) + <i32>load<u8>(above + 7)) + 16;
  const steps = i16x8.mul(i16x8.splat(<i16>slopeX), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
  for (let y = 0; y < 8; y++) {
    const line = i16x8.shr_s(i16x8.add(i16x8.splat(<i16>(base - 3 * slopeX + (y - 3) * slopeY)), steps), 5);
    v128.store64_lane(out + (y << 3), i8x16.narrow_i16x8_u(line, line), 0);
  }
}

/** 8.3.4.1 to 8.3.4.3: each 4x4 block has its own mean, and its position says which edge it prefers. */
function predictChromaDc(samples: usize, out: usize): void {
  const hasLeft = column > 0;
  const hasAbove = row > 0;
  for (let block = 0; block < 4; block++) {
    const x = (block & 1) << 2;
    const y = (block >> 1) << 2;
    let above = 0;
    let left = 0;
    if (hasAbove) for (let i = 0; i < 4; i++) above += <i32>load<u8>(samples - chromaStride + x + i);
    if (hasLeft) for (let i = 0; i < 4; i++) left += <i32>load<u8>(samples + (y + i) * chromaStride - 1);
    let mean = 128;
    if (hasLeft && hasAbove && (block == 0 || block == 3)) mean = (above + left + 4) >> 3;
    else if (hasAbove && (block != 2 || !hasLeft)) mean = (above + 2) >> 2;
    else if (hasLeft) mean = (left + 2) >> 2;
    const line = <u32>mean * 0x01010101;
    for (let i = 0; i < 4; i++) store<u32>(out + ((y + i) << 3) + x, line);
  }
}
