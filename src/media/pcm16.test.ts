import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodePcm16, encodePcm16, roundToPcm16 } from './pcm16.ts';

const anySamples = fc.array(fc.float({ noNaN: false }), { maxLength: 50 }).map((list) => Float32Array.from(list));

test('what was stored comes back as it was rounded, wherever the bytes lie', () => {
  fc.assert(
    fc.property(anySamples, fc.nat({ max: 3 }), (samples, offset) => {
      const bytes = new Uint8Array(offset + samples.length * 2).subarray(offset);
      encodePcm16(samples, bytes);
      assert.deepEqual(decodePcm16(bytes), roundToPcm16(samples));
      const rounded = roundToPcm16(samples);
      assert.equal(roundToPcm16(rounded), rounded, 'what is rounded is not copied');
    }),
  );
});

test('a sample moves by half a step at most; what is too loud or no number is brought within', () => {
  const samples = Float32Array.of(0.4 / 32_768, 0.6 / 32_768, 1.5, -1.5, Number.NaN, -1e-9, Infinity);
  assert.deepEqual(roundToPcm16(samples), Float32Array.of(0, 1 / 32_768, 32_767 / 32_768, -1, 0, 0, 32_767 / 32_768));
  fc.assert(
    fc.property(fc.float({ min: -1, max: Math.fround(0.9999), noNaN: true }), (sample) => {
      assert.ok(Math.abs(roundToPcm16(Float32Array.of(sample))[0]! - sample) <= 0.5 / 32_768 + 1e-9);
    }),
  );
});
