import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { wordSpans } from './words.ts';

test('contractions stay whole, hyphens divide, unspaced writing is divided', () => {
  const texts = (text: string, language: string): string[] => wordSpans(text, language).map((word) => word.text);
  assert.deepEqual(texts("Isn't it well-known?", 'en'), ["Isn't", 'it', 'well', 'known']);
  assert.deepEqual(texts('今天天气很好。', 'zh'), ['今天', '天气', '很好']);
  assert.deepEqual(texts(' … — ! ', 'en'), []);
});

test('every span is where it says it is, and they are in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      let reached = 0;
      for (const word of wordSpans(text, 'en')) {
        assert.ok(word.start >= reached && word.end > word.start);
        assert.equal(text.slice(word.start, word.end), word.text);
        reached = word.end;
      }
    }),
  );
});
