import assert from 'node:assert/strict';
import { test } from 'node:test';
import { espeakLanguages, findEspeakVoice } from './espeak-languages.ts';

const VOICES = [
  { identifier: 'gmw/de', languages: [{ name: 'de', priority: 5 }] },
  {
    identifier: 'roa/fr-BE',
    languages: [
      { name: 'fr-be', priority: 5 },
      { name: 'fr', priority: 8 },
    ],
  },
  {
    identifier: 'roa/fr',
    languages: [
      { name: 'fr-fr', priority: 5 },
      { name: 'fr', priority: 5 },
    ],
  },
  {
    identifier: 'sit/cmn',
    languages: [
      { name: 'cmn', priority: 5 },
      { name: 'zh', priority: 5 },
    ],
  },
  {
    identifier: 'sit/yue',
    languages: [
      { name: 'yue', priority: 5 },
      { name: 'zh', priority: 3 },
    ],
  },
  { identifier: 'gmq/nb', languages: [{ name: 'nb', priority: 5 }] },
];

test('a tag finds its own voice, else that of the shorter tag, the best fit first', () => {
  for (const [tag, identifier] of [
    ['de', 'gmw/de'],
    ['DE-at', 'gmw/de'],
    ['fr', 'roa/fr'],
    ['fr-BE', 'roa/fr-BE'],
    ['fr_CA', 'roa/fr'],
    ['zh', 'sit/cmn'],
    ['zh-Hant-TW', 'sit/cmn'],
    ['zh-HK', 'sit/yue'],
    ['no', 'gmq/nb'],
    ['d', undefined],
    ['deu', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(findEspeakVoice(VOICES, tag), identifier, tag);
  }
});

test('the list has every language once', () => {
  const languages = espeakLanguages(VOICES);
  assert.equal(new Set(languages).size, languages.length);
  for (const tag of ['de', 'fr-be', 'zh', 'yue', 'no']) assert.ok(languages.includes(tag));
});
