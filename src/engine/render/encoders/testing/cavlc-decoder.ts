import { BitReader } from './bit-reader.ts';
import type { Inspection } from './encode-clip.ts';

/** Code word, as a string of 0 and 1, to the entry of the table that it stands for. */
type CodeBook = ReadonlyMap<string, number>;

export type CodeTables = {
  /** By nC class: 0..1, 2..3, 4..7, 8 and more. Entry = total coefficients x 4 + trailing ones. */
  readonly coefficientTokens: readonly CodeBook[];
  readonly chromaDcTokens: CodeBook;
  /** By total coefficients - 1. */
  readonly totalZeros: readonly CodeBook[];
  readonly chromaDcTotalZeros: readonly CodeBook[];
  /** By min(zeros left, 7) - 1. */
  readonly runsBefore: readonly CodeBook[];
};

/** Reads the encoder's code tables out of its memory. */
export function readCodeTables(inspection: Inspection, memory: WebAssembly.Memory): CodeTables {
  const bytes = new Uint8Array(memory.buffer);
  function books(table: number, count: number, size: number): CodeBook[] {
    const lengths = inspection.codeTableAddress(table);
    const words = inspection.codeTableAddress(table + 1);
    return Array.from({ length: count }, (_, book) => {
      const entries = new Map<string, number>();
      for (let entry = 0; entry < size; entry++) {
        const length = bytes[lengths + book * size + entry] ?? 0;
        const word = bytes[words + book * size + entry] ?? 0;
        if (length > 0) entries.set(word.toString(2).padStart(length, '0'), entry);
      }
      return entries;
    });
  }
  return {
    coefficientTokens: books(0, 4, 68),
    chromaDcTokens: books(2, 1, 20)[0] ?? new Map(),
    totalZeros: books(4, 15, 16),
    chromaDcTotalZeros: books(6, 3, 4),
    runsBefore: books(8, 7, 16),
  };
}

/** residual_block_cavlc() of 7.3.5.3.2 as its decoder reads it. `context` is nC, -1 for chroma DC. */
export function decodeResidualBlock(
  payload: Uint8Array,
  tables: CodeTables,
  context: number,
  capacity: number,
): { readonly levels: number[]; readonly bitCount: number } {
  const reader = new BitReader(payload);
  const levels = Array.from({ length: capacity }, () => 0);
  const tokenClass = context < 2 ? 0 : context < 4 ? 1 : context < 8 ? 2 : 3;
  const token = readCode(reader, context < 0 ? tables.chromaDcTokens : tables.coefficientTokens[tokenClass]);
  const total = token >> 2;
  const trailingOnes = token & 3;
  if (total === 0) return { levels, bitCount: reader.position };

  const values: number[] = [];
  let suffixLength = total > 10 && trailingOnes < 3 ? 1 : 0;
  for (let index = 0; index < total; index++) {
    if (index < trailingOnes) {
      values.push(reader.bits(1) === 1 ? -1 : 1);
      continue;
    }
    let prefix = 0;
    while (reader.bits(1) === 0) prefix++;
    if (prefix > 15) throw new Error(`level_prefix ${prefix} is above 15, which Baseline forbids`);
    const suffixSize = prefix === 14 && suffixLength === 0 ? 4 : prefix === 15 ? 12 : suffixLength;
    let code = (Math.min(15, prefix) << suffixLength) + reader.bits(suffixSize);
    if (prefix === 15 && suffixLength === 0) code += 15;
    if (index === trailingOnes && trailingOnes < 3) code += 2;
    const value = code % 2 === 0 ? (code + 2) / 2 : (-code - 1) / 2;
    values.push(value);
    if (suffixLength === 0) suffixLength = 1;
    if (Math.abs(value) > 3 << (suffixLength - 1) && suffixLength < 6) suffixLength++;
  }

  let zerosLeft = 0;
  if (total < capacity) {
    zerosLeft = readCode(reader, (context < 0 ? tables.chromaDcTotalZeros : tables.totalZeros)[total - 1]);
  }
  let position = total + zerosLeft - 1;
  for (const [index, value] of values.entries()) {
    levels[position] = value;
    const run =
      zerosLeft > 0 && index < total - 1 ? readCode(reader, tables.runsBefore[Math.min(zerosLeft, 7) - 1]) : 0;
    zerosLeft -= run;
    position -= run + 1;
  }
  return { levels, bitCount: reader.position };
}

function readCode(reader: BitReader, book: CodeBook | undefined): number {
  let word = '';
  while (word.length <= 16) {
    word += reader.bits(1);
    const entry = book?.get(word);
    if (entry !== undefined) return entry;
  }
  throw new Error(`no code begins with ${word}`);
}
