import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { displayWidth } from './caption-groups.ts';
import { deriveTitle, MAXIMUM_TITLE_WIDTH } from './title.ts';

const CASES: readonly (readonly [language: string, script: string, title: string])[] = [
  [
    'en',
    'Hello everyone! Today we will talk about the history of the Roman Empire and its fall.',
    'Today we will talk about the history',
  ],
  [
    'en',
    'Our new product, which launches in May, is the best thing since sliced bread and more.',
    'Our new product, which launches in May',
  ],
  ['en', 'Welcome to Acme Corp.', 'Welcome to Acme Corp'],
  ['en', 'Welcome! This is my first AI video.', 'My first AI video'],
  ['de', 'Willkommen! Heute geht es um Tee.', 'Heute geht es um Tee'],
  [
    'en',
    'What if you could turn any script into a video in less than five minutes?',
    'What if you could turn any script',
  ],
  ['en', 'Why do cats purr? Nobody knows for sure.', 'Why do cats purr?'],
  ['en', 'Good morning. I am Amara, your host.', 'I am Amara, your host'],
  ['en', '**How to cook** rice – the easy way', 'How to cook rice – the easy way'],
  ['en', '# Our Plan\n\nFirst we wait.', 'Our Plan'],
  ['en', '🎉 we did it! See https://example.com.', 'We did it!'],
  ['en', 'Hi.', 'Hi'],
  ['en', 'iPhone sales grew again last year.', 'iPhone sales grew again last year'],
  ['en', 'The market is in the U.S.', 'The market is in the U.S.'],
  ['en', '', ''],
  ['en', '🎉🎉', ''],
  [
    'de',
    'Guten Tag! Heute sprechen wir über die Geschichte der Stadt Berlin und ihrer Mauer.',
    'Heute sprechen wir über die Geschichte',
  ],
  ['es', '¿Sabes cómo funciona un motor?', '¿Sabes cómo funciona un motor?'],
  [
    'zh',
    '大家好！今天我们要介绍一种全新的人工智能视频工具，它可以自动生成讲解视频。',
    '今天我们要介绍一种全新的人工智能视频工具',
  ],
  ['tr', 'istanbul çok güzel bir şehir.', 'İstanbul çok güzel bir şehir'],
];

describe('deriveTitle', () => {
  for (const [language, script, title] of CASES) {
    test(`${language}: ${script.slice(0, 40)}`, () => assert.equal(deriveTitle(script, language), title));
  }

  test('is one line, never too wide, and there whenever the script has words', () => {
    const script = fc
      .array(
        fc.constantFrom(
          'The ',
          'a ',
          'word ',
          'of ',
          'extraordinarily',
          '今天',
          '👍🏽',
          '\n',
          '. ',
          ', ',
          '**',
          'https://x.com ',
          '\uD800',
          '\u0000',
          'U.S. ',
        ),
        { maxLength: 30 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(script, (text) => {
        const title = deriveTitle(text, 'en');
        assert.ok(displayWidth(title) <= MAXIMUM_TITLE_WIDTH);
        assert.doesNotMatch(title, /[\p{Cc}\uD800-\uDFFF]|^\s|\s$/u);
        assert.ok(title.isWellFormed());
        if (/[\p{L}\p{N}]/u.test(text.replaceAll(/https?:\S+/g, ''))) assert.notEqual(title, '');
      }),
      { numRuns: 250 },
    );
  });
});
