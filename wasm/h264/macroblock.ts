/** macroblock_layer() of 7.3.5 for the types that this encoder uses: P_L0_16x16, Intra 16x16 and I_PCM. */
import { bitsSinceMark, putZerosToByte, reserveBytes, returnToMark, setMark } from './bit-writer';
import { CHROMA_DC_CONTEXT, clearLevelOverflow, levelOverflowed, writeResidualBlock } from './cavlc';
import { chromaContextOf, chromaCountOf, lumaContextOf, lumaCountOf, setAllCounts } from './coefficient-counts';
import { putSigned, putUnsigned } from './exp-golomb';
import { cbOffset, chromaStride, crOffset, lumaStride } from './frame-layout';
import { PREDICTED_CB, PREDICTED_CR, PREDICTED_LUMA, first, interpolateChroma, predictSelected } from './interpolation';
import { INTRA_CB, INTRA_CR, INTRA_LUMA, lumaMode, predictChroma, predictLuma } from './intra-prediction';
import { chromaOffset, lumaOffset } from './macroblock-position';
import { bestX, bestY, selectBest } from './motion-search';
import { predictedX, predictedY, setIntra, setVector, skipX, skipY } from './motion-vectors';
import { current, reference, source } from './pictures';
import {
  CHROMA_DC_LEVELS,
  CHROMA_NONE,
  CHROMA_WITH_AC,
  LEVELS,
  LUMA_DC_LEVELS,
  MASKS,
  cbDcMask,
  codeChroma,
  codeInterLuma,
  codeIntraLuma,
  crDcMask,
  lumaDcMask,
} from './residual';

/** A.3.1: no macroblock may take more bits; I_PCM takes 8 + 384 x 8 and alignment at most. */
const MOST_BITS: i32 = 3200;
const PCM_BYTES: i32 = 384;
/** Intra macroblock types are numbered from here in P slices (Table 7-13). */
const INTRA_TYPES_IN_P: u32 = 5;
const TYPE_PCM: u32 = 25;

/** me(v) of coded_block_pattern for inter macroblocks, Table 9-4: the code number of each pattern. */
// prettier-ignore
const INTER_PATTERN_CODES = memory.data<u8>([
  0, 2, 3, 7, 4, 8, 17, 13, 5, 18, 9, 14, 10, 15, 16, 11,
  1, 32, 33, 36, 34, 37, 44, 40, 35, 45, 38, 41, 39, 42, 43, 19,
  6, 24, 25, 20, 26, 21, 46, 28, 27, 47, 22, 29, 23, 30, 31, 12,
]);

/** Codes with intra prediction in the mode chosen before. */
export function codeIntraMacroblock(inPSlice: bool): void {
  setIntra();
  predictLuma();
  const hasAc = codeIntraLuma(source + lumaOffset, lumaStride, INTRA_LUMA, current + lumaOffset);
  const chromaMode = predictChroma();
  const chroma = codeBothChroma(true, INTRA_CB, INTRA_CR, 8);
  beginAttempt();
  putUnsigned(<u32>(1 + lumaMode + 4 * chroma + (hasAc ? 12 : 0)) + (inPSlice ? INTRA_TYPES_IN_P : 0));
  putUnsigned(chromaMode);
  putSigned(0); // mb_qp_delta
  writeResidualBlock(LUMA_DC_LEVELS, lumaDcMask, lumaContextOf(0, lumaCountOf(0)), 16);
  if (hasAc) {
    for (let block = 0; block < 16; block++) writeAc(block, lumaCountOf(block), true);
  }
  writeChroma(chroma);
  endAttempt(inPSlice);
}

/**
 * Codes with the motion that the search found, or not at all: returns false, having written nothing, when a skipped
 * macroblock says the same. `pendingSkips` skipped macroblocks are written first.
 */
export function codeInterMacroblock(pendingSkips: u32): bool {
  selectBest();
  let predicted = PREDICTED_LUMA;
  let predictedStride = 16;
  if (((bestX | bestY) & 3) == 0) {
    predicted = first;
    predictedStride = lumaStride;
  } else {
    predictSelected();
  }
  setVector(bestX, bestY);
  const luma = codeInterLuma(source + lumaOffset, lumaStride, predicted, predictedStride, current + lumaOffset);

  const chromaFrom = reference + chromaOffset + (bestY >> 3) * chromaStride + (bestX >> 3);
  let chroma: i32;
  if (((bestX | bestY) & 7) == 0) {
    chroma = codeBothChroma(false, chromaFrom + cbOffset, chromaFrom + crOffset, chromaStride);
  } else {
    interpolateChroma(chromaFrom + cbOffset, bestX & 7, bestY & 7, PREDICTED_CB);
    interpolateChroma(chromaFrom + crOffset, bestX & 7, bestY & 7, PREDICTED_CR);
    chroma = codeBothChroma(false, PREDICTED_CB, PREDICTED_CR, 8);
  }
  const pattern = luma | (chroma << 4);
  if (pattern == 0 && bestX == skipX && bestY == skipY) return false;

  putUnsigned(pendingSkips);
  beginAttempt();
  writeInterPrefix(bestX, bestY, pattern);
  if (pattern != 0) {
    putSigned(0); // mb_qp_delta
    for (let block = 0; block < 16; block++) {
      if ((luma >> (block >> 2)) & 1) writeAc(block, lumaCountOf(block), false);
    }
    writeChroma(chroma);
  }
  endAttempt(true);
  return true;
}

/** A still macroblock without residual, for where skipping it would make it inherit its neighbours' motion. */
export function writeStillMacroblock(): void {
  writeInterPrefix(0, 0, 0);
}

function writeInterPrefix(x: i32, y: i32, pattern: i32): void {
  putUnsigned(0); // P_L0_16x16
  putSigned(x - predictedX);
  putSigned(y - predictedY);
  putUnsigned(load<u8>(INTER_PATTERN_CODES + pattern));
}

function codeBothChroma(intra: bool, cb: usize, cr: usize, predictionStride: i32): i32 {
  const offset = chromaOffset + cbOffset;
  const offsetCr = chromaOffset + crOffset;
  const first = codeChroma(0, intra, source + offset, chromaStride, cb, predictionStride, current + offset);
  const second = codeChroma(1, intra, source + offsetCr, chromaStride, cr, predictionStride, current + offsetCr);
  return max(first, second);
}

/** One luma block: all its levels, or those after the DC. */
// @ts-ignore: decorator
@inline
function writeAc(block: i32, count: usize, withoutDc: bool): void {
  const context = lumaContextOf(block, count);
  const levels = LEVELS + (block << 5);
  const mask = load<u32>(MASKS + (block << 2));
  const total = withoutDc
    ? writeResidualBlock(levels + 2, mask >> 1, context, 15)
    : writeResidualBlock(levels, mask, context, 16);
  store<u8>(count, <u8>total);
}

function writeChroma(chroma: i32): void {
  if (chroma == CHROMA_NONE) return;
  writeResidualBlock(CHROMA_DC_LEVELS, cbDcMask, CHROMA_DC_CONTEXT, 4);
  writeResidualBlock(CHROMA_DC_LEVELS + 8, crDcMask, CHROMA_DC_CONTEXT, 4);
  if (chroma != CHROMA_WITH_AC) return;
  for (let i = 0; i < 8; i++) {
    const count = chromaCountOf(i >> 2, i & 3);
    const levels = LEVELS + ((16 + i) << 5) + 2;
    const mask = load<u32>(MASKS + ((16 + i) << 2)) >> 1;
    store<u8>(count, <u8>writeResidualBlock(levels, mask, chromaContextOf(i & 3, count), 15));
  }
}

function beginAttempt(): void {
  clearLevelOverflow();
  setMark();
}

/** Sends the samples themselves instead when the attempt is longer than the standard allows or cannot be coded. */
function endAttempt(inPSlice: bool): void {
  if (!levelOverflowed && bitsSinceMark() <= MOST_BITS) return;
  returnToMark();
  setIntra();
  setAllCounts(true);
  putUnsigned(TYPE_PCM + (inPSlice ? INTRA_TYPES_IN_P : 0));
  putZerosToByte();
  let out = reserveBytes(PCM_BYTES);
  let offset = lumaOffset;
  for (let y = 0; y < 16; y++) {
    const samples = v128.load(source + offset);
    v128.store(out, samples);
    v128.store(current + offset, samples);
    out += 16;
    offset += lumaStride;
  }
  out = writePcmPlane(chromaOffset + cbOffset, out);
  writePcmPlane(chromaOffset + crOffset, out);
}

function writePcmPlane(offset: usize, out: usize): usize {
  for (let y = 0; y < 8; y++) {
    const samples = load<u64>(source + offset);
    store<u64>(out, samples);
    store<u64>(current + offset, samples);
    out += 8;
    offset += chromaStride;
  }
  return out;
}
