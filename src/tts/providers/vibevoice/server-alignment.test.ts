import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wordSpans } from '../../../media/words.ts';
import { readAlignment } from './server-alignment.ts';

const TEXT = 'Bob said: well done.';
const TOTAL_SECONDS = 4;

type Entry = Record<string, unknown>;

function described(): { words: Entry[]; phonemes: Entry[] } {
  const words = wordSpans(TEXT, 'en').map((span, index) => ({ ...span, start_seconds: index, end_seconds: index + 1 }));
  return { words, phonemes: [{ phoneme: 'b', start_seconds: 0, end_seconds: 0.1, stressed: false }] };
}

test('an alignment that fits its text and speech is read', () => {
  const alignment = readAlignment(described(), TEXT, TOTAL_SECONDS);
  assert.deepEqual(alignment?.words[1], { text: 'said', start: 4, end: 8, startSeconds: 1, endSeconds: 2 });
  assert.deepEqual(alignment?.phonemes, [{ phoneme: 'b', startSeconds: 0, endSeconds: 0.1, stressed: false }]);
});

test('one wrong field anywhere leaves all of it out', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['text', 'other'],
    ['text', 7],
    ['start', -1],
    ['start', 0.5],
    ['end', 400],
    ['start_seconds', -0.5],
    ['start_seconds', Number.NaN],
    ['end_seconds', TOTAL_SECONDS + 1],
    ['end_seconds', '2'],
    ['end_seconds', undefined],
  ];
  for (let index = 0; index < 4; index++) {
    for (const [field, value] of wrong) {
      const body = described();
      (body.words[index] as Entry)[field] = value;
      assert.equal(readAlignment(body, TEXT, TOTAL_SECONDS), undefined, `word ${index}, ${field} ${String(value)}`);
    }
  }
  const swapped = described();
  swapped.words.reverse();
  assert.equal(readAlignment(swapped, TEXT, TOTAL_SECONDS), undefined);
  assert.equal(readAlignment({ words: [null] }, TEXT, TOTAL_SECONDS), undefined);
  assert.equal(readAlignment({}, TEXT, TOTAL_SECONDS), undefined);
  assert.equal(readAlignment({ ...described(), phonemes: [{ phoneme: '' }] }, TEXT, TOTAL_SECONDS), undefined);
});

test('whatever a server sends, what is read keeps the rules of an alignment', () => {
  const times = { start_seconds: fc.double(), end_seconds: fc.double() };
  const word = fc.oneof(
    fc.constantFrom(...described().words),
    fc.record({ text: fc.constantFrom('Bob', 'said', ''), start: fc.integer(), end: fc.integer(), ...times }),
    fc.jsonValue(),
  );
  const body = fc.record({ words: fc.array(word as fc.Arbitrary<unknown>, { maxLength: 5 }) });
  fc.assert(
    fc.property(body, (sent) => {
      const alignment = readAlignment(sent, TEXT, TOTAL_SECONDS);
      for (const { text, start, end, startSeconds, endSeconds } of alignment?.words ?? []) {
        assert.equal(TEXT.slice(start, end), text);
        assert.ok(startSeconds >= 0 && endSeconds >= startSeconds && endSeconds <= TOTAL_SECONDS);
      }
    }),
  );
});
