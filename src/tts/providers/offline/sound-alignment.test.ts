import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { matchSounds, wordsOfSounds, type ExpectedSound, type SoundKind } from './sound-alignment.ts';

function kindOf(symbol: string): SoundKind {
  if (symbol === '_') return 'pause';
  return 'aeiou'.includes(symbol) ? 'vowel' : 'consonant';
}

function expectedSounds(...words: readonly string[]): ExpectedSound[] {
  return words.flatMap((word, wordIndex) => [...word].map((symbol) => ({ symbol, wordIndex })));
}

function divide(heard: string, ...words: readonly string[]): number[] {
  const expected = expectedSounds(...words);
  return wordsOfSounds([...heard], matchSounds([...heard], expected, kindOf), expected, kindOf);
}

test('sounds that are spoken as expected belong to their words', () => {
  assert.deepEqual(divide('tabeki', 'ta', 'be', 'ki'), [0, 0, 1, 1, 2, 2]);
});

test('a reduced vowel, a lost and an added consonant stay with their words', () => {
  assert.deepEqual(divide('tubeki', 'ta', 'be', 'ki'), [0, 0, 1, 1, 2, 2]);
  assert.deepEqual(divide('taneki', 'tand', 'eki'), [0, 0, 0, 1, 1, 1]);
  assert.deepEqual(divide('tareki', 'ta', 'eki'), [0, 0, 0, 1, 1, 1]);
});

test('pauses belong to no word and do not split one', () => {
  assert.deepEqual(divide('_ta_ta_', 'ta', 'ta'), [-1, 0, 0, -1, 1, 1, -1]);
  // Either t could be the lost one; the pause tells.
  assert.deepEqual(divide('ta_at', 'tat', 'tat'), [0, 0, -1, 1, 1]);
});

test('a sound that no word expects after a pause belongs to the word behind it', () => {
  assert.deepEqual(divide('ta_sbe', 'ta', 'be'), [0, 0, -1, 1, 1, 1]);
});

const word = fc.string({ unit: fc.constantFrom('t', 'k', 'b', 'a', 'e', 'o'), minLength: 1, maxLength: 4 });

test('every heard sound but a pause gets a word, in order, and an exact text is divided exactly', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(30)), (words, noise) => {
      const exact = words.flatMap((text, index) => [...text].map(() => index));
      assert.deepEqual(divide(words.join(''), ...words), exact);
      const heard = [...words.join('')];
      for (const at of noise) heard.splice(at % (heard.length + 1), at % 2, '_', 'i');
      const owners = divide(heard.join(''), ...words);
      let reached = 0;
      for (const [index, owner] of owners.entries()) {
        assert.equal(owner === -1, heard[index] === '_');
        if (owner === -1) continue;
        assert.ok(owner >= reached && owner < words.length);
        reached = owner;
      }
    }),
  );
});
