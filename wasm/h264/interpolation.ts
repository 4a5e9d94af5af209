/**
 * Fractional sample interpolation, 8.4.2.2. Around one whole-sample position the half-sample planes are computed once; every
 * quarter-sample position is then one of them or the rounded average of two, so trying a vector costs one comparison.
 */
import { chromaStride, lumaStride } from './frame-layout';

/** Half-sample planes cover columns -1..16 and rows -1..16 of the block, in rows of 32. */
const PLANE_STRIDE: i32 = 32;
const PLANE_ORIGIN: usize = 32 + 1;
/** Vector columns computed per row: three of eight cover the 18 needed. */
const VECTORS_PER_ROW: i32 = 3;

/** b of Figure 8-4: halfway to the right. h: halfway down. j: both. */
const HALF_X: usize = memory.data(32 * 20, 16);
const HALF_Y: usize = memory.data(32 * 20, 16);
const HALF_XY: usize = memory.data(32 * 20, 16);
/** Horizontal sums before rounding, rows -3..18, 24 columns of i16. */
const ROW_SUMS: usize = memory.data(48 * 24, 16);

/** A predicted block: where it is and its stride. */
export const PREDICTED_LUMA: usize = memory.data(256, 16);
export const PREDICTED_CB: usize = memory.data(64, 16);
export const PREDICTED_CR: usize = memory.data(64, 16);

/** Where the two operands of the vector last chosen by `selectPosition` are; equal when no average is needed. */
export let first: usize = 0;
export let firstStride: i32 = 0;
export let second: usize = 0;
export let secondStride: i32 = 0;

/** Fills the half-sample planes around the block at `block` of a reference picture. */
export function interpolateAround(block: usize): void {
  filterRows(block);
  filterColumns(block);
  filterBoth();
}

/** Six-tap sums along each row, kept for HALF_XY, and rounded into HALF_X. */
function filterRows(block: usize): void {
  let from = block - 3 * lumaStride - 1;
  let sums = ROW_SUMS;
  let out = HALF_X;
  for (let y = -3; y < 19; y++) {
    for (let k = 0; k < VECTORS_PER_ROW; k++) {
      const at = from + (k << 3);
      const sum = sixTap(
        v128.load8x8_u(at - 2),
        v128.load8x8_u(at - 1),
        v128.load8x8_u(at),
        v128.load8x8_u(at + 1),
        v128.load8x8_u(at + 2),
        v128.load8x8_u(at + 3),
      );
      v128.store(sums + (k << 4), sum);
      if (y >= -1 && y <= 16) {
        const rounded = roundSixTap(sum);
        v128.store64_lane(out + (k << 3), i8x16.narrow_i16x8_u(rounded, rounded), 0);
      }
    }
    if (y >= -1) out += PLANE_STRIDE;
    sums += 48;
    from += lumaStride;
  }
}

/** HALF_Y, rows -1..15. */
function filterColumns(block: usize): void {
  for (let k = 0; k < VECTORS_PER_ROW; k++) {
    let from = block - 3 * lumaStride - 1 + (k << 3);
    let out = HALF_Y + (k << 3);
    let a = v128.load8x8_u(from);
    let b = v128.load8x8_u(from + lumaStride);
    let c = v128.load8x8_u(from + 2 * lumaStride);
    let d = v128.load8x8_u(from + 3 * lumaStride);
    let e = v128.load8x8_u(from + 4 * lumaStride);
    from += 5 * lumaStride;
    for (let y = -1; y < 16; y++) {
      const f = v128.load8x8_u(from);
      const rounded = roundSixTap(sixTap(a, b, c, d, e, f));
      v128.store64_lane(out, i8x16.narrow_i16x8_u(rounded, rounded), 0);
      a = b;
      b = c;
      c = d;
      d = e;
      e = f;
      from += lumaStride;
      out += PLANE_STRIDE;
    }
  }
}

/** HALF_XY, rows -1..15, from the unrounded row sums; they exceed 16 bits once filtered again. */
function filterBoth(): void {
  const outer = i16x8(1, -5, 1, -5, 1, -5, 1, -5);
  const inner = i16x8(20, 20, 20, 20, 20, 20, 20, 20);
  const mirrored = i16x8(-5, 1, -5, 1, -5, 1, -5, 1);
  const half = i32x4.splat(512);
  let sums = ROW_SUMS;
  let out = HALF_XY;
  for (let y = -1; y < 16; y++) {
    for (let k = 0; k < VECTORS_PER_ROW; k++) {
      const at = sums + (k << 4);
      const a = v128.load(at);
      const b = v128.load(at, 48);
      const c = v128.load(at, 96);
      const d = v128.load(at, 144);
      const e = v128.load(at, 192);
      const f = v128.load(at, 240);
      let low = i32x4.dot_i16x8_s(i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11), outer);
      low = i32x4.add(low, i32x4.dot_i16x8_s(i16x8.shuffle(c, d, 0, 8, 1, 9, 2, 10, 3, 11), inner));
      low = i32x4.add(low, i32x4.dot_i16x8_s(i16x8.shuffle(e, f, 0, 8, 1, 9, 2, 10, 3, 11), mirrored));
      let high = i32x4.dot_i16x8_s(i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15), outer);
      high = i32x4.add(high, i32x4.dot_i16x8_s(i16x8.shuffle(c, d, 4, 12, 5, 13, 6, 14, 7, 15), inner));
      high = i32x4.add(high, i32x4.dot_i16x8_s(i16x8.shuffle(e, f, 4, 12, 5, 13, 6, 14, 7, 15), mirrored));
      low = i32x4.shr_s(i32x4.add(low, half), 10);
      high = i32x4.shr_s(i32x4.add(high, half), 10);
      const rounded = i16x8.narrow_i32x4_s(low, high);
      v128.store64_lane(out + (k << 3), i8x16.narrow_i16x8_u(rounded, rounded), 0);
    }
    sums += 48;
    out += PLANE_STRIDE;
  }
}

// @ts-ignore: decorator
@inline
function sixTap(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
  const outer = i16x8.add(a, f);
  const middle = i16x8.mul(i16x8.add(b, e), i16x8.splat(5));
  return i16x8.add(i16x8.sub(outer, middle), i16x8.mul(i16x8.add(c, d), i16x8.splat(20)));
}

// @ts-ignore: decorator
@inline
function roundSixTap(sum: v128): v128 {
  return i16x8.shr_s(i16x8.add(sum, i16x8.splat(16)), 5);
}

/**
 * Finds the operands of Table 8-12 for a vector of (x, y) quarter samples, each -3..3, from the block that
 * `interpolateAround` was given.
 */
export function selectPosition(block: usize, x: i32, y: i32): void {
  const fractionX = x & 3;
  const fractionY = y & 3;
  const wholeX = x >> 2;
  const wholeY = y >> 2;
  const whole = block + wholeY * lumaStride + wholeX;
  const inPlane = PLANE_ORIGIN + <usize>(wholeY * PLANE_STRIDE + wholeX);
  // A quarter position between two rows (columns) takes the nearer one.
  const lowerRow = inPlane + (fractionY == 3 ? PLANE_STRIDE : 0);
  const righterColumn = inPlane + (fractionX == 3 ? 1 : 0);
  firstStride = PLANE_STRIDE;
  secondStride = PLANE_STRIDE;
  if (fractionX == 0 && fractionY == 0) {
    first = whole;
    firstStride = lumaStride;
  } else if (fractionY == 0) {
    first = HALF_X + inPlane;
  } else if (fractionX == 0) {
    first = HALF_Y + inPlane;
  } else if (fractionX == 2 && fractionY == 2) {
    first = HALF_XY + inPlane;
  } else if (fractionX == 2) {
    first = HALF_XY + inPlane;
    second = HALF_X + lowerRow;
    return;
  } else if (fractionY == 2) {
    first = HALF_XY + inPlane;
    second = HALF_Y + righterColumn;
    return;
  } else {
    first = HALF_X + lowerRow;
    second = HALF_Y + righterColumn;
    return;
  }
  second = first;
  if (((fractionX | fractionY) & 1) != 0) {
    second = fractionX == 3 ? whole + 1 : fractionY == 3 ? whole + lumaStride : whole;
    secondStride = lumaStride;
  }
}

/** Writes the selected position's 16x16 samples to PREDICTED_LUMA. */
export function predictSelected(): void {
  let a = first;
  let b = second;
  for (let out = PREDICTED_LUMA; out < PREDICTED_LUMA + 256; out += 16) {
    v128.store(out, i8x16.avgr_u(v128.load(a), v128.load(b)));
    a += firstStride;
    b += secondStride;
  }
}

/** Bilinear 8x8 chroma at an offset of eighths, 8.4.2.2.2. */
export function interpolateChroma(from: usize, eighthX: i32, eighthY: i32, out: usize): void {
  const a = i16x8.splat(<i16>((8 - eighthX) * (8 - eighthY)));
  const b = i16x8.splat(<i16>(eighthX * (8 - eighthY)));
  const c = i16x8.splat(<i16>((8 - eighthX) * eighthY));
  const d = i16x8.splat(<i16>(eighthX * eighthY));
  const half = i16x8.splat(32);
  for (let y = 0; y < 8; y++) {
    const below = from + chromaStride;
    const upper = i16x8.add(i16x8.mul(v128.load8x8_u(from), a), i16x8.mul(v128.load8x8_u(from + 1), b));
    const lower = i16x8.add(i16x8.mul(v128.load8x8_u(below), c), i16x8.mul(v128.load8x8_u(below + 1), d));
    const samples = i16x8.shr_u(i16x8.add(i16x8.add(upper, lower), half), 6);
    v128.store64_lane(out, i8x16.narrow_i16x8_u(samples, samples), 0);
    from = below;
    out += 8;
  }
}
