import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { concatenateSpeech, type SpeechPart } from './concatenate.ts';

const RATE = 24_000;

function part(text: string, seconds: number, textOffset: number, pauseAfterSeconds: number): SpeechPart {
  return {
    pcm: { samples: new Float32Array(Math.round(seconds * RATE)).fill(0.5), sampleRateHz: RATE },
    alignment: {
      words: [{ text, start: 0, end: text.length, startSeconds: 0, endSeconds: seconds }],
      phonemes: [{ phoneme: 'a', startSeconds: 0, endSeconds: Math.round(seconds * RATE) / RATE, stressed: true }],
    },
    textOffset,
    pauseAfterSeconds,
  };
}

test('parts and pauses follow each other in sound, alignment and text', () => {
  const joined = concatenateSpeech([part('one', 0.5, 0, 0.25), part('two', 0.5, 4, 0)]);
  assert.equal(joined.pcm.samples.length, 1.25 * RATE);
  assert.deepEqual(joined.spans, [
    { startSeconds: 0, endSeconds: 0.5 },
    { startSeconds: 0.75, endSeconds: 1.25 },
  ]);
  assert.deepEqual(
    joined.alignment.words.map(({ start, end, startSeconds }) => [start, end, startSeconds]),
    [
      [0, 3, 0],
      [4, 7, 0.75],
    ],
  );
  assert.deepEqual(
    joined.alignment.phonemes.map(({ phoneme, startSeconds }) => [phoneme, startSeconds]),
    [
      ['a', 0],
      ['sil', 0.5],
      ['a', 0.75],
    ],
  );
});

test('no time is lost or added, and no sounds overlap', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 0.3, noNaN: true }), fc.double({ min: 0, max: 0.3, noNaN: true })), {
        minLength: 1,
        maxLength: 8,
      }),
      (pieces) => {
        const joined = concatenateSpeech(pieces.map(([seconds, pause], index) => part('w', seconds, index * 2, pause)));
        const expected = pieces.reduce((sum, [s, p]) => sum + Math.round(s * RATE) + Math.round(p * RATE), 0);
        assert.equal(joined.pcm.samples.length, expected);
        let reached = 0;
        for (const { startSeconds, endSeconds } of joined.alignment.phonemes) {
          assert.ok(Math.abs(startSeconds - reached) < 1e-9);
          reached = endSeconds;
        }
        assert.ok(Math.abs(reached - expected / RATE) < 1e-9);
      },
    ),
  );
});

test('the edges of a part fade, so that noise which ends there does not click', () => {
  const { samples } = concatenateSpeech([part('one', 0.5, 0, 0.1)]).pcm;
  assert.equal(samples[0], 0);
  assert.equal(samples[0.5 * RATE - 1], 0);
  assert.equal(samples[0.25 * RATE], 0.5);
});

test('nothing to join, other rates and negative pauses are refused', () => {
  assert.throws(() => concatenateSpeech([]), /at least one part/);
  assert.throws(() => concatenateSpeech([part('a', 0.1, 0, -1)]), /-1 s/);
  const other = { ...part('b', 0.1, 2, 0), pcm: { samples: new Float32Array(10), sampleRateHz: 16_000 } };
  assert.throws(() => concatenateSpeech([part('a', 0.1, 0, 0), other]), /16000 Hz/);
});
