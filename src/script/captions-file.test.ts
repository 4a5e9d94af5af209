import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { groupCaptionWords, type GroupableWord } from './caption-groups.ts';
import { toSubRip, toWebVtt } from './captions-file.ts';

const word = (text: string, startSeconds: number, endSeconds: number, endsSentence = false): GroupableWord => ({
  text,
  startSeconds,
  endSeconds,
  joinsPrevious: false,
  endsSentence,
});
const WORDS = [
  word('Tom', 0, 0.4),
  word('&', 0.4, 0.6),
  word('<b>', 0.6, 1),
  word('a-->b.', 1, 1.5, true),
  word('End.', 3661.5, 3662.0004, true),
];
const GROUPS = groupCaptionWords(WORDS);

describe('caption files', () => {
  test('SubRip', () => {
    assert.equal(
      toSubRip(WORDS, GROUPS),
      '1\n00:00:00,000 --> 00:00:02,100\nTom & <b> a—>b.\n\n2\n01:01:01,500 --> 01:01:02,600\nEnd.\n',
    );
  });

  test('WebVTT escapes what would be markup', () => {
    assert.equal(
      toWebVtt(WORDS, GROUPS),
      'WEBVTT\n\n00:00:00.000 --> 00:00:02.100\nTom &amp; &lt;b&gt; a—&gt;b.\n\n01:01:01.500 --> 01:01:02.600\nEnd.\n',
    );
  });

  test('a script without words gives valid files without cues', () => {
    assert.equal(toSubRip([], []), '');
    assert.equal(toWebVtt([], []), 'WEBVTT\n');
  });

  test('whatever the words, every cue has its lines, a time and no overlap', () => {
    const anyWords = fc
      .array(
        fc.record({
          text: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
          length: fc.double({ min: 0, max: 2, noNaN: true }),
        }),
        { maxLength: 20 },
      )
      .map((list) => {
        let clock = 0;
        return list.map(({ text, length }) => word(text, clock, (clock += length), length > 1));
      });
    fc.assert(
      fc.property(anyWords, (list) => {
        const groups = groupCaptionWords(list);
        const cues = toWebVtt(list, groups).split('\n\n').slice(1);
        assert.equal(cues.length, groups.length);
        let clock = 0;
        for (const [index, cue] of cues.entries()) {
          const [times = '', ...lines] = cue.replace(/\n$/, '').split('\n');
          const [start = 0, end = 0] = times.split(' --> ').map(toMilliseconds);
          assert.ok(start >= clock && end > start);
          clock = end;
          assert.equal(lines.length, groups[index]?.lines.length);
          for (const line of lines) assert.ok(line.length > 0 && !/[<>]|-->/.test(line));
        }
      }),
      { numRuns: 200 },
    );
  });
});

function toMilliseconds(stamp: string): number {
  const [, hours, minutes, seconds, rest] = /^(\d{2,}):(\d\d):(\d\d)\.(\d{3})$/.exec(stamp) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(rest);
}
