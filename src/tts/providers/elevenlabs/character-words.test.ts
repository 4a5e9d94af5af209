import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wordSpans } from '../../../media/words.ts';
import { wordsOfCharacters } from './character-words.ts';
import type { TimedCharacters } from './character-words.ts';

/** Every code point takes a tenth of a second. */
function evenly(text: string): TimedCharacters {
  const characters = Array.from(text);
  return {
    characters,
    startSeconds: characters.map((_, index) => index / 10),
    endSeconds: characters.map((_, index) => (index + 1) / 10),
  };
}

test('a word is heard from its first to its last character, whatever its characters are made of', () => {
  const text = '𝄞 Isn’t it naïve?';
  const words = wordsOfCharacters(text, 'en', evenly(text), 10);
  assert.deepEqual(words, [
    { text: 'Isn’t', start: 3, end: 8, startSeconds: 0.2, endSeconds: 0.7 },
    { text: 'it', start: 9, end: 11, startSeconds: 0.8, endSeconds: 1 },
    { text: 'naïve', start: 12, end: 17, startSeconds: 1.1, endSeconds: 1.6 },
  ]);
});

test('words are found in a text that was read out otherwise; one that is not shares the time between its neighbours', () => {
  const words = wordsOfCharacters('Pay 20 now, please.', 'en', evenly(' pay twenty dollars now  please '), 10);
  assert.deepEqual(
    words?.map(({ text, start, startSeconds, endSeconds }) => [text, start, startSeconds, endSeconds]),
    [
      ['Pay', 0, 0.1, 0.4],
      ['20', 4, 0.4, 2],
      ['now', 7, 2, 2.3],
      ['please', 12, 2.5, 3.1],
    ],
  );
});

test('the characters of another text give no words', () => {
  assert.equal(wordsOfCharacters('One two three.', 'en', evenly('Vier fünf sechs.'), 10), undefined);
  assert.equal(wordsOfCharacters('One two three.', 'en', evenly(''), 10), undefined);
});

test('whatever the vendor sends, words are those of the text, in order and inside the speech', () => {
  const letter = fc.constantFrom('a', 'b', ' ', ',', '天', '气', 'é', '𝄞');
  const text = fc.array(letter, { maxLength: 24 }).map((letters) => letters.join(''));
  const seconds = fc.double({ min: 0, max: 9, noNaN: true });
  fc.assert(
    fc.property(
      text,
      fc.array(fc.tuple(letter, seconds, seconds), { maxLength: 24 }),
      seconds,
      (text, heard, total) => {
        const timed = {
          characters: heard.map(([character]) => character),
          startSeconds: heard.map(([, start]) => start),
          endSeconds: heard.map(([, , end]) => end),
        };
        const words = wordsOfCharacters(text, 'en', timed, total);
        if (words === undefined) return;
        assert.deepEqual(
          words.map(({ text, start, end }) => ({ text, start, end })),
          wordSpans(text, 'en'),
        );
        let reached = 0;
        for (const { startSeconds, endSeconds } of words) {
          assert.ok(startSeconds >= reached && endSeconds >= startSeconds && endSeconds <= total);
          reached = endSeconds;
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('words in order are all found again when others are strewn between them', () => {
  const word = fc.constantFrom('red', 'green', 'blue', 'grey');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(3), (words, every) => {
      const spoken = words.flatMap((word, index) => (index % (every + 1) === 0 ? ['noise', word] : [word])).join('  ');
      const timed = wordsOfCharacters(words.join(' '), 'en', evenly(spoken), 100);
      const heard = wordSpans(spoken, 'en').filter(({ text }) => text !== 'noise');
      assert.deepEqual(
        timed?.map(({ startSeconds }) => startSeconds),
        heard.map(({ start }) => start / 10),
      );
    }),
  );
});
