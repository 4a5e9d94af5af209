import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipAlignment, shiftAlignment } from './alignment.ts';

const ALIGNMENT = {
  words: [
    { text: 'so', start: 0, end: 2, startSeconds: 0.2, endSeconds: 0.5 },
    { text: 'far', start: 3, end: 6, startSeconds: 0.5, endSeconds: 1 },
  ],
  phonemes: [
    { phoneme: 'sil', startSeconds: 0, endSeconds: 0.2, stressed: false },
    { phoneme: 's', startSeconds: 0.2, endSeconds: 0.3, stressed: false },
    { phoneme: 'oʊ', startSeconds: 0.3, endSeconds: 0.5, stressed: true },
  ],
};

test('shifting moves times and places in the text', () => {
  const shifted = shiftAlignment(ALIGNMENT, 2, 10);
  assert.deepEqual(shifted.words[1], { text: 'far', start: 13, end: 16, startSeconds: 2.5, endSeconds: 3 });
  assert.deepEqual(shifted.phonemes[2], { phoneme: 'oʊ', startSeconds: 2.3, endSeconds: 2.5, stressed: true });
});

test('clipping keeps every word, and only the sounds of which something is left', () => {
  const clipped = clipAlignment(ALIGNMENT, 0.25, 0.75);
  assert.deepEqual(
    clipped.words.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]),
    [
      [0, 0.25],
      [0.25, 0.5],
    ],
  );
  assert.deepEqual(
    clipped.phonemes.map(({ phoneme }) => phoneme),
    ['s', 'oʊ'],
  );
  assert.equal(clipped.phonemes[0]?.startSeconds, 0);
});
