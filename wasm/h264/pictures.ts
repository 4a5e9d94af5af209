/** The three pictures: what the caller painted, what is being reconstructed, and the reconstruction before it. */
import { reserve } from './arena';
import {
  CHROMA_BORDER,
  LUMA_BORDER,
  cbOffset,
  chromaOffsetOf,
  chromaStride,
  codedHeight,
  codedWidth,
  crOffset,
  lumaOffsetOf,
  lumaStride,
  pictureBytes,
  pictureOrigin,
} from './frame-layout';

const BLACK_LUMA: u8 = 16;
const NEUTRAL_CHROMA: u8 = 128;

export let source: usize = 0;
export let current: usize = 0;
export let reference: usize = 0;

/** Reserves the pictures; the source starts black. */
export function reservePictures(): void {
  source = reserve(pictureBytes) + pictureOrigin;
  current = reserve(pictureBytes) + pictureOrigin;
  reference = reserve(pictureBytes) + pictureOrigin;
  const start = source - pictureOrigin;
  const lumaBytes = <usize>(lumaStride * (codedHeight + 2 * LUMA_BORDER));
  memory.fill(start, BLACK_LUMA, lumaBytes);
  memory.fill(start + lumaBytes, NEUTRAL_CHROMA, pictureBytes - lumaBytes);
}

/** The last reconstruction becomes the reference of the next. */
export function swapReconstructions(): void {
  const previous = current;
  current = reference;
  reference = previous;
}

export function copyWholeReference(): void {
  memory.copy(current - pictureOrigin, reference - pictureOrigin, pictureBytes);
}

export function copyMacroblockFromReference(column: i32, row: i32): void {
  let offset = lumaOffsetOf(column, row);
  for (let y = 0; y < 16; y++) {
    v128.store(current + offset, v128.load(reference + offset));
    offset += lumaStride;
  }
  offset = chromaOffsetOf(column, row);
  for (let y = 0; y < 8; y++) {
    store<u64>(current + cbOffset + offset, load<u64>(reference + cbOffset + offset));
    store<u64>(current + crOffset + offset, load<u64>(reference + crOffset + offset));
    offset += chromaStride;
  }
}

/** Repeats the edge samples of the reconstruction into its border, as 8.4.2.2.1 and 8.4.2.2.2 clamp coordinates. */
export function extendBorders(): void {
  extendPlane(current, codedWidth, codedHeight, lumaStride, LUMA_BORDER);
  extendPlane(current + cbOffset, codedWidth >> 1, codedHeight >> 1, chromaStride, CHROMA_BORDER);
  extendPlane(current + crOffset, codedWidth >> 1, codedHeight >> 1, chromaStride, CHROMA_BORDER);
}

function extendPlane(plane: usize, width: i32, height: i32, stride: i32, border: i32): void {
  let row = plane;
  for (let y = 0; y < height; y++) {
    const left = i8x16.splat(load<i8>(row));
    const right = i8x16.splat(load<i8>(row + width - 1));
    for (let x = 0; x < border; x += 16) {
      v128.store(row - border + x, left);
      v128.store(row + width + x, right);
    }
    row += stride;
  }
  const top = plane - border;
  const bottom = plane + (height - 1) * stride - border;
  for (let y = 1; y <= border; y++) {
    memory.copy(top - y * stride, top, stride);
    memory.copy(bottom + y * stride, bottom, stride);
  }
}

/**
 * Repeats the last visible column and row of the source out to the coded size, after a change of the given visible
 * rectangle: what lies outside the crop is coded too and should cost nothing.
 */
export function extendSourceToCodedSize(
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  pictureWidth: i32,
  pictureHeight: i32,
): void {
  extendSourcePlane(source, x, y, width, height, pictureWidth, pictureHeight, codedWidth, codedHeight, lumaStride);
  for (let plane = 0; plane < 2; plane++) {
    const address = source + (plane == 0 ? cbOffset : crOffset);
    extendSourcePlane(
      address,
      x >> 1,
      y >> 1,
      width >> 1,
      height >> 1,
      pictureWidth >> 1,
      pictureHeight >> 1,
      codedWidth >> 1,
      codedHeight >> 1,
      chromaStride,
    );
  }
}

function extendSourcePlane(
  plane: usize,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  visibleWidth: i32,
  visibleHeight: i32,
  extendedWidth: i32,
  extendedHeight: i32,
  stride: i32,
): void {
  let rowLength = width;
  if (x + width == visibleWidth && extendedWidth > visibleWidth) {
    for (let i = y; i < y + height; i++) {
      const end = plane + i * stride + visibleWidth;
      memory.fill(end, load<u8>(end - 1), extendedWidth - visibleWidth);
    }
    rowLength += extendedWidth - visibleWidth;
  }
  if (y + height == visibleHeight) {
    const lastRow = plane + (visibleHeight - 1) * stride + x;
    for (let i = visibleHeight; i < extendedHeight; i++) {
      memory.copy(lastRow + (i - visibleHeight + 1) * stride, lastRow, rowLength);
    }
  }
}
