/**
 * A pair of horizontally adjacent 4x4 blocks is the unit of all transform arithmetic: eight samples of a row fill one
 * vector. In memory it is four vectors of eight i16; lanes 0..3 are the left block, 4..7 the right. After the forward
 * transform, vector c, lane r holds the coefficient of column c and row r (transposed, as the zigzag and the inverse expect).
 */

export const PAIR_BYTES: usize = 64;

/** residual = source - prediction, then the 4x4 core transform (8.6.1 inverted); four rows of eight samples. */
export function forwardTransform(
  source: usize,
  sourceStride: i32,
  prediction: usize,
  predictionStride: i32,
  pair: usize,
): void {
  let row0 = i16x8.sub(v128.load8x8_u(source), v128.load8x8_u(prediction));
  source += sourceStride;
  prediction += predictionStride;
  let row1 = i16x8.sub(v128.load8x8_u(source), v128.load8x8_u(prediction));
  source += sourceStride;
  prediction += predictionStride;
  let row2 = i16x8.sub(v128.load8x8_u(source), v128.load8x8_u(prediction));
  let row3 = i16x8.sub(v128.load8x8_u(source + sourceStride), v128.load8x8_u(prediction + predictionStride));

  let outerSum = i16x8.add(row0, row3);
  let outerDifference = i16x8.sub(row0, row3);
  let innerSum = i16x8.add(row1, row2);
  let innerDifference = i16x8.sub(row1, row2);
  row0 = i16x8.add(outerSum, innerSum);
  row1 = i16x8.add(i16x8.shl(outerDifference, 1), innerDifference);
  row2 = i16x8.sub(outerSum, innerSum);
  row3 = i16x8.sub(outerDifference, i16x8.shl(innerDifference, 1));

  const low01 = i16x8.shuffle(row0, row1, 0, 8, 1, 9, 4, 12, 5, 13);
  const high01 = i16x8.shuffle(row0, row1, 2, 10, 3, 11, 6, 14, 7, 15);
  const low23 = i16x8.shuffle(row2, row3, 0, 8, 1, 9, 4, 12, 5, 13);
  const high23 = i16x8.shuffle(row2, row3, 2, 10, 3, 11, 6, 14, 7, 15);
  row0 = i32x4.shuffle(low01, low23, 0, 4, 2, 6);
  row1 = i32x4.shuffle(low01, low23, 1, 5, 3, 7);
  row2 = i32x4.shuffle(high01, high23, 0, 4, 2, 6);
  row3 = i32x4.shuffle(high01, high23, 1, 5, 3, 7);

  outerSum = i16x8.add(row0, row3);
  outerDifference = i16x8.sub(row0, row3);
  innerSum = i16x8.add(row1, row2);
  innerDifference = i16x8.sub(row1, row2);
  v128.store(pair, i16x8.add(outerSum, innerSum));
  v128.store(pair, i16x8.add(i16x8.shl(outerDifference, 1), innerDifference), 16);
  v128.store(pair, i16x8.sub(outerSum, innerSum), 32);
  v128.store(pair, i16x8.sub(outerDifference, i16x8.shl(innerDifference, 1)), 48);
}

/** The inverse transform of scaled coefficients (8.5.12.2), added to the prediction and clipped to samples. */
export function inverseTransform(
  pair: usize,
  prediction: usize,
  predictionStride: i32,
  destination: usize,
  destinationStride: i32,
): void {
  let row0 = v128.load(pair);
  let row1 = v128.load(pair, 16);
  let row2 = v128.load(pair, 32);
  let row3 = v128.load(pair, 48);

  let evenSum = i16x8.add(row0, row2);
  let evenDifference = i16x8.sub(row0, row2);
  let oddDifference = i16x8.sub(i16x8.shr_s(row1, 1), row3);
  let oddSum = i16x8.add(row1, i16x8.shr_s(row3, 1));
  row0 = i16x8.add(evenSum, oddSum);
  row1 = i16x8.add(evenDifference, oddDifference);
  row2 = i16x8.sub(evenDifference, oddDifference);
  row3 = i16x8.sub(evenSum, oddSum);

  const low01 = i16x8.shuffle(row0, row1, 0, 8, 1, 9, 4, 12, 5, 13);
  const high01 = i16x8.shuffle(row0, row1, 2, 10, 3, 11, 6, 14, 7, 15);
  const low23 = i16x8.shuffle(row2, row3, 0, 8, 1, 9, 4, 12, 5, 13);
  const high23 = i16x8.shuffle(row2, row3, 2, 10, 3, 11, 6, 14, 7, 15);
  row0 = i32x4.shuffle(low01, low23, 0, 4, 2, 6);
  row1 = i32x4.shuffle(low01, low23, 1, 5, 3, 7);
  row2 = i32x4.shuffle(high01, high23, 0, 4, 2, 6);
  row3 = i32x4.shuffle(high01, high23, 1, 5, 3, 7);

  evenSum = i16x8.add(row0, row2);
  evenDifference = i16x8.sub(row0, row2);
  oddDifference = i16x8.sub(i16x8.shr_s(row1, 1), row3);
  oddSum = i16x8.add(row1, i16x8.shr_s(row3, 1));
  storeSamples(i16x8.add(evenSum, oddSum), prediction, destination);
  prediction += predictionStride;
  destination += destinationStride;
  storeSamples(i16x8.add(evenDifference, oddDifference), prediction, destination);
  prediction += predictionStride;
  destination += destinationStride;
  storeSamples(i16x8.sub(evenDifference, oddDifference), prediction, destination);
  storeSamples(i16x8.sub(evenSum, oddSum), prediction + predictionStride, destination + destinationStride);
}

// @ts-ignore: decorator
@inline
function storeSamples(residual: v128, prediction: usize, destination: usize): void {
  const rounded = i16x8.shr_s(i16x8.add(residual, i16x8.splat(32)), 6);
  const samples = i16x8.add(rounded, v128.load8x8_u(prediction));
  v128.store64_lane(destination, i8x16.narrow_i16x8_u(samples, samples), 0);
}

/** Copies eight samples of four rows. */
export function copyPair(from: usize, fromStride: i32, to: usize, toStride: i32): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to + toStride, load<u64>(from + fromStride));
  store<u64>(to + 2 * toStride, load<u64>(from + 2 * fromStride));
  store<u64>(to + 3 * toStride, load<u64>(from + 3 * fromStride));
}

/** The DC coefficient (column 0, row 0) of the left or right block. */
// @ts-ignore: decorator
@inline
export function dcOf(pair: usize, right: i32): i32 {
  return <i32>load<i16>(pair + <usize>(right << 3));
}

// @ts-ignore: decorator
@inline
export function setDc(pair: usize, right: i32, value: i32): void {
  store<i16>(pair + <usize>(right << 3), <i16>value);
}
