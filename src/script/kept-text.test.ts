import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findFacts } from './facts.ts';
import { findLostText } from './kept-text.ts';

const OWN =
  'In 2026 we sold 1,250.50 units (up 12%) by 17:30. Ask ada@example.com or see https://example.com/Path?x=1. ' +
  'She said “never again”.';

test('the facts of a text', () => {
  const { numbers, addresses, emails, quotes } = findFacts(OWN);
  assert.deepEqual([...numbers], ['2026', '1,250.50', '12', '17:30']);
  assert.deepEqual([...addresses], ['example.com/Path?x=1']);
  assert.deepEqual([...emails], ['ada@example.com']);
  assert.deepEqual([...quotes], ['never again']);
});

test('what only looks different is the same', () => {
  const rewritten =
    'In 2026 we  sold 1,250.50 units (up 12 %) by 17:30! Ask ada@example.com, or see http://EXAMPLE.com/Path?x=1\n' +
    'She said "never again".';
  assert.equal(findLostText(OWN, rewritten, 'en'), undefined);
});

test('numbers are the same with other dashes, spaces and apostrophes', () => {
  const pairs = [
    ['From 10-12 or 3−5 people', 'From 10–12 or 3‐5 people'],
    ['It costs 1\u00a0000 and 1’500', "It costs 1 000 and 1'500"],
    ['Ｎｏ． １２ is full', 'No. 12 is full'],
  ] as const;
  for (const [own, rewritten] of pairs) assert.equal(findLostText(own, rewritten, 'en'), undefined, own);
});

test('the full stop may move into the quotation and out of it', () => {
  const [outside, inside] = ['She said “never again”.', 'She said “never again.”'];
  assert.equal(findLostText(outside, inside, 'en'), undefined);
  assert.equal(findLostText(inside, outside, 'en'), undefined);
});

const CASES: Readonly<Record<string, readonly [string, string, string | number]>> = {
  'another number': [OWN.replace('12%', '13%'), 'fact_lost', '12'],
  'a number inside a longer one': [OWN.replace('12%', '123%'), 'fact_lost', '12'],
  'a number left out': [OWN.replace('by 17:30', ''), 'fact_lost', '17:30'],
  'a number added': [`${OWN} Only 3 are left.`, 'fact_invented', '3'],
  'another address': [OWN.replace('example.com/Path', 'example.org/Path'), 'fact_lost', 'example.com/Path?x=1'],
  'an address added': [`${OWN} Visit www.example.net now.`, 'fact_invented', 'www.example.net'],
  'another mailbox': [OWN.replace('ada@', 'eve@'), 'fact_lost', 'ada@example.com'],
  'other words in quotation marks': [OWN.replace('never again', 'maybe later'), 'quote_lost', 'never again'],
  'another text with the same facts': [
    'Totals: 2026, 1,250.50, 12, 17:30, ada@example.com, https://example.com/Path?x=1, “never again”',
    'words_lost',
    '54 %',
  ],
};
for (const [name, [rewritten, broken, value]] of Object.entries(CASES)) {
  test(`${name} is found: ${broken}`, () => {
    const found = findLostText(OWN, rewritten, 'en');
    assert.deepEqual([found?.name, found?.value], [broken, value]);
  });
}

test('a text may grow by 120 characters or by 30 %, and no further', () => {
  for (const [length, most] of [
    [100, 220],
    [2000, 2600],
  ] as const) {
    const own = 'word '.repeat(length / 5);
    assert.equal(findLostText(own, own + 'x'.repeat(most - length), 'en'), undefined);
    const found = findLostText(own, own + 'x'.repeat(most - length + 1), 'en');
    assert.deepEqual([found?.name, found?.value], ['too_long', most + 1]);
  }
});

const word = fc.stringMatching(/^[a-z]{3,9}$/);
const fact = fc.oneof(
  fc.integer({ min: 0, max: 1e9 }).map(String),
  fc.tuple(fc.nat(9999), fc.nat(99)).map(([whole, part]) => `${whole}.${part}`),
  word.map((name) => `${name}@example.com`),
  word.map((name) => `https://example.com/${name}`),
);

test('any text keeps itself, however it is spaced; without one of its facts it does not', () => {
  const parts = fc.array(fc.oneof(word, fact), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(parts, fc.constantFrom(' ', '  ', '\n', '\u3000'), fact, (words, gap, extra) => {
      const own = words.join(' ');
      assert.equal(findLostText(own, words.join(gap), 'en'), undefined);
      const isNew = !words.includes(extra);
      if (!isNew) return;
      assert.equal(findLostText(`${own} ${extra}`, own, 'en')?.name, 'fact_lost');
      assert.equal(findLostText(own, `${own} ${extra}`, 'en')?.name, 'fact_invented');
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      assert.equal(findLostText(text, text, 'en'), undefined);
    }),
  );
  const hostile = ['1.'.repeat(5000), 'a.'.repeat(5000), '@'.repeat(9000), '“'.repeat(9000), '"a'.repeat(5000)];
  for (const text of hostile) findLostText(text, text, 'en');
});
