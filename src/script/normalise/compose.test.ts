import assert from 'node:assert/strict';
import { test } from 'node:test';

import { composeSpeech, type ComposeOptions } from './compose.ts';
import { foldCharacters } from './fold.ts';

const OPTIONS: ComposeOptions = {
  writtenWithoutSpaces: false,
  attachesEndings: false,
  sentenceStop: '.',
  digitsAreRead: true,
};

test('words that come from one source character share one span', () => {
  const readings = [
    { start: 0, end: 1, spoken: 'eff' },
    { start: 1, end: 2, spoken: 'eye' },
  ];
  assert.deepEqual(composeSpeech(foldCharacters('ﬁ'), readings, OPTIONS), {
    text: 'eff eye',
    spans: [{ spokenStart: 0, spokenEnd: 7, sourceStart: 0, sourceEnd: 1 }],
  });
});

test('of several marks the strongest stays, dashes and brackets are rests, symbols nobody says are left out', () => {
  const say = (text: string) => composeSpeech(foldCharacters(text), [], OPTIONS).text;
  assert.equal(say('what?!'), 'what?');
  assert.equal(say('so, — yes'), 'so, yes');
  assert.equal(say('one (two) three'), 'one, two, three');
  assert.equal(say('one | two • three'), 'one two three');
  assert.equal(say('¿Qué? ¡Sí!'), '¿Qué? ¡Sí!');
});

test('a paragraph without a full stop gets one', () => {
  assert.equal(composeSpeech(foldCharacters('Title\n\nText'), [], OPTIONS).text, 'Title. Text');
});
