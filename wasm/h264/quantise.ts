/**
 * Quantisation and its inverse. A quantiser set holds, for one plane kind and prediction kind, what the four vectors of a
 * block pair need. The scales are normAdjust4x4 of 8.5.9, which has three values: positions with both coordinates even, both
 * odd, and the rest. Multiplier x scale x (squared norm of the transform's basis) is 2^21, so that the two cancel.
 */

const MULTIPLIER_EVEN: usize = 0;
const MULTIPLIER_ODD: usize = 16;
const SCALE_EVEN: usize = 32;
const SCALE_ODD: usize = 48;
const ROUNDING: usize = 64;
const SHIFT: usize = 80;
const DC_MULTIPLIER: usize = 84;
const DC_SCALE: usize = 88;
const DC_ROUNDING: usize = 92;
const SET_BYTES: i32 = 96;

export const LUMA_INTER: usize = memory.data(SET_BYTES, 16);
export const LUMA_INTRA: usize = memory.data(SET_BYTES, 16);
export const CHROMA_INTER: usize = memory.data(SET_BYTES, 16);
export const CHROMA_INTRA: usize = memory.data(SET_BYTES, 16);

/** Forward multipliers for quantiser % 6, of positions (even, even), (odd, odd), mixed. */
// prettier-ignore
const MULTIPLIERS = memory.data<u16>([
  13107,5243,8066, 11916,4660,7490, 10082,4194,6554, 9362,3647,5825, 8192,3355,5243, 7282,2893,4559,
]);
/** normAdjust4x4 of 8.5.9 in the same order. */
// prettier-ignore
const SCALES = memory.data<u16>([10,16,13, 11,18,14, 13,20,16, 14,23,18, 16,25,20, 18,29,23]);
/** Table 8-15: the chroma quantiser of luma quantisers 30..51. */
// prettier-ignore
const CHROMA_QUANTISERS = memory.data<u8>([29,30,31,32,32,33,34,34,35,35,36,36,37,37,37,38,38,38,39,39,39,39]);

/** Scan position of each coefficient is fixed by the shuffles of `storeLevels`; this is where a luma DC goes. */
// prettier-ignore
export const ZIGZAG = memory.data<u8>([0,1,4,8,5,2,3,6,9,12,13,10,7,11,14,15]);

export let quantiser: i32 = 0;

/** Fills the four sets for a luma quantiser of 0..51. */
export function setQuantiser(value: i32): void {
  quantiser = value;
  const chroma = value < 30 ? value : <i32>load<u8>(CHROMA_QUANTISERS + (value - 30));
  fillSet(LUMA_INTER, value, false);
  fillSet(LUMA_INTRA, value, true);
  fillSet(CHROMA_INTER, chroma, false);
  fillSet(CHROMA_INTRA, chroma, true);
}

function fillSet(set: usize, value: i32, intra: bool): void {
  const multipliers = MULTIPLIERS + <usize>((value % 6) * 6);
  const scales = SCALES + <usize>((value % 6) * 6);
  const octave = value / 6;
  const shift = 15 + octave;
  // A third (intra) or a sixth (inter) of a step is added before truncation: the usual dead zones.
  const rounding = (1 << shift) / (intra ? 3 : 6);
  v128.store(set + MULTIPLIER_EVEN, alternating(load<u16>(multipliers), load<u16>(multipliers, 4)));
  v128.store(set + MULTIPLIER_ODD, alternating(load<u16>(multipliers, 4), load<u16>(multipliers, 2)));
  v128.store(set + SCALE_EVEN, i16x8.shl(alternating(load<u16>(scales), load<u16>(scales, 4)), octave));
  v128.store(set + SCALE_ODD, i16x8.shl(alternating(load<u16>(scales, 4), load<u16>(scales, 2)), octave));
  v128.store(set + ROUNDING, i32x4.splat(rounding));
  store<i32>(set + SHIFT, shift);
  store<i32>(set + DC_MULTIPLIER, <i32>load<u16>(multipliers));
  store<i32>(set + DC_SCALE, (<i32>load<u16>(scales)) << octave);
  store<i32>(set + DC_ROUNDING, 2 * rounding);
}

function alternating(even: u16, odd: u16): v128 {
  const both = <u32>even | ((<u32>odd) << 16);
  return i32x4.splat(<i32>both);
}

/** Replaces a pair's coefficients by levels. Returns whether any is not zero. */
export function quantisePair(pair: usize, set: usize): bool {
  const even = v128.load(set, MULTIPLIER_EVEN);
  const odd = v128.load(set, MULTIPLIER_ODD);
  const rounding = v128.load(set, ROUNDING);
  const shift = load<i32>(set, SHIFT);
  const level0 = quantiseVector(v128.load(pair), even, rounding, shift);
  const level1 = quantiseVector(v128.load(pair, 16), odd, rounding, shift);
  const level2 = quantiseVector(v128.load(pair, 32), even, rounding, shift);
  const level3 = quantiseVector(v128.load(pair, 48), odd, rounding, shift);
  v128.store(pair, level0);
  v128.store(pair, level1, 16);
  v128.store(pair, level2, 32);
  v128.store(pair, level3, 48);
  return v128.any_true(v128.or(v128.or(level0, level1), v128.or(level2, level3)));
}

// @ts-ignore: decorator
@inline
function quantiseVector(coefficients: v128, multipliers: v128, rounding: v128, shift: i32): v128 {
  const magnitude = i16x8.abs(coefficients);
  const low = i32x4.shr_u(i32x4.add(i32x4.extmul_low_i16x8_s(magnitude, multipliers), rounding), shift);
  const high = i32x4.shr_u(i32x4.add(i32x4.extmul_high_i16x8_s(magnitude, multipliers), rounding), shift);
  const levels = i16x8.narrow_i32x4_s(low, high);
  const sign = i16x8.shr_s(coefficients, 15);
  return i16x8.sub(v128.xor(levels, sign), sign);
}

/** Replaces a pair's levels by scaled coefficients, 8.5.12.1. */
export function scalePair(pair: usize, set: usize): void {
  const even = v128.load(set, SCALE_EVEN);
  const odd = v128.load(set, SCALE_ODD);
  v128.store(pair, i16x8.mul(v128.load(pair), even));
  v128.store(pair, i16x8.mul(v128.load(pair, 16), odd), 16);
  v128.store(pair, i16x8.mul(v128.load(pair, 32), even), 32);
  v128.store(pair, i16x8.mul(v128.load(pair, 48), odd), 48);
}

/**
 * Writes a pair's levels in zigzag order (Figure 8-8, over the transposed layout): left block's 16 levels, then right's, at
 * `levels`; and for each a mask of its non-zero levels at `masks`.
 */
export function storeLevels(pair: usize, levels: usize, masks: usize): void {
  const row0 = v128.load(pair);
  const row1 = v128.load(pair, 16);
  const row2 = v128.load(pair, 32);
  const row3 = v128.load(pair, 48);
  storeBlockLevels(
    i16x8.shuffle(row0, row1, 0, 1, 2, 3, 8, 9, 10, 11),
    i16x8.shuffle(row2, row3, 0, 1, 2, 3, 8, 9, 10, 11),
    levels,
    masks,
  );
  storeBlockLevels(
    i16x8.shuffle(row0, row1, 4, 5, 6, 7, 12, 13, 14, 15),
    i16x8.shuffle(row2, row3, 4, 5, 6, 7, 12, 13, 14, 15),
    levels + 32,
    masks + 4,
  );
}

// @ts-ignore: decorator
@inline
function storeBlockLevels(upper: v128, lower: v128, levels: usize, mask: usize): void {
  const first = i16x8.shuffle(upper, lower, 0, 4, 1, 2, 5, 8, 12, 9);
  const second = i16x8.shuffle(upper, lower, 6, 3, 7, 10, 13, 14, 11, 15);
  const zero = i16x8.splat(0);
  v128.store(levels, first);
  v128.store(levels, second, 16);
  const nonZero = i8x16.narrow_i16x8_s(i16x8.ne(first, zero), i16x8.ne(second, zero));
  store<u32>(mask, <u32>i8x16.bitmask(nonZero));
}

/** A DC coefficient after its second transform: twice the step, hence one more bit of shift. */
// @ts-ignore: decorator
@inline
export function quantiseDc(value: i32, set: usize): i32 {
  const magnitude = value < 0 ? -value : value;
  const level =
    (magnitude * load<i32>(set, DC_MULTIPLIER) + load<i32>(set, DC_ROUNDING)) >> (load<i32>(set, SHIFT) + 1);
  return value < 0 ? -level : level;
}

// @ts-ignore: decorator
@inline
export function dcScale(set: usize): i32 {
  return load<i32>(set, DC_SCALE);
}
