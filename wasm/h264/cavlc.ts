/** Context-adaptive variable-length coding of one block of transform coefficient levels, ITU-T H.264 clause 9.2. */
import { putBits } from './bit-writer';
import {
  CHROMA_DC_TOKEN_CODES,
  CHROMA_DC_TOKEN_LENGTHS,
  CHROMA_DC_TOTAL_ZEROS_CODES,
  CHROMA_DC_TOTAL_ZEROS_LENGTHS,
  COEFFICIENT_TOKEN_CODES,
  COEFFICIENT_TOKEN_LENGTHS,
  COEFFICIENT_TOKEN_TABLE_SIZE,
  RUN_BEFORE_CODES,
  RUN_BEFORE_LENGTHS,
  TOTAL_ZEROS_CODES,
  TOTAL_ZEROS_LENGTHS,
} from './cavlc-tables';

/** The context of a chroma DC block, which has its own tables. */
export const CHROMA_DC_CONTEXT: i32 = -1;

/** The largest suffix of level_prefix 15. Baseline forbids longer prefixes, so a level beyond cannot be coded at all. */
const LARGEST_ESCAPE: i32 = 4095;

/** Set when a level was too large for any code; the macroblock must then be sent another way. */
export let levelOverflowed: bool = false;

export function clearLevelOverflow(): void {
  levelOverflowed = false;
}

/**
 * Writes the block whose levels (i16, in scan order) are at `levels`; bit i of `mask` says that level i is not zero.
 * `context` is nC of 9.2.1; `capacity` is 4 (chroma DC), 15 (AC) or 16. Returns the number of non-zero levels.
 */
export function writeResidualBlock(levels: usize, mask: u32, context: i32, capacity: i32): i32 {
  const total = <i32>popcnt(mask);
  let tokenLengths = CHROMA_DC_TOKEN_LENGTHS;
  let tokenCodes = CHROMA_DC_TOKEN_CODES;
  if (context != CHROMA_DC_CONTEXT) {
    const table = (context < 2 ? 0 : context < 4 ? 1 : context < 8 ? 2 : 3) * COEFFICIENT_TOKEN_TABLE_SIZE;
    tokenLengths = COEFFICIENT_TOKEN_LENGTHS + table;
    tokenCodes = COEFFICIENT_TOKEN_CODES + table;
  }
  if (total == 0) {
    putBits(load<u8>(tokenLengths), load<u8>(tokenCodes));
    return 0;
  }

  // Levels are sent from the highest frequency down; up to three of magnitude 1 at the start are sent as signs alone.
  let remaining = mask;
  let trailingOnes = 0;
  let signs: u32 = 0;
  while (remaining != 0 && trailingOnes < 3) {
    const index = 31 - <i32>clz(remaining);
    const level = <i32>load<i16>(levels + (index << 1));
    if (level != 1 && level != -1) break;
    signs = (signs << 1) | (level < 0 ? 1 : 0);
    trailingOnes++;
    remaining &= ~(1 << index);
  }
  const token = total * 4 + trailingOnes;
  putBits(load<u8>(tokenLengths + token), load<u8>(tokenCodes + token));
  if (trailingOnes > 0) putBits(trailingOnes, signs);
  if (remaining != 0) writeLevels(levels, remaining, total > 10 && trailingOnes < 3 ? 1 : 0, trailingOnes < 3);

  const last = 31 - <i32>clz(mask);
  const totalZeros = last + 1 - total;
  if (total < capacity) {
    if (context == CHROMA_DC_CONTEXT) {
      const entry = (total - 1) * 4 + totalZeros;
      putBits(load<u8>(CHROMA_DC_TOTAL_ZEROS_LENGTHS + entry), load<u8>(CHROMA_DC_TOTAL_ZEROS_CODES + entry));
    } else {
      const entry = (total - 1) * 16 + totalZeros;
      putBits(load<u8>(TOTAL_ZEROS_LENGTHS + entry), load<u8>(TOTAL_ZEROS_CODES + entry));
    }
  }
  writeRuns(mask, totalZeros);
  return total;
}

/** level_prefix and level_suffix of each level in `remaining`, 9.2.2.1. */
function writeLevels(levels: usize, remaining: u32, firstSuffixLength: i32, firstIsNotOne: bool): void {
  let suffixLength = firstSuffixLength;
  // When fewer than three trailing ones were sent, the next level cannot have magnitude 1, and the codes move up by one.
  let shift = firstIsNotOne ? 2 : 0;
  while (remaining != 0) {
    const index = 31 - <i32>clz(remaining);
    remaining &= ~(1 << index);
    const level = <i32>load<i16>(levels + (index << 1));
    const magnitude = level < 0 ? -level : level;
    const code = (level < 0 ? 2 * magnitude - 1 : 2 * magnitude - 2) - shift;
    shift = 0;
    if (suffixLength == 0) {
      if (code < 14) putBits(code + 1, 1);
      else if (code < 30) putBits(19, (1 << 4) | (code - 14));
      else writeEscape(code - 30);
      suffixLength = 1;
    } else if (code < 15 << suffixLength) {
      putBits((code >> suffixLength) + 1 + suffixLength, (1 << suffixLength) | (code & ((1 << suffixLength) - 1)));
    } else {
      writeEscape(code - (15 << suffixLength));
    }
    if (magnitude > 3 << (suffixLength - 1) && suffixLength < 6) suffixLength++;
  }
}

/** level_prefix 15 with its suffix of 12 bits. */
function writeEscape(rest: i32): void {
  if (rest > LARGEST_ESCAPE) {
    levelOverflowed = true;
    return;
  }
  putBits(28, (1 << 12) | rest);
}

/** run_before of each level but the last, 9.2.3. */
function writeRuns(mask: u32, totalZeros: i32): void {
  let zerosLeft = totalZeros;
  let index = 31 - <i32>clz(mask);
  let remaining = mask & ~(1 << index);
  while (zerosLeft > 0 && remaining != 0) {
    const next = 31 - <i32>clz(remaining);
    remaining &= ~(1 << next);
    const run = index - next - 1;
    const entry = (min(zerosLeft, 7) - 1) * 16 + run;
    putBits(load<u8>(RUN_BEFORE_LENGTHS + entry), load<u8>(RUN_BEFORE_CODES + entry));
    zerosLeft -= run;
    index = next;
  }
}
