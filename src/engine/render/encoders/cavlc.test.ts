import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { createOwnEncoder } from './own.ts';
import { decodeResidualBlock, readCodeTables } from './testing/cavlc-decoder.ts';
import { inspectionOf } from './testing/encode-clip.ts';

const encoder = await createOwnEncoder({
  width: 16,
  height: 16,
  frameRate: 30,
  keyframeQuantiser: 20,
  frameQuantiser: 20,
});
const inspection = inspectionOf(encoder);
const tables = readCodeTables(inspection, encoder.memory);

/** The scratch is free between paints: levels at its start, the bits 1 KiB on. */
const scratch = (encoder.instance.exports as unknown as { scratchAddress(): number }).scratchAddress();
const BITS_OFFSET = 1024;

/** The largest magnitude that level_prefix 15 can carry whatever came before. */
const LARGEST_CODABLE_LEVEL = 2063;

function writeBlock(levels: readonly number[], context: number) {
  new Int16Array(encoder.memory.buffer, scratch, levels.length).set(levels);
  const mask = levels.reduce((bits, level, index) => (level === 0 ? bits : bits | (1 << index)), 0);
  const bitCount = inspection.inspectResidualBlock(scratch, mask, context, levels.length, scratch + BITS_OFFSET);
  return { bitCount, payload: new Uint8Array(encoder.memory.buffer, scratch + BITS_OFFSET, 1024) };
}

describe('code tables of ITU-T H.264 clause 9.2', () => {
  /** Table, entries it must have, and the share of code space that the standard leaves unused. */
  const expected = [
    ['9-5 0 <= nC < 2', tables.coefficientTokens[0], 62, 1 / 32_768],
    ['9-5 2 <= nC < 4', tables.coefficientTokens[1], 62, 1 / 8_192],
    ['9-5 4 <= nC < 8', tables.coefficientTokens[2], 62, 1 / 1_024],
    ['9-5 8 <= nC', tables.coefficientTokens[3], 62, 1 / 32],
    ['9-5 nC = -1', tables.chromaDcTokens, 14, 0],
    ...tables.totalZeros.map((book, index) => {
      return [`9-7, 9-8 for ${index + 1}`, book, 16 - index, index === 0 ? 1 / 512 : 0] as const;
    }),
    ...tables.chromaDcTotalZeros.map((book, index) => [`9-9 for ${index + 1}`, book, 4 - index, 0] as const),
    ...tables.runsBefore.map((book, index) => {
      return [`9-10 for ${index + 1}`, book, index === 6 ? 15 : index + 2, index === 6 ? 1 / 2_048 : 0] as const;
    }),
  ] as const;

  for (const [name, book, entries, unused] of expected) {
    test(`table ${name} is a prefix code that leaves only the reserved words unused`, () => {
      const words = [...(book?.keys() ?? [])];
      assert.equal(words.length, entries, 'two entries share a word, or one is missing');
      for (const word of words) {
        const longer = words.filter((other) => other !== word && other.startsWith(word));
        assert.deepEqual(longer, [], `${word} is the beginning of another word`);
      }
      const used = words.reduce((sum, word) => sum + 2 ** -word.length, 0);
      assert.equal(1 - used, unused);
    });
  }

  test('every word is the one that was compared, entry by entry, with an independent transcription', () => {
    const words = expected.map(([name, book]) => `${name}: ${[...(book ?? [])].join(' ')}`).join('\n');
    // Swapping two words of one length passes the test above. When a table changes, compare it with the standard again.
    assert.equal(createHash('sha256').update(words).digest('hex').slice(0, 16), 'cc989720c02d9dfc');
  });
});

describe('writeResidualBlock', () => {
  const level = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.constantFrom(-1, 1) },
    { weight: 2, arbitrary: fc.integer({ min: -40, max: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: -LARGEST_CODABLE_LEVEL, max: LARGEST_CODABLE_LEVEL }) },
  );
  const block = fc.oneof(
    fc.record({
      context: fc.integer({ min: 0, max: 16 }),
      levels: fc.constantFrom(15, 16).chain((length) => fc.array(level, { minLength: length, maxLength: length })),
    }),
    fc.record({ context: fc.constant(-1), levels: fc.array(level, { minLength: 4, maxLength: 4 }) }),
  );

  test('what it writes decodes to the same levels, and nothing is left over', () => {
    fc.assert(
      fc.property(block, ({ context, levels }) => {
        const { bitCount, payload } = writeBlock(levels, context);
        const decoded = decodeResidualBlock(payload, tables, context, levels.length);
        assert.deepEqual(decoded.levels, levels);
        assert.equal(decoded.bitCount, bitCount);
      }),
      { numRuns: 4000 },
    );
  });

  test('every magnitude decodes at every suffix length', () => {
    for (const companion of [1, 2, 4, 7, 13, 25, 49, 200]) {
      for (let magnitude = 2; magnitude <= LARGEST_CODABLE_LEVEL; magnitude += magnitude < 100 ? 1 : 37) {
        const levels = [-magnitude, companion, -companion, companion, companion, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        const { payload } = writeBlock(levels, 0);
        assert.deepEqual(decodeResidualBlock(payload, tables, 0, 16).levels, levels);
      }
    }
  });

  test('a level that no Baseline code can carry is reported', () => {
    const levels = Array.from({ length: 16 }, () => 0);
    levels[0] = 2500;
    assert.equal(writeBlock(levels, 0).bitCount, -1);
    levels[0] = LARGEST_CODABLE_LEVEL;
    assert.notEqual(writeBlock(levels, 0).bitCount, -1);
  });
});
