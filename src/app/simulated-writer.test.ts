import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAnswer } from '../script/enhancers/openai/answer.ts';
import { messagesFor } from '../script/enhancers/openai/prompt.ts';
import { findInventedFact, findLostText } from '../script/kept-text.ts';
import { isUnspeakable } from '../script/script-limits.ts';
import { simulatedWriter } from './simulated-writer.ts';

const SAMPLES: readonly (readonly [string, string])[] = [
  ['en', 'Welcome! In 2026 we sold 1,250 units. See https://example.com or write to ada@example.com.'],
  ['de', 'Guten Tag! Am 3. Oktober kosten „gute Ideen“ nur 12,50 Euro. Das ist wenig.'],
  ['zh', '大家好！今天我们介绍三个新功能。第一个功能很快。'],
  ['ja', 'こんにちは。きょうは あたらしい はなしを します。'],
  ['ar', 'مرحبا بكم. سنتحدث اليوم عن 3 أفكار جديدة.'],
];

function write(script: string, language: string) {
  const asked = { script, language };
  return readAnswer(JSON.stringify(simulatedWriter(messagesFor(asked))), asked).enhanced;
}

for (const [language, script] of SAMPLES) {
  test(`${language}: the text comes back, with a title and key points that state nothing new`, () => {
    const enhanced = write(script, language);
    assert.equal(enhanced?.spokenText, script);
    assert.ok(enhanced.title.length > 3 && enhanced.keyPoints.length > 0);
    for (const line of [enhanced.title, ...enhanced.keyPoints]) assert.equal(findInventedFact(script, line), undefined);
  });
}

test('whatever may be spoken is spoken as it was typed, but for spaces at its edges', () => {
  const character = fc.oneof(
    fc.constantFrom(...' .,!?\n\t1a"“”@/-é'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  const texts = fc.array(character, { minLength: 1, maxLength: 200 }).map((characters) => characters.join(''));
  fc.assert(
    fc.property(texts, fc.constantFrom('en', 'de', 'ja', 'ar', 'th'), (script, language) => {
      fc.pre(!isUnspeakable(script) && !/(?![\t\n\r])\p{Cc}/u.test(script));
      const enhanced = write(script, language);
      assert.equal(enhanced?.spokenText, script.replaceAll('\r\n', '\n').trim());
      assert.equal(findLostText(script, enhanced.spokenText, language), undefined);
    }),
  );
});

test('a request of another program is answered as well', () => {
  const { spokenText } = simulatedWriter([{ role: 'user', content: 'Improve this: Hello there.' }]);
  assert.equal(spokenText, 'Improve this: Hello there.');
});
