/**
 * Sizes and offsets that every picture shares. A picture is known by the address of its first luma sample; each plane has
 * a border, so that motion vectors may point outside the picture as the standard lets them.
 */

/** Samples of border around luma; chroma has half of it. */
export const LUMA_BORDER: i32 = 32;
export const CHROMA_BORDER: i32 = LUMA_BORDER / 2;

/** Vector loads may read past the last row. */
const GUARD_BYTES: usize = 64;

export let visibleWidth: i32 = 0;
export let visibleHeight: i32 = 0;
export let macroblockColumns: i32 = 0;
export let macroblockRows: i32 = 0;
export let macroblockCount: i32 = 0;
export let codedWidth: i32 = 0;
export let codedHeight: i32 = 0;
export let lumaStride: i32 = 0;
export let chromaStride: i32 = 0;
/** From a picture's first luma sample to its first Cb and Cr sample. */
export let cbOffset: usize = 0;
export let crOffset: usize = 0;
/** Bytes of a picture with its borders, and from there to the first luma sample. */
export let pictureBytes: usize = 0;
export let pictureOrigin: usize = 0;

export function setFrameSize(width: i32, height: i32): void {
  visibleWidth = width;
  visibleHeight = height;
  macroblockColumns = (width + 15) >> 4;
  macroblockRows = (height + 15) >> 4;
  macroblockCount = macroblockColumns * macroblockRows;
  codedWidth = macroblockColumns << 4;
  codedHeight = macroblockRows << 4;
  lumaStride = codedWidth + 2 * LUMA_BORDER;
  chromaStride = lumaStride >> 1;
  const lumaBytes: usize = lumaStride * (codedHeight + 2 * LUMA_BORDER);
  const chromaBytes: usize = chromaStride * ((codedHeight >> 1) + 2 * CHROMA_BORDER);
  const chromaOrigin: usize = chromaStride * CHROMA_BORDER + CHROMA_BORDER;
  pictureOrigin = lumaStride * LUMA_BORDER + LUMA_BORDER;
  cbOffset = lumaBytes + chromaOrigin - pictureOrigin;
  crOffset = cbOffset + chromaBytes;
  pictureBytes = lumaBytes + 2 * chromaBytes + GUARD_BYTES;
}

// @ts-ignore: decorator
@inline
export function lumaOffsetOf(column: i32, row: i32): usize {
  return <usize>((row * lumaStride + column) << 4);
}

// @ts-ignore: decorator
@inline
export function chromaOffsetOf(column: i32, row: i32): usize {
  return <usize>((row * chromaStride + column) << 3);
}
