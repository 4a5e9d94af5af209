import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSpeechKey, type SpeechKey } from './speech-key.ts';
import { decodeSpeech, encodeSpeech } from './speech-container.ts';
import type { Speech } from '../speech-provider.ts';

const keyOf = (text: string): SpeechKey =>
  createSpeechKey({
    text,
    provider: 'offline',
    voice: { profile: 'default', style: 'neutral', seed: 0 },
    vendorVoiceId: null,
    model: null,
    language: 'en',
  });
const KEY = keyOf('one');

const anySpeech: fc.Arbitrary<Speech> = fc
  .record({
    samples: fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 50 }),
    text: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
    seconds: fc.double({ min: 0, max: 90 }),
    warnings: fc.array(fc.string()),
    costUsd: fc.double({ min: 0, max: 10 }),
    providerMetadata: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())),
  })
  .map(({ samples, text, seconds, ...rest }) => ({
    ...rest,
    pcm: { samples: Float32Array.from(samples, (sample) => sample / 32_768), sampleRateHz: 24_000 },
    ...(text !== undefined && {
      alignment: {
        words: [{ text, start: 0, end: text.length, startSeconds: 0, endSeconds: seconds }],
        phonemes: [{ phoneme: 'ə', startSeconds: 0, endSeconds: seconds, stressed: true }],
      },
    }),
  }));

test('speech comes back as it was', () => {
  fc.assert(
    fc.property(anySpeech, (speech) => {
      const decoded = decodeSpeech(KEY, encodeSpeech(KEY, speech));
      assert.ok('speech' in decoded);
      const { pcm, ...rest } = decoded.speech;
      const { pcm: expected, ...expectedRest } = speech;
      assert.deepEqual(JSON.parse(JSON.stringify(rest)), JSON.parse(JSON.stringify(expectedRest)));
      assert.equal('alignment' in rest, 'alignment' in expectedRest);
      assert.equal(pcm.sampleRateHz, 24_000);
      assert.equal(Buffer.compare(bytesOf(pcm.samples), bytesOf(expected.samples)), 0);
    }),
  );
});

test('no change of a byte, no missing end and no added byte goes unnoticed', () => {
  const whole = encodeSpeech(KEY, fc.sample(anySpeech, { numRuns: 1, seed: 5 })[0] as Speech);
  for (let index = 0; index < whole.length; index += 1) {
    const changed = Buffer.from(whole);
    changed[index] = (changed[index] as number) ^ (1 << (index % 8));
    assert.ok('defect' in decodeSpeech(KEY, changed), `byte ${index}`);
    assert.ok('defect' in decodeSpeech(KEY, whole.subarray(0, index)), `${index} bytes`);
  }
  assert.ok('defect' in decodeSpeech(KEY, Buffer.concat([whole, Buffer.alloc(1)])));
  assert.ok('defect' in decodeSpeech(KEY, Buffer.alloc(whole.length)));
  assert.ok('speech' in decodeSpeech(KEY, whole));
});

test('any bytes at all are a defect, not an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => 'defect' in decodeSpeech(KEY, Buffer.from(bytes))),
  );
});

test('the entry of another key is a defect', () => {
  const other = encodeSpeech(keyOf('two'), fc.sample(anySpeech, { numRuns: 1, seed: 5 })[0] as Speech);
  assert.deepEqual(decodeSpeech(KEY, other), { defect: 'it is the entry of another key' });
});

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
