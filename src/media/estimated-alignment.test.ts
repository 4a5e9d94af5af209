import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { estimateAlignment } from './estimated-alignment.ts';
import { CANONICAL_SAMPLE_RATE_HZ, type Pcm } from './pcm.ts';

const TEXT = 'Well, this is it. A considerably longer sentence follows.';

function tone(silenceSeconds: number, soundSeconds: number): Pcm {
  const samples = new Float32Array((silenceSeconds * 2 + soundSeconds) * CANONICAL_SAMPLE_RATE_HZ);
  const start = silenceSeconds * CANONICAL_SAMPLE_RATE_HZ;
  for (let index = 0; index < soundSeconds * CANONICAL_SAMPLE_RATE_HZ; index += 1)
    samples[start + index] = 0.5 * Math.sin(index / 10);
  return { samples, sampleRateHz: CANONICAL_SAMPLE_RATE_HZ };
}

test('words lie inside the audible part, in order, longer ones longer, with a rest after a sentence', () => {
  const { words, phonemes } = estimateAlignment(TEXT, 'en', tone(1, 4));
  assert.deepEqual(phonemes, []);
  assert.deepEqual(
    words.map(({ text, start, end }) => text === TEXT.slice(start, end)),
    words.map(() => true),
  );
  assert.ok(words[0]!.startSeconds >= 0.9 && words.at(-1)!.endSeconds <= 5.1);
  const lengthOf = (text: string): number => {
    const word = words.find((entry) => entry.text === text)!;
    return word.endSeconds - word.startSeconds;
  };
  assert.ok(lengthOf('considerably') > 2 * lengthOf('this'));
  const gapAfter = (text: string): number => {
    const index = words.findIndex((entry) => entry.text === text);
    return words[index + 1]!.startSeconds - words[index]!.endSeconds;
  };
  assert.ok(gapAfter('it') > gapAfter('Well') && gapAfter('Well') > gapAfter('this'));
});

test('any text in any language gets times inside the sound that never go back', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom(TEXT, '今天天气很好。', 'مرحبا بكم', '', '...'));
  fc.assert(
    fc.property(
      text,
      fc.constantFrom('en', 'zh', 'ar'),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
      (spoken, language, seconds) => {
        const pcm = tone(0, Math.ceil(seconds * 10) / 10);
        const { words } = estimateAlignment(spoken, language, pcm);
        let reached = 0;
        for (const { startSeconds, endSeconds } of words) {
          assert.ok(startSeconds >= reached - 1e-9 && endSeconds >= startSeconds);
          reached = endSeconds;
        }
        assert.ok(reached <= pcm.samples.length / pcm.sampleRateHz + 1e-6);
      },
    ),
    { numRuns: 100 },
  );
});
