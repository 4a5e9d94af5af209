/** Sums of absolute differences over 16x16 luma samples. At most 16 rows x 2 x 255 per lane: it fits 16 bits. */

export function sumOfDifferences(a: usize, aStride: i32, b: usize, bStride: i32): i32 {
  let sum = i16x8.splat(0);
  for (let y = 0; y < 16; y++) {
    sum = i16x8.add(sum, pairwiseDifferences(v128.load(a), v128.load(b)));
    a += aStride;
    b += bStride;
  }
  return total(sum);
}

/** Against the rounded average of two blocks that share a stride, as quarter-sample positions are made. */
export function sumOfDifferencesToAverage(a: usize, aStride: i32, b: usize, bStride: i32, c: usize, cStride: i32): i32 {
  let sum = i16x8.splat(0);
  for (let y = 0; y < 16; y++) {
    sum = i16x8.add(sum, pairwiseDifferences(v128.load(a), i8x16.avgr_u(v128.load(b), v128.load(c))));
    a += aStride;
    b += bStride;
    c += cStride;
  }
  return total(sum);
}

/** Against one row of 16 samples (or a flat one), repeated. */
export function sumOfDifferencesToRow(a: usize, aStride: i32, row: v128): i32 {
  let sum = i16x8.splat(0);
  for (let y = 0; y < 16; y++) {
    sum = i16x8.add(sum, pairwiseDifferences(v128.load(a), row));
    a += aStride;
  }
  return total(sum);
}

// @ts-ignore: decorator
@inline
function pairwiseDifferences(a: v128, b: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_u(v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a)));
}

// @ts-ignore: decorator
@inline
function total(sum: v128): i32 {
  const quarters = i32x4.extadd_pairwise_i16x8_u(sum);
  const halves = i32x4.add(quarters, i32x4.shuffle(quarters, quarters, 2, 3, 0, 1));
  return i32x4.extract_lane(halves, 0) + i32x4.extract_lane(halves, 1);
}
