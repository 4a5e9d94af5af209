import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { MAXIMUM_UTTERANCE_CHARACTERS, PAUSE_SECONDS, splitIntoUtterances } from './utterances.ts';

const split = (text: string, language = 'en', limits = {}) =>
  splitIntoUtterances(text, language, limits).map((piece) => text.slice(piece.start, piece.end).trim());

const SENTENCES: readonly (readonly [language: string, text: string, sentences: readonly string[]])[] = [
  ['en', 'Dr. Smith came home. He was very tired.', ['Dr. Smith came home.', 'He was very tired.']],
  [
    'en',
    'J. R. R. Tolkien wrote it. George W. Bush read it.',
    ['J. R. R. Tolkien wrote it.', 'George W. Bush read it.'],
  ],
  [
    'en',
    'The U.S. Army is big. It lives in the U.S. The rest does not.',
    ['The U.S. Army is big.', 'It lives in the U.S.', 'The rest does not.'],
  ],
  ['en', 'It costs $3.50 per unit. Version 3.2.1 is out.', ['It costs $3.50 per unit.', 'Version 3.2.1 is out.']],
  [
    'en',
    'See https://example.com/a.b?c for more. Then call me.',
    ['See https://example.com/a.b?c for more.', 'Then call me.'],
  ],
  [
    'en',
    'We met at 5 p.m. Then we left again. Goodbye to you all.',
    ['We met at 5 p.m.', 'Then we left again.', 'Goodbye to you all.'],
  ],
  [
    'en',
    'He met Mr. and Mrs. Jones vs. Mr. Lee. Nobody won that.',
    ['He met Mr. and Mrs. Jones vs. Mr. Lee.', 'Nobody won that.'],
  ],
  [
    'en',
    'Is this the question? "Yes, it is!" she said. That was all.',
    ['Is this the question?', '"Yes, it is!" she said.', 'That was all.'],
  ],
  [
    'en',
    'She lives on Main St. He lives on Elm Dr. They never meet.',
    ['She lives on Main St.', 'He lives on Elm Dr.', 'They never meet.'],
  ],
  [
    'en',
    'Buy apples, e.g. Granny Smith. Or pears, i.e. Conference.',
    ['Buy apples, e.g. Granny Smith.', 'Or pears, i.e. Conference.'],
  ],
  [
    'de',
    'Am 5. Mai kam Dr. Müller an. Er blieb z. B. lange hier.',
    ['Am 5. Mai kam Dr. Müller an.', 'Er blieb z. B. lange hier.'],
  ],
  [
    'fr',
    'M. Dupont est arrivé hier. Il est resté longtemps.',
    ['M. Dupont est arrivé hier.', 'Il est resté longtemps.'],
  ],
  ['es', 'El Sr. López llegó ayer. ¿Cuándo se va a marchar?', ['El Sr. López llegó ayer.', '¿Cuándo se va a marchar?']],
  ['zh', '今天天气非常非常好。我们一起去公园玩吧！', ['今天天气非常非常好。', '我们一起去公园玩吧！']],
  ['ja', '今日はとても天気がいいです。公園に行きましょう。', ['今日はとても天気がいいです。', '公園に行きましょう。']],
  ['hi', 'आज मौसम बहुत अच्छा है। हम पार्क जाएँगे।', ['आज मौसम बहुत अच्छा है।', 'हम पार्क जाएँगे।']],
  ['ar', 'الطقس جميل جدا اليوم. هل نذهب إلى الحديقة؟', ['الطقس جميل جدا اليوم.', 'هل نذهب إلى الحديقة؟']],
];

describe('splitIntoUtterances', () => {
  for (const [language, text, sentences] of SENTENCES) {
    test(`${language}: ${text}`, () => assert.deepEqual(split(text, language, { minimumLetters: 1 }), sentences));
  }

  test('joins tiny sentences of a paragraph with a neighbour, but not across paragraphs or lines', () => {
    assert.deepEqual(split('Hi. Yes. We start our long story now. Ok.'), ['Hi. Yes. We start our long story now. Ok.']);
    assert.deepEqual(split('Hello.\n\nWe start our long story now.'), ['Hello.', 'We start our long story now.']);
    assert.deepEqual(split('- One\n- Two\n- Three'), ['- One', '- Two', '- Three']);
  });

  test('joins lines that an editor wrapped, and keeps headings apart', () => {
    assert.deepEqual(split('This is a sentence that was wrapped\nby an editor at some column.'), [
      'This is a sentence that was wrapped\nby an editor at some column.',
    ]);
    assert.deepEqual(split('Our Great Title\nThis is the first sentence.'), [
      'Our Great Title',
      'This is the first sentence.',
    ]);
  });

  test('cuts a long sentence where a clause ends, into parts of similar length', () => {
    const clause = 'the quick brown fox jumps over the lazy dog near the river';
    const text = `${Array.from({ length: 10 }, () => clause).join(', ')}.`;
    const pieces = splitIntoUtterances(text, 'en');
    const lengths = pieces.map((piece) => piece.end - piece.start);
    assert.equal(pieces.length, 2);
    assert.ok(Math.max(...lengths) / Math.min(...lengths) < 1.5, String(lengths));
    assert.equal(pieces[0]?.boundary, 'clause');
    assert.ok(text.slice(0, pieces[0]?.end).trimEnd().endsWith(','));
  });

  test('cuts at words when there is no clause, and between Chinese words when there is no space', () => {
    assert.ok(split('word '.repeat(200)).every((piece) => /^(?:word ?)+$/.test(piece)));
    const chinese = split('今天天气很好我们去公园玩'.repeat(60), 'zh');
    assert.ok(chinese.every((piece) => piece.length <= MAXIMUM_UTTERANCE_CHARACTERS));
    assert.ok(chinese.every((piece) => !piece.startsWith('气') && !piece.startsWith('园')));
  });

  test('rests as long as what ends there asks for, and not at all at the end', () => {
    const pieces = splitIntoUtterances(
      'The first sentence is here. The second one too.\n\nA new paragraph begins.',
      'en',
    );
    assert.deepEqual(
      pieces.map((piece) => [piece.boundary, piece.pauseAfterSeconds]),
      [
        ['sentence', PAUSE_SECONDS.sentence],
        ['paragraph', PAUSE_SECONDS.paragraph],
        ['end', 0],
      ],
    );
  });

  test('an empty script has no pieces, a silent one has one', () => {
    assert.deepEqual(splitIntoUtterances('', 'en'), []);
    assert.equal(splitIntoUtterances(' \n\n… 👍 ', 'en').length, 1);
  });

  const script = fc
    .array(
      fc.constantFrom(
        'Dr. ',
        'Hello there. ',
        'A',
        ' ',
        '\n',
        '\n\n',
        '\r\n\r\n',
        '. ',
        '! ',
        '👍🏽',
        '今天天气。',
        'word ',
        'longer-word, ',
        '$3.50 ',
        'U.S. ',
        '\u2029',
        '\uD800',
        'e\u0301',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));

  test('pieces lie end to end, give back the script, respect the maximum and always have something to say', () => {
    fc.assert(
      fc.property(
        script,
        fc.constantFrom('en', 'zh', 'de', 'not a tag'),
        fc.integer({ min: 20, max: 80 }),
        (text, language, maximumCharacters) => {
          const pieces = splitIntoUtterances(text, language, { maximumCharacters });
          assert.equal(pieces.map((piece) => text.slice(piece.start, piece.end)).join(''), text);
          let end = 0;
          for (const piece of pieces) {
            assert.equal(piece.start, end);
            assert.ok(piece.end > piece.start);
            end = piece.end;
            const letters = /[\p{L}\p{N}]/u.test(text.slice(piece.start, piece.end));
            if (/[\p{L}\p{N}]/u.test(text)) assert.ok(letters, 'a silent piece in a script that has words');
            const spoken = text.slice(piece.start, piece.end).replaceAll(/[^\p{L}\p{N}]/gu, '');
            assert.ok(spoken.length <= maximumCharacters);
          }
        },
      ),
      { numRuns: 250 },
    );
  });
});
