/** Transforms, quantises and reconstructs the planes of a macroblock; leaves its levels for `macroblock` to write. */
import { PAIR_BYTES, copyPair, dcOf, forwardTransform, inverseTransform, setDc } from './block-pair';
import {
  CHROMA_INTER,
  CHROMA_INTRA,
  LUMA_INTER,
  LUMA_INTRA,
  ZIGZAG,
  dcScale,
  quantiseDc,
  quantisePair,
  scalePair,
  storeLevels,
} from './quantise';

/** Levels in scan order, 16 to a block: luma blocks 0..15, then Cb 16..19, then Cr 20..23; and their masks. */
export const LEVELS: usize = memory.data(24 * 32, 16);
export const MASKS: usize = memory.data(24 * 4, 16);
/** DC levels: luma (16), Cb (4), Cr (4). */
export const LUMA_DC_LEVELS: usize = memory.data(32, 16);
export const CHROMA_DC_LEVELS: usize = memory.data(16, 16);

export let lumaDcMask: u32 = 0;
export let cbDcMask: u32 = 0;
export let crDcMask: u32 = 0;

export const CHROMA_NONE: i32 = 0;
export const CHROMA_DC_ONLY: i32 = 1;
export const CHROMA_WITH_AC: i32 = 2;

const PAIRS: usize = memory.data(8 * 64, 16);
const DC_VALUES: usize = memory.data(16 * 4, 16);

/** Inter luma. Returns the four luma bits of coded_block_pattern. */
export function codeInterLuma(
  source: usize,
  sourceStride: i32,
  prediction: usize,
  predictionStride: i32,
  destination: usize,
): i32 {
  let pattern = 0;
  for (let pairIndex = 0; pairIndex < 8; pairIndex++) {
    const quarter = pairIndex >> 1;
    const x = (quarter & 1) << 3;
    const y = ((quarter >> 1) << 3) + ((pairIndex & 1) << 2);
    const from = source + y * sourceStride + x;
    const predicted = prediction + y * predictionStride + x;
    const to = destination + y * sourceStride + x;
    forwardTransform(from, sourceStride, predicted, predictionStride, PAIRS);
    if (quantisePair(PAIRS, LUMA_INTER)) {
      pattern |= 1 << quarter;
      storeLevels(PAIRS, LEVELS + (pairIndex << 6), MASKS + (pairIndex << 3));
      scalePair(PAIRS, LUMA_INTER);
      inverseTransform(PAIRS, predicted, predictionStride, to, sourceStride);
    } else {
      store<u64>(MASKS + (pairIndex << 3), 0);
      copyPair(predicted, predictionStride, to, sourceStride);
    }
  }
  return pattern;
}

/** Intra 16x16 luma, with its second transform of the DC coefficients. Returns whether any AC level is not zero. */
export function codeIntraLuma(source: usize, stride: i32, prediction: usize, destination: usize): bool {
  let hasAc = false;
  for (let pairIndex = 0; pairIndex < 8; pairIndex++) {
    const x = ((pairIndex >> 1) & 1) << 3;
    const y = ((pairIndex >> 2) << 3) + ((pairIndex & 1) << 2);
    const pair = PAIRS + (pairIndex << 6);
    forwardTransform(source + y * stride + x, stride, prediction + (y << 4) + x, 16, pair);
    const dc = DC_VALUES + (y << 2) + x;
    store<i32>(dc, dcOf(pair, 0));
    store<i32>(dc + 4, dcOf(pair, 1));
    setDc(pair, 0, 0);
    setDc(pair, 1, 0);
    if (quantisePair(pair, LUMA_INTRA)) {
      hasAc = true;
      storeLevels(pair, LEVELS + (pairIndex << 6), MASKS + (pairIndex << 3));
      scalePair(pair, LUMA_INTRA);
    } else {
      store<u64>(MASKS + (pairIndex << 3), 0);
    }
  }
  codeLumaDc();
  for (let pairIndex = 0; pairIndex < 8; pairIndex++) {
    const x = ((pairIndex >> 1) & 1) << 3;
    const y = ((pairIndex >> 2) << 3) + ((pairIndex & 1) << 2);
    const pair = PAIRS + (pairIndex << 6);
    const dc = DC_VALUES + (y << 2) + x;
    setDc(pair, 0, load<i32>(dc));
    setDc(pair, 1, load<i32>(dc + 4));
    inverseTransform(pair, prediction + (y << 4) + x, 16, destination + y * stride + x, stride);
  }
  return hasAc;
}

/** Replaces the 4x4 DC coefficients at DC_VALUES by what the decoder will reconstruct, 8.5.10. */
function codeLumaDc(): void {
  transformLumaDc();
  for (let i = 0; i < 16; i++) {
    const value = load<i32>(DC_VALUES + (i << 2));
    const halved = value < 0 ? -((1 - value) >> 1) : (value + 1) >> 1;
    store<i32>(DC_VALUES + (i << 2), quantiseDc(halved, LUMA_INTRA));
  }
  lumaDcMask = 0;
  for (let i = 0; i < 16; i++) {
    const level = load<i32>(DC_VALUES + ((<usize>load<u8>(ZIGZAG + i)) << 2));
    store<i16>(LUMA_DC_LEVELS + (i << 1), <i16>level);
    if (level != 0) lumaDcMask |= 1 << i;
  }
  transformLumaDc();
  const scale = dcScale(LUMA_INTRA);
  for (let at = DC_VALUES; at < DC_VALUES + 64; at += 4) store<i32>(at, (load<i32>(at) * scale + 2) >> 2);
}

/** The 4x4 Hadamard transform, rows then columns. */
function transformLumaDc(): void {
  for (let i = 0; i < 4; i++) hadamard4(DC_VALUES + (i << 4), 4);
  for (let i = 0; i < 4; i++) hadamard4(DC_VALUES + (i << 2), 16);
}

// @ts-ignore: decorator
@inline
function hadamard4(at: usize, step: usize): void {
  const a = load<i32>(at);
  const b = load<i32>(at + step);
  const c = load<i32>(at + 2 * step);
  const d = load<i32>(at + 3 * step);
  store<i32>(at, a + b + c + d);
  store<i32>(at + step, a + b - c - d);
  store<i32>(at + 2 * step, a - b - c + d);
  store<i32>(at + 3 * step, a - b + c - d);
}

/** One 8x8 chroma plane, 0 (Cb) or 1 (Cr). Returns CHROMA_NONE, CHROMA_DC_ONLY or CHROMA_WITH_AC. */
export function codeChroma(
  plane: i32,
  intra: bool,
  source: usize,
  stride: i32,
  prediction: usize,
  predictionStride: i32,
  destination: usize,
): i32 {
  const set = intra ? CHROMA_INTRA : CHROMA_INTER;
  const levels = LEVELS + ((16 + plane * 4) << 5);
  const masks = MASKS + ((16 + plane * 4) << 2);
  const lowerPair = PAIRS + PAIR_BYTES;
  forwardTransform(source, stride, prediction, predictionStride, PAIRS);
  forwardTransform(source + 4 * stride, stride, prediction + 4 * predictionStride, predictionStride, lowerPair);
  const a = dcOf(PAIRS, 0);
  const b = dcOf(PAIRS, 1);
  const c = dcOf(lowerPair, 0);
  const d = dcOf(lowerPair, 1);
  let hasAc = false;
  for (let i = 0; i < 2; i++) {
    const pair = i == 0 ? PAIRS : lowerPair;
    setDc(pair, 0, 0);
    setDc(pair, 1, 0);
    if (quantisePair(pair, set)) {
      hasAc = true;
      storeLevels(pair, levels + (i << 6), masks + (i << 3));
      scalePair(pair, set);
    } else {
      store<u64>(masks + (i << 3), 0);
    }
  }
  const dc0 = quantiseDc(a + b + c + d, set);
  const dc1 = quantiseDc(a - b + c - d, set);
  const dc2 = quantiseDc(a + b - c - d, set);
  const dc3 = quantiseDc(a - b - c + d, set);
  const dcLevels = CHROMA_DC_LEVELS + (plane << 3);
  store<i16>(dcLevels, <i16>dc0);
  store<i16>(dcLevels, <i16>dc1, 2);
  store<i16>(dcLevels, <i16>dc2, 4);
  store<i16>(dcLevels, <i16>dc3, 6);
  const dcMask = <u32>(i32(dc0 != 0) | (i32(dc1 != 0) << 1) | (i32(dc2 != 0) << 2) | (i32(dc3 != 0) << 3));
  if (plane == 0) cbDcMask = dcMask;
  else crDcMask = dcMask;
  if (!hasAc && dcMask == 0) {
    copyPair(prediction, predictionStride, destination, stride);
    copyPair(prediction + 4 * predictionStride, predictionStride, destination + 4 * stride, stride);
    return CHROMA_NONE;
  }
  const scale = dcScale(set);
  setDc(PAIRS, 0, ((dc0 + dc1 + dc2 + dc3) * scale) >> 1);
  setDc(PAIRS, 1, ((dc0 - dc1 + dc2 - dc3) * scale) >> 1);
  setDc(lowerPair, 0, ((dc0 + dc1 - dc2 - dc3) * scale) >> 1);
  setDc(lowerPair, 1, ((dc0 - dc1 - dc2 + dc3) * scale) >> 1);
  inverseTransform(PAIRS, prediction, predictionStride, destination, stride);
  inverseTransform(lowerPair, prediction + 4 * predictionStride, predictionStride, destination + 4 * stride, stride);
  return hasAc ? CHROMA_WITH_AC : CHROMA_DC_ONLY;
}
