import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import {
  captionLineText,
  DEFAULT_CAPTION_LIMITS,
  displayWidth,
  groupCaptionWords,
  MINIMUM_GROUP_SECONDS,
  type GroupableWord,
} from './caption-groups.ts';

/** Words a third of a second each, without pauses; a full stop, question or exclamation mark ends a sentence. */
function words(text: string, secondsPerWord = 0.33): GroupableWord[] {
  return text.split(' ').map((word, index) => ({
    text: word.replace(/^\+/, ''),
    startSeconds: index * secondsPerWord,
    endSeconds: (index + 1) * secondsPerWord,
    joinsPrevious: word.startsWith('+'),
    endsSentence: /[.!?。]$/u.test(word) && !/^(?:Dr|U\.S)\.$/u.test(word),
  }));
}

const linesOf = (list: readonly GroupableWord[], limits = DEFAULT_CAPTION_LIMITS) =>
  groupCaptionWords(list, limits).map((group) => group.lines.map((line) => captionLineText(list, line)));

describe('groupCaptionWords', () => {
  test('starts a new group with every sentence', () => {
    assert.deepEqual(linesOf(words('Now we begin. Then we go on.')), [['Now we begin.'], ['Then we go on.']]);
  });

  test('breaks where phrases end and keeps articles with their nouns', () => {
    const groups = linesOf(
      words(
        'When the sun rises over the hills, the birds begin to sing in the old garden behind the house of my father.',
      ),
    );
    assert.deepEqual(groups[0], ['When the sun rises over the hills,']);
    for (const line of groups.flat()) assert.doesNotMatch(line, / (?:the|of|to|in|my)$/);
  });

  test('balances two lines and does not part a title from its name', () => {
    const groups = linesOf(words('Yesterday evening the famous Dr. Livingstone came to our village again.'));
    for (const line of groups.flat()) assert.doesNotMatch(line, /Dr\.$/);
    for (const group of groups) {
      const widths = group.map(displayWidth);
      if (widths.length === 2) assert.ok(Math.min(...widths) >= Math.max(...widths) * 0.5, group.join(' / '));
    }
  });

  test('counts a Chinese character as two', () => {
    assert.equal(displayWidth('今天ab'), 6);
    assert.equal(displayWidth('e\u0301👍🏽'), 3);
    const chinese = words(Array.from({ length: 30 }, (_, index) => (index === 0 ? '天气' : '+天气')).join(' '), 0.2);
    for (const line of linesOf(chinese).flat())
      assert.ok(displayWidth(line) <= DEFAULT_CAPTION_LIMITS.maximumCharactersPerLine);
  });

  test('a short sentence takes the next one along, or stays until it can be read when nothing follows', () => {
    const list: GroupableWord[] = [
      { text: 'Hi.', startSeconds: 0, endSeconds: 0.2, joinsPrevious: false, endsSentence: true },
      { text: 'Go.', startSeconds: 0.3, endSeconds: 0.5, joinsPrevious: false, endsSentence: true },
      { text: 'End.', startSeconds: 5, endSeconds: 5.1, joinsPrevious: false, endsSentence: true },
    ];
    assert.deepEqual(linesOf(list), [['Hi. Go.'], ['End.']]);
    const groups = groupCaptionWords(list);
    for (const group of groups) assert.ok(group.endSeconds - group.startSeconds >= MINIMUM_GROUP_SECONDS);
  });

  test('a long silence starts a new group', () => {
    const list = words('one two three four');
    const late = list.map((word, index) =>
      index < 2 ? word : { ...word, startSeconds: word.startSeconds + 3, endSeconds: word.endSeconds + 3 },
    );
    assert.deepEqual(linesOf(late), [['one two'], ['three four']]);
  });

  const wordList = fc
    .array(
      fc.record({
        text: fc.constantFrom(
          'a',
          'the',
          'word',
          'extraordinary',
          'end.',
          'clause,',
          '今天',
          '👍',
          '—',
          'Dr.',
          'wwwwwwwwwwwwwwwwwwwwwwww',
        ),
        gap: fc.constantFrom(0, 0, 0, 0.3, 2),
        length: fc.constantFrom(0, 0.1, 0.3, 0.8),
        joinsPrevious: fc.boolean(),
      }),
      { maxLength: 40 },
    )
    .map((list) => {
      let clock = 0;
      return list.map((word, index): GroupableWord => {
        const startSeconds = clock + word.gap;
        clock = startSeconds + word.length;
        return {
          text: word.text,
          startSeconds,
          endSeconds: clock,
          joinsPrevious: word.joinsPrevious && index > 0,
          endsSentence: word.text === 'end.',
        };
      });
    });

  test('every word once and in order, at most so many lines of at most such a width, no overlap in time', () => {
    fc.assert(
      fc.property(
        wordList,
        fc.integer({ min: 24, max: 40 }),
        fc.integer({ min: 1, max: 2 }),
        (list, maximumCharactersPerLine, maximumLines) => {
          const groups = groupCaptionWords(list, { maximumCharactersPerLine, maximumLines });
          let next = 0;
          let clock = 0;
          for (const group of groups) {
            assert.ok(group.lines.length >= 1 && group.lines.length <= maximumLines);
            assert.ok(group.startSeconds >= clock && group.endSeconds >= group.startSeconds);
            clock = group.endSeconds;
            for (const line of group.lines) {
              assert.equal(line.firstWord, next);
              assert.ok(line.lastWord >= line.firstWord);
              next = line.lastWord + 1;
              assert.ok(displayWidth(captionLineText(list, line)) <= maximumCharactersPerLine);
            }
          }
          assert.equal(next, list.length);
        },
      ),
      { numRuns: 250 },
    );
  });
});
