import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fitLines } from './line-breaking.ts';

/** A face whose letters are all half as wide as high. */
const measure = (text: string, sizePixels: number): number => (Array.from(text).length * sizePixels) / 2;

function fit(text: string, overrides: Partial<Parameters<typeof fitLines>[1]> = {}) {
  return fitLines(text, {
    sizes: [96, 92, 88, 84, 72, 60, 48],
    preferredSizes: 4,
    maximumWidth: 800,
    maximumLines: 3,
    measure,
    ...overrides,
  });
}

test('whatever the title, its lines fit, are three at most, and lose nothing unless they say so', () => {
  const anyWord = fc.string({ unit: fc.constantFrom('a', 'b', 'ß', 'é', '-', '中'), minLength: 1, maxLength: 24 });
  fc.assert(
    fc.property(fc.array(anyWord, { minLength: 1, maxLength: 20 }), (words) => {
      const title = words.join(' ');
      const fitted = fit(title);
      assert.ok(fitted.lines.length <= 3);
      for (const line of fitted.lines) assert.ok(measure(line, fitted.sizePixels) <= 800, line);
      const flat = (text: string): string => text.replaceAll(/\s/g, '');
      if (!fitted.isCut) assert.equal(flat(fitted.lines.join('')), flat(title));
    }),
  );
});

test('lines are balanced rather than filled', () => {
  const { lines } = fit('Five things we learned about onboarding new customers');
  assert.deepEqual(lines, ['Five things we learned', 'about onboarding', 'new customers']);
});

test('a line does not end in a word that belongs to the next, nor the title in an orphan', () => {
  assert.deepEqual(fit('Meet the people who make the rules').lines, ['Meet the people', 'who make the rules']);
  assert.deepEqual(fit('Understanding customers is hard').lines, ['Understanding', 'customers is hard']);
});

test('short titles stay on one line at full size', () => {
  assert.deepEqual(fit('Welcome'), { sizePixels: 96, lines: ['Welcome'], isCut: false });
});

test('a long word makes the title smaller, and breaks after its hyphen first', () => {
  assert.equal(fit('Rechtsschutzversicherung').sizePixels, 60);
  assert.deepEqual(fit('Datenschutz-Grundverordnung').lines, ['Datenschutz-', 'Grundverordnung']);
});

test('Chinese breaks between words and never before closing punctuation', () => {
  const { lines } = fit('我们的季度数据已经出来了,它们讲述了一个清晰的故事。');
  assert.ok(lines.length > 1);
  for (const line of lines) assert.doesNotMatch(line, /^[,。]/u);
});

test('what does not fit at the smallest size is cut with an ellipsis', () => {
  const fitted = fit('word '.repeat(60));
  assert.equal(fitted.isCut, true);
  assert.match(fitted.lines.at(-1) ?? '', /word…$/);
});

test('an empty title has no lines', () => {
  assert.deepEqual(fit('').lines, []);
});
