import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { CaptionGroup, CaptionWord } from './brief.ts';
import { layOutCaptionGroup } from './caption-layout.ts';

const OPTIONS = {
  sizePixels: 50,
  centreX: 500,
  maximumWidth: 900,
  measure: (text: string, sizePixels: number) => (Array.from(text).length * sizePixels) / 2,
};

function spoken(texts: readonly string[], joins = false): CaptionWord[] {
  return texts.map((text, index) => ({
    text,
    startSeconds: index,
    endSeconds: index + 1,
    joinsPrevious: joins && index > 0,
    endsSentence: false,
  }));
}

function lines(...ends: readonly number[]): CaptionGroup {
  return {
    startSeconds: 0,
    endSeconds: 9,
    lines: ends.map((lastWord, index) => ({ firstWord: index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, lastWord })),
  };
}

test('whatever the words, none overlap and all lie within the width', () => {
  const anyTexts = fc.array(fc.string({ unit: fc.constantFrom('a', 'ب', '中'), minLength: 1, maxLength: 40 }), {
    minLength: 2,
    maxLength: 12,
  });
  fc.assert(
    fc.property(anyTexts, fc.boolean(), fc.integer({ min: 0, max: 10 }), (texts, joins, cut) => {
      const last = texts.length - 1;
      const group = lines(Math.min(cut, last - 1), last);
      const laidOut = layOutCaptionGroup(spoken(texts, joins), group, OPTIONS);
      assert.equal(laidOut.words.length, texts.length);
      for (const line of [0, 1]) {
        const placed = laidOut.words.filter((word) => word.line === line);
        let edge = OPTIONS.centreX - OPTIONS.maximumWidth / 2 - 0.001;
        for (const word of placed) {
          assert.ok(word.x >= edge, `word ${word.wordIndex} begins at ${word.x}, before ${edge}`);
          edge = word.x + word.width - 0.001;
        }
        assert.ok(edge <= OPTIONS.centreX + OPTIONS.maximumWidth / 2 + 0.001);
      }
    }),
  );
});

test('lines that fit are kept as they were given', () => {
  const laidOut = layOutCaptionGroup(spoken(['one', 'two', 'three']), lines(0, 2), OPTIONS);
  assert.deepEqual(
    laidOut.words.map((word) => word.line),
    [0, 1, 1],
  );
  assert.equal(laidOut.sizePixels, 50);
});

test('a line that is too wide is broken anew before it is set smaller', () => {
  const words = spoken(['extraordinarily', 'elongated', 'words', 'together']);
  const laidOut = layOutCaptionGroup(words, lines(3), OPTIONS);
  assert.equal(laidOut.lineCount, 2);
  assert.equal(laidOut.sizePixels, 50);
});

test('a single word wider than the page is set smaller', () => {
  const laidOut = layOutCaptionGroup(spoken(['x'.repeat(72)]), lines(0), OPTIONS);
  assert.equal(laidOut.sizePixels, 25);
});

test('an Arabic line runs from right to left', () => {
  const laidOut = layOutCaptionGroup(spoken(['سلام', 'عليكم', 'جميعا']), lines(2), OPTIONS);
  const byPlace = laidOut.words.toSorted((a, b) => a.x - b.x).map((word) => word.wordIndex);
  assert.deepEqual(byPlace, [2, 1, 0]);
});

test('words that join the one before touch it', () => {
  const [first, second] = layOutCaptionGroup(spoken(['我们', '开始'], true), lines(1), OPTIONS).words;
  assert.equal((first?.x ?? 0) + (first?.width ?? 0), second?.x);
  assert.equal(first?.touchesRight, true);
  assert.equal(second?.touchesLeft, true);
});
