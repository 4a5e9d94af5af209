import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findShortfalls } from './picture-shortfalls.ts';

const WISH = {
  aspectRatio: '9:16',
  background: { color: '#1d2430' },
  captions: { burned: true, style: 'highlight' },
} as const;

test('a picture that is as it was wished for has no shortfalls, also when it was rounded', () => {
  assert.deepEqual(findShortfalls('heygen', { width: 1080, height: 1920, hasCaptions: true }, WISH), []);
  assert.deepEqual(findShortfalls('heygen', { width: 608, height: 1080, hasCaptions: true }, WISH), []);
});

test('each wish that was not fulfilled is told of', () => {
  assert.deepEqual(findShortfalls('engine', { width: 1920, height: 1080, hasCaptions: false }, WISH), [
    'engine has made a picture of 1920x1080, which is not 9:16.',
    'engine draws a background of its own; the one that was asked for is not in the video.',
    'engine has drawn no captions into the picture; the caption files have them.',
  ]);
  const plain = { ...WISH, background: null, captions: { burned: false, style: 'highlight' } } as const;
  assert.deepEqual(findShortfalls('heygen', { width: 1080, height: 1920, hasCaptions: false }, plain), []);
});
