/**
 * Constrained Baseline H.264 encoder: one slice a picture, CAVLC, one reference, no deblocking. The caller paints
 * rectangles of RGBA and asks for a picture; macroblocks whose samples did not change are skipped without a look.
 */
import { rgbaToI420 } from '../pixels/rgba-to-i420';
import { reserve } from './arena';
import { beginBits, finishBits } from './bit-writer';
import { changed, reserveChangeMap } from './change-map';
import { reserveCounts } from './coefficient-counts';
import {
  cbOffset,
  chromaStride,
  crOffset,
  lumaStride,
  macroblockColumns,
  macroblockCount,
  setFrameSize,
  visibleHeight,
  visibleWidth,
} from './frame-layout';
import { reserveVectors } from './motion-vectors';
import { NAL_KEYFRAME_SLICE, NAL_SLICE, writeNalUnit } from './nal';
import { setStreamParameters, writeParameterSets } from './parameter-sets';
import { extendSourceToCodedSize, reservePictures, source } from './pictures';
import { writeKeyframeSlice, writePredictedSlice } from './slice';

/** A macroblock takes at most 3200 bits and its skip run; the header and the parameter sets are small. */
const MOST_BYTES_PER_MACROBLOCK: usize = 408;
const MOST_HEADER_BYTES: usize = 512;
const LEAST_SCRATCH_BYTES: i32 = 256 * 1024;

let scratch: usize = 0;
let scratchSize: i32 = 0;
let payload: usize = 0;
let output: usize = 0;

/** Sets up one stream; call once. Sizes are even; `level` is level_idc. */
export function configure(width: i32, height: i32, level: i32, ticksPerSecond: i32, tickUnits: i32): void {
  setFrameSize(width, height);
  setStreamParameters(level, ticksPerSecond, tickUnits);
  reservePictures();
  reserveChangeMap();
  reserveCounts();
  reserveVectors();
  scratchSize = max(LEAST_SCRATCH_BYTES, width * 4 * 2);
  scratch = reserve(scratchSize);
  const payloadBytes = <usize>macroblockCount * MOST_BYTES_PER_MACROBLOCK + MOST_HEADER_BYTES;
  payload = reserve(payloadBytes);
  output = reserve((payloadBytes * 3) / 2);
}

/** Where the caller puts RGBA rows for `paintRows`. */
export function scratchAddress(): usize {
  return scratch;
}

export function scratchBytes(): i32 {
  return scratchSize;
}

/** Converts `height` rows of `width` RGBA pixels from the scratch into the picture at (x, y); all four are even. */
export function paintRows(x: i32, y: i32, width: i32, height: i32): void {
  rgbaToI420(
    scratch,
    width,
    height,
    source,
    source + cbOffset,
    source + crOffset,
    lumaStride,
    chromaStride,
    x,
    y,
    changed,
    macroblockColumns,
  );
  extendSourceToCodedSize(x, y, width, height, visibleWidth, visibleHeight);
}

/**
 * Codes the picture; returns the number of bytes at `outputAddress`. What a predicted picture codes with `raised` set counts as
 * coarse, and is coded again, a little in each later picture without it.
 */
export function encode(keyframe: bool, quantiser: i32, raised: bool): i32 {
  let at = output;
  if (keyframe) at = writeParameterSets(payload, at);
  beginBits(payload);
  if (keyframe) writeKeyframeSlice(quantiser);
  else writePredictedSlice(quantiser, raised);
  at = writeNalUnit(keyframe ? NAL_KEYFRAME_SLICE : NAL_SLICE, payload, finishBits(), at);
  return <i32>(at - output);
}

export function outputAddress(): usize {
  return output;
}
