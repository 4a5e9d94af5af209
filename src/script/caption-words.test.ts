import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { AlignedWord } from '../media/alignment.ts';
import { captionWords, type CaptionWord, type SpokenPiece } from './caption-words.ts';
import { normaliseForSpeech } from './normalise.ts';
import { splitIntoUtterances } from './utterances.ts';

/** A voice that needs a tenth of a second for every character. */
const SECONDS_PER_CHARACTER = 0.1;

/** A word of the alignment for every spoken word, as a provider with word times gives it. */
function alignWords(text: string): AlignedWord[] {
  return Array.from(text.matchAll(/[\p{L}\p{M}'-]+/gu), (match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
    startSeconds: match.index * SECONDS_PER_CHARACTER,
    endSeconds: (match.index + match[0].length) * SECONDS_PER_CHARACTER,
  }));
}

function speak(
  text: string,
  language: string,
  align: (spoken: string) => AlignedWord[] = alignWords,
): { pieces: SpokenPiece[]; durationSeconds: number } {
  let clock = 0;
  const pieces = splitIntoUtterances(text, language).map((piece) => {
    const normalised = normaliseForSpeech(text.slice(piece.start, piece.end), language);
    const startSeconds = clock;
    const endSeconds = startSeconds + normalised.text.length * SECONDS_PER_CHARACTER;
    clock = endSeconds + piece.pauseAfterSeconds;
    return {
      start: piece.start,
      end: piece.end,
      spans: normalised.spans,
      words: align(normalised.text),
      startSeconds,
      endSeconds,
    };
  });
  return { pieces, durationSeconds: clock };
}

function wordsOf(text: string, language = 'en', align?: (spoken: string) => AlignedWord[]): CaptionWord[] {
  return captionWords({ text, language, ...speak(text, language, align) });
}

const rounded = (words: readonly CaptionWord[]) =>
  words.map((word) => [word.text, Math.round(word.startSeconds * 100) / 100, Math.round(word.endSeconds * 100) / 100]);

describe('captionWords', () => {
  test('shows what was written with the times of what is said', () => {
    // "I paid three dollars and fifty cents, Doctor Lee."
    assert.deepEqual(rounded(wordsOf('I paid $3.50, Dr. Lee.')), [
      ['I', 0, 0.1],
      ['paid', 0.2, 0.6],
      ['$3.50,', 0.7, 3.6],
      ['Dr.', 3.8, 4.4],
      ['Lee.', 4.5, 4.8],
    ]);
  });

  test('an emoji or a lone dash stands, without length, at the end of the word before it', () => {
    const words = wordsOf('Hello 👍 my – friend');
    assert.deepEqual(rounded(words), [
      ['Hello', 0, 0.5],
      ['👍', 0.5, 0.5],
      ['my', 0.6, 0.8],
      ['–', 0.8, 0.8],
      ['friend', 1, 1.6],
    ]);
  });

  test('written words that are read in one breath share the time by length', () => {
    const words = wordsOf('from 5 - 10 up');
    assert.deepEqual(
      words.map((word) => word.text),
      ['from', '5', '-', '10', 'up'],
    );
    const spoken = words.slice(1, 4);
    assert.ok(spoken.every((word, index) => index === 0 || word.startSeconds >= (spoken[index - 1]?.endSeconds ?? 0)));
    assert.ok(
      (words[1]?.endSeconds ?? 0) > (words[1]?.startSeconds ?? 0) &&
        (words[3]?.endSeconds ?? 0) > (words[3]?.startSeconds ?? 0),
    );
  });

  test('a spoken word that covers two written ones is shared between them', () => {
    const merged = () => [{ text: 'of the', start: 0, end: 6, startSeconds: 0, endSeconds: 0.6 }];
    assert.deepEqual(rounded(wordsOf('of the', 'en', merged)), [
      ['of', 0, 0.2],
      ['the', 0.3, 0.6],
    ]);
  });

  test('words that the alignment lacks share the gap between their neighbours', () => {
    const gappy = (spoken: string) => alignWords(spoken).filter((word) => !['is', 'lost'].includes(word.text));
    assert.deepEqual(rounded(wordsOf('What is lost here', 'en', gappy)), [
      ['What', 0, 0.4],
      ['is', 0.4, 0.7],
      ['lost', 0.7, 1.3],
      ['here', 1.3, 1.7],
    ]);
  });

  test('without aligned words the words of a piece share its time by length', () => {
    assert.deepEqual(rounded(wordsOf('one four', 'en', () => [])), [
      ['one', 0, 0.3],
      ['four', 0.4, 0.8],
    ]);
  });

  test('the second utterance goes on where the first and its rest end', () => {
    const words = wordsOf('The first sentence. The second sentence.');
    assert.equal(words[3]?.startSeconds.toFixed(2), '2.25');
    assert.deepEqual(
      words.map((word) => word.endsSentence),
      [false, false, true, false, false, true],
    );
  });

  test('a full stop of an abbreviation ends no sentence', () => {
    assert.deepEqual(
      wordsOf('Dr. Lee met the U.S. Army. Bye.').map((word) => word.endsSentence),
      [false, false, false, false, false, true, true],
    );
  });

  test('divides Chinese, Japanese and Thai into words that join, marks with the word before them', () => {
    assert.deepEqual(
      wordsOf('今天天气很好，我们（也）去。', 'zh').map((word) => word.text),
      ['今天', '天气', '很好，', '我们', '（也）', '去。'],
    );
    assert.deepEqual(
      wordsOf('今天天气很好', 'zh').map((word) => word.joinsPrevious),
      [false, true, true],
    );
    assert.deepEqual(
      wordsOf('สวัสดีครับ', 'th').map((word) => word.text),
      ['สวัสดี', 'ครับ'],
    );
    assert.deepEqual(
      wordsOf('Hello 世界', 'en').map((word) => [word.text, word.joinsPrevious]),
      [
        ['Hello', false],
        ['世界', false],
      ],
    );
  });

  test('a currency sign stays with its amount', () => {
    assert.deepEqual(
      wordsOf('花了￥3.50去', 'zh').map((word) => word.text),
      ['花了', '￥3.50', '去'],
    );
  });

  test('cuts words at a dash and web addresses where a line may break', () => {
    assert.deepEqual(
      wordsOf('yes—no').map((word) => [word.text, word.joinsPrevious]),
      [
        ['yes—', false],
        ['no', true],
      ],
    );
    const parts = wordsOf('https://example.com/a/rather/long/path/to/something');
    assert.ok(parts.every((part) => part.text.length <= 24));
    assert.equal(parts.map((part) => part.text).join(''), 'https://example.com/a/rather/long/path/to/something');
  });

  test('leaves Markdown out', () => {
    assert.deepEqual(
      wordsOf('# Title\n\n- **Bold** [link](https://x.com)').map((word) => word.text),
      ['Title', 'Bold', 'link'],
    );
  });

  const script = fc
    .array(
      fc.constantFrom(
        'Hello',
        ' ',
        ' ',
        '\n\n',
        '.',
        ', ',
        '$3.50',
        '👍🏽',
        '—',
        ' – ',
        '今天天气',
        '5-10',
        'Dr. ',
        '\u200B',
        '\u200F',
        '\uFFFD',
        '(',
        ')',
        '3.',
        'e\u0301',
        'שלום',
        'नमस्ते',
        'สวัสดี',
        '!',
        '𝐁',
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(''));

  test('no visible character is lost, times never go back and lie inside the duration', () => {
    fc.assert(
      fc.property(script, fc.constantFrom('en', 'zh', 'th', 'ar'), fc.boolean(), (text, language, hasAlignment) => {
        const { pieces, durationSeconds } = speak(text, language, hasAlignment ? alignWords : () => []);
        const words = captionWords({ text, language, pieces, durationSeconds });
        assert.equal(words.map((word) => word.text).join(''), text.replaceAll(/\s/gu, '').replace(/^$/u, ''));
        let clock = 0;
        for (const word of words) {
          assert.ok(
            word.startSeconds >= clock &&
              word.endSeconds >= word.startSeconds &&
              word.endSeconds <= durationSeconds + 1e-9,
          );
          clock = word.endSeconds;
        }
        if (words.length > 0) assert.equal(words.at(-1)?.endsSentence, true);
        assert.equal(words[0]?.joinsPrevious ?? false, false);
      }),
      { numRuns: 250 },
    );
  });
});
