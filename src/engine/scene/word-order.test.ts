import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { visualWordOrder } from './word-order.ts';

function shown(line: string, base: 'ltr' | 'rtl'): string {
  const words = line.split(' ');
  return visualWordOrder(words, base)
    .map((entry) => words[entry.index])
    .join(' ');
}

test('words of one direction stand in reading order', () => {
  assert.equal(shown('one two three', 'ltr'), 'one two three');
  assert.equal(shown('אחת שתיים שלוש', 'rtl'), 'שלוש שתיים אחת');
});

test('Latin words inside an Arabic line keep their own order', () => {
  assert.equal(shown('من Open Source الى هنا', 'rtl'), 'هنا الى Open Source من');
});

test('a number goes with the word before it', () => {
  assert.equal(shown('רבעון 3 של GPT 4 הגיע', 'rtl'), 'הגיע GPT 4 של 3 רבעון');
  assert.equal(shown('see אבג 10 here', 'ltr'), 'see 10 אבג here');
});

test('the end of a foreign run takes its punctuation from the sentence', () => {
  const order = visualWordOrder(['מילה', 'Hello', 'World.'], 'rtl');
  assert.deepEqual(
    order.map((entry) => entry.direction),
    ['ltr', 'rtl', 'rtl'],
  );
});

test('every word is placed exactly once', () => {
  const anyWord = fc.constantFrom('one', 'two', '3', 'אבג', 'سلام', '…');
  fc.assert(
    fc.property(
      fc.array(anyWord, { maxLength: 12 }),
      fc.constantFrom('ltr' as const, 'rtl' as const),
      (words, base) => {
        const indices = visualWordOrder(words, base).map((entry) => entry.index);
        assert.deepEqual(
          indices.toSorted((a, b) => a - b),
          words.map((_, index) => index),
        );
      },
    ),
  );
});
