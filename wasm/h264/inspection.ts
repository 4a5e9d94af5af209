/** What the tests look at: pictures, code tables, and single blocks and NAL units written on their own. */
import { beginBits, bitCount, finishBits } from './bit-writer';
import { clearLevelOverflow, levelOverflowed, writeResidualBlock } from './cavlc';
import {
  CHROMA_DC_TOKEN_CODES,
  CHROMA_DC_TOKEN_LENGTHS,
  CHROMA_DC_TOTAL_ZEROS_CODES,
  CHROMA_DC_TOTAL_ZEROS_LENGTHS,
  COEFFICIENT_TOKEN_CODES,
  COEFFICIENT_TOKEN_LENGTHS,
  RUN_BEFORE_CODES,
  RUN_BEFORE_LENGTHS,
  TOTAL_ZEROS_CODES,
  TOTAL_ZEROS_LENGTHS,
} from './cavlc-tables';
import { cbOffset, chromaStride, crOffset, lumaStride } from './frame-layout';
import { writeNalUnit } from './nal';
import { current, source } from './pictures';

/** Address of plane 0 (luma), 1 (Cb) or 2 (Cr) of the last reconstruction, or of the source. */
export function planeAddress(plane: i32, ofSource: bool): usize {
  return (ofSource ? source : current) + (plane == 0 ? 0 : plane == 1 ? cbOffset : crOffset);
}

export function planeStride(plane: i32): i32 {
  return plane == 0 ? lumaStride : chromaStride;
}

/** Code lengths (even) and code words (odd) of: coefficient tokens, their chroma DC form, total zeros, its chroma DC form, runs. */
export function codeTableAddress(table: i32): usize {
  if (table == 0) return COEFFICIENT_TOKEN_LENGTHS;
  if (table == 1) return COEFFICIENT_TOKEN_CODES;
  if (table == 2) return CHROMA_DC_TOKEN_LENGTHS;
  if (table == 3) return CHROMA_DC_TOKEN_CODES;
  if (table == 4) return TOTAL_ZEROS_LENGTHS;
  if (table == 5) return TOTAL_ZEROS_CODES;
  if (table == 6) return CHROMA_DC_TOTAL_ZEROS_LENGTHS;
  if (table == 7) return CHROMA_DC_TOTAL_ZEROS_CODES;
  return table == 8 ? RUN_BEFORE_LENGTHS : RUN_BEFORE_CODES;
}

/** Writes one block's levels (i16 at `levels`) at `out` with the trailing bit; returns its bits without it, or -1 if a level is too large. */
export function inspectResidualBlock(levels: usize, mask: u32, context: i32, capacity: i32, out: usize): i32 {
  clearLevelOverflow();
  beginBits(out);
  writeResidualBlock(levels, mask, context, capacity);
  const bits = bitCount();
  finishBits();
  return levelOverflowed ? -1 : bits;
}

export function inspectNalUnit(header: i32, payload: usize, byteCount: i32, destination: usize): i32 {
  return <i32>(writeNalUnit(<u8>header, payload, byteCount, destination) - destination);
}
