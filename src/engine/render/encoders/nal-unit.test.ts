import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { splitNalUnits } from './annex-b.ts';
import { createOwnEncoder } from './own.ts';
import { payloadOf } from './testing/bit-reader.ts';
import { inspectionOf } from './testing/encode-clip.ts';

const OUTPUT_OFFSET = 4096;

/** Long runs without zeros take the encoder's fast path, and runs of small bytes its slow one. */
const payloads = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 0, maxLength: 8, max: 4 }),
      fc.uint8Array({ minLength: 14, maxLength: 40, min: 1 }),
      fc.uint8Array({ minLength: 0, maxLength: 20 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from([...parts.flatMap((part) => [...part]), 0x80]));

test('a NAL unit never imitates a start code, and gives its payload back', async () => {
  const options = { width: 16, height: 16, frameRate: 30, keyframeQuantiser: 20, frameQuantiser: 20 };
  const encoder = await createOwnEncoder(options);
  const inspection = inspectionOf(encoder);
  const scratch = (encoder.instance.exports as unknown as { scratchAddress(): number }).scratchAddress();
  const memory = new Uint8Array(encoder.memory.buffer);
  fc.assert(
    fc.property(payloads, (payload) => {
      memory.set(payload, scratch);
      const byteCount = inspection.inspectNalUnit(0x65, scratch, payload.length, scratch + OUTPUT_OFFSET);
      const stream = memory.slice(scratch + OUTPUT_OFFSET, scratch + OUTPUT_OFFSET + byteCount);
      assert.deepEqual(stream.subarray(0, 5), Uint8Array.from([0, 0, 0, 1, 0x65]));
      for (let at = 5; at + 2 < stream.length; at++) {
        const forbidden = stream[at] === 0 && stream[at + 1] === 0 && (stream[at + 2] ?? 0) <= 2;
        assert.ok(!forbidden, `bytes ${at} to ${at + 2} imitate a start code`);
      }
      const units = splitNalUnits(stream);
      assert.equal(units.length, 1);
      assert.deepEqual(payloadOf(units[0] ?? stream), payload);
    }),
    { numRuns: 2000 },
  );
});
