/**
 * Opaque RGBA to I420, BT.709 limited range, into a picture that already holds samples: macroblocks whose samples change
 * are marked. A chroma sample is the mean of 2x2 pixels.
 */

/** BT.709 luma weights (0.2126, 0.7152, 0.0722) x 219/255, in 256ths; their sum takes 255 to 219. */
const RED_TO_LUMA: i16 = 47;
const GREEN_TO_LUMA: i16 = 157;
const BLUE_TO_LUMA: i16 = 16;
const LUMA_FLOOR: i16 = 16;

/** Chroma weights x 224/255, in 16384ths; each three sum to zero, so that greys stay neutral. */
const OWN_TO_CHROMA: i32 = 7196;
const RED_TO_CB: i32 = 1649;
const GREEN_TO_CB: i32 = 5547;
const BLUE_TO_CR: i32 = 660;
const GREEN_TO_CR: i32 = 6536;
/** The weights apply to sums of four pixels, hence two bits more. */
const CHROMA_SHIFT: i32 = 16;
/** 128 and half a unit for rounding. */
const CHROMA_MIDDLE: i32 = (128 << CHROMA_SHIFT) + (1 << (CHROMA_SHIFT - 1));

/**
 * `rgba` holds rows of `width` pixels; x, y, width and height are even. `changed` is a map of bytes, one a macroblock,
 * `mapStride` to a row.
 */
export function rgbaToI420(
  rgba: usize,
  width: i32,
  height: i32,
  luma: usize,
  cb: usize,
  cr: usize,
  lumaStride: i32,
  chromaStride: i32,
  x: i32,
  y: i32,
  changed: usize,
  mapStride: i32,
): void {
  const rowBytes = width << 2;
  for (let row = 0; row < height; row += 2) {
    const upper = rgba + row * rowBytes;
    const lumaAt = luma + (y + row) * lumaStride + x;
    const chromaAt = ((y + row) >> 1) * chromaStride + (x >> 1);
    const map = changed + ((y + row) >> 4) * mapStride;
    if (width < 8) {
      for (let column = 0; column < width; column += 2) {
        const from = upper + (column << 2);
        const half = chromaAt + (column >> 1);
        if (convertFour(from, rowBytes, lumaAt + column, lumaStride, cb + half, cr + half)) {
          store<u8>(map + ((x + column) >> 4), 1);
        }
      }
      continue;
    }
    for (let column = 0; column < width; column += 8) {
      // The last group steps back over pixels already done rather than past the row.
      const at = min(column, width - 8);
      const from = upper + (at << 2);
      const half = chromaAt + (at >> 1);
      if (convertEight(from, rowBytes, lumaAt + at, lumaStride, cb + half, cr + half)) {
        store<u8>(map + ((x + at) >> 4), 1);
        store<u8>(map + ((x + at + 7) >> 4), 1);
      }
    }
  }
}

/** Eight pixels of two rows. Returns whether any sample changed. */
// @ts-ignore: decorator
@inline
function convertEight(from: usize, rowBytes: i32, luma: usize, lumaStride: i32, cb: usize, cr: usize): bool {
  const lowByte = i16x8.splat(0xff);
  let left = v128.load(from);
  let right = v128.load(from, 16);
  let redGreen = i16x8.shuffle(left, right, 0, 2, 4, 6, 8, 10, 12, 14);
  let blueAlpha = i16x8.shuffle(left, right, 1, 3, 5, 7, 9, 11, 13, 15);
  const red0 = v128.and(redGreen, lowByte);
  const green0 = i16x8.shr_u(redGreen, 8);
  const blue0 = v128.and(blueAlpha, lowByte);
  left = v128.load(from + rowBytes);
  right = v128.load(from + rowBytes, 16);
  redGreen = i16x8.shuffle(left, right, 0, 2, 4, 6, 8, 10, 12, 14);
  blueAlpha = i16x8.shuffle(left, right, 1, 3, 5, 7, 9, 11, 13, 15);
  const red1 = v128.and(redGreen, lowByte);
  const green1 = i16x8.shr_u(redGreen, 8);
  const blue1 = v128.and(blueAlpha, lowByte);

  const lumas = i8x16.narrow_i16x8_u(lumaOf(red0, green0, blue0), lumaOf(red1, green1, blue1));
  const red = i32x4.extadd_pairwise_i16x8_u(i16x8.add(red0, red1));
  const green = i32x4.extadd_pairwise_i16x8_u(i16x8.add(green0, green1));
  const blue = i32x4.extadd_pairwise_i16x8_u(i16x8.add(blue0, blue1));
  const cbs = chromaOf(blue, red, green, RED_TO_CB, GREEN_TO_CB);
  const crs = chromaOf(red, blue, green, BLUE_TO_CR, GREEN_TO_CR);
  const words = i16x8.narrow_i32x4_u(cbs, crs);
  const chromas = i8x16.narrow_i16x8_u(words, words);

  const newUpper = i64x2.extract_lane(lumas, 0);
  const newLower = i64x2.extract_lane(lumas, 1);
  const newCb = i32x4.extract_lane(chromas, 0);
  const newCr = i32x4.extract_lane(chromas, 1);
  const lumaDifference = (newUpper ^ load<i64>(luma)) | (newLower ^ load<i64>(luma + lumaStride));
  const chromaDifference = (newCb ^ load<i32>(cb)) | (newCr ^ load<i32>(cr));
  if (lumaDifference == 0 && chromaDifference == 0) return false;
  store<i64>(luma, newUpper);
  store<i64>(luma + lumaStride, newLower);
  store<i32>(cb, newCb);
  store<i32>(cr, newCr);
  return true;
}

// @ts-ignore: decorator
@inline
function lumaOf(red: v128, green: v128, blue: v128): v128 {
  const redGreen = i16x8.add(i16x8.mul(red, i16x8.splat(RED_TO_LUMA)), i16x8.mul(green, i16x8.splat(GREEN_TO_LUMA)));
  const rounded = i16x8.add(i16x8.mul(blue, i16x8.splat(BLUE_TO_LUMA)), i16x8.splat(128));
  return i16x8.add(i16x8.shr_u(i16x8.add(redGreen, rounded), 8), i16x8.splat(LUMA_FLOOR));
}

// @ts-ignore: decorator
@inline
function chromaOf(own: v128, other: v128, green: v128, otherWeight: i32, greenWeight: i32): v128 {
  const rest = i32x4.add(i32x4.mul(other, i32x4.splat(otherWeight)), i32x4.mul(green, i32x4.splat(greenWeight)));
  const sum = i32x4.add(i32x4.splat(CHROMA_MIDDLE), i32x4.sub(i32x4.mul(own, i32x4.splat(OWN_TO_CHROMA)), rest));
  return i32x4.shr_s(sum, CHROMA_SHIFT);
}

/** Two pixels of two rows, for pictures and rectangles narrower than eight; the same arithmetic. */
function convertFour(from: usize, rowBytes: i32, luma: usize, lumaStride: i32, cb: usize, cr: usize): bool {
  let red = 0;
  let green = 0;
  let blue = 0;
  let differs = false;
  for (let pixel = 0; pixel < 4; pixel++) {
    const at = from + (pixel >> 1) * rowBytes + ((pixel & 1) << 2);
    const pixelRed = <i32>load<u8>(at);
    const pixelGreen = <i32>load<u8>(at, 1);
    const pixelBlue = <i32>load<u8>(at, 2);
    const value =
      ((pixelRed * RED_TO_LUMA + pixelGreen * GREEN_TO_LUMA + pixelBlue * BLUE_TO_LUMA + 128) >> 8) + LUMA_FLOOR;
    differs = storeIfDifferent(luma + (pixel >> 1) * lumaStride + (pixel & 1), value) || differs;
    red += pixelRed;
    green += pixelGreen;
    blue += pixelBlue;
  }
  const blueDifference = (CHROMA_MIDDLE + OWN_TO_CHROMA * blue - RED_TO_CB * red - GREEN_TO_CB * green) >> CHROMA_SHIFT;
  const redDifference = (CHROMA_MIDDLE + OWN_TO_CHROMA * red - BLUE_TO_CR * blue - GREEN_TO_CR * green) >> CHROMA_SHIFT;
  differs = storeIfDifferent(cb, blueDifference) || differs;
  return storeIfDifferent(cr, redDifference) || differs;
}

function storeIfDifferent(address: usize, value: i32): bool {
  if (<i32>load<u8>(address) == value) return false;
  store<u8>(address, <u8>value);
  return true;
}
