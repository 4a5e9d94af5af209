import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { normaliseForSpeech } from './normalise.ts';
import {
  countCharacters,
  estimateSpeechSeconds,
  isUnspeakable,
  isWellFormed,
  SPEECH_ESTIMATE_MARGIN,
} from './script-limits.ts';

describe('countCharacters', () => {
  test('counts what a reader sees', () => {
    assert.equal(countCharacters(''), 0);
    assert.equal(countCharacters('abc'), 3);
    assert.equal(countCharacters('e\u0301'), 1);
    assert.equal(countCharacters('👨‍👩‍👧‍👦🇩🇪👍🏽'), 3);
    assert.equal(countCharacters('नमस्ते'), 3);
    assert.equal(countCharacters('a'.repeat(3000)), 3000);
  });
});

describe('isWellFormed and isUnspeakable', () => {
  test('half a surrogate pair is not well formed', () => {
    assert.equal(isWellFormed('a\uD800'), false);
    assert.equal(isWellFormed('👍'), true);
  });

  test('only letters and digits can be said', () => {
    for (const text of ['', ' \n', '\u200B\u2060', '...!?', '👍🏽', '—', '\uFEFF'])
      assert.equal(isUnspeakable(text), true, JSON.stringify(text));
    for (const text of ['a', '1', '今', '½', 'x.']) assert.equal(isUnspeakable(text), false, text);
  });
});

/** Durations of the offline voices, the rests between utterances included. */
const MEASURED: readonly (readonly [language: string, script: string, seconds: number])[] = [
  [
    'en',
    'The old lighthouse keeper climbed the stairs every evening at 6:30 p.m. He lit the lamp, checked the lens, and wrote one line in his book. In 1987 the light became automatic. Nobody climbed the stairs any more, but the book is still there.',
    16.4,
  ],
  [
    'en',
    'Our revenue grew 12.5% to $3.4 million this quarter. That is the best result since 2019! Three things made the difference: a simpler product, faster support, and a team that listens. Thank you all.',
    15.9,
  ],
  [
    'en',
    'Photosynthesis is the process by which plants convert light into chemical energy. Chlorophyll absorbs mostly red and blue wavelengths, which is why leaves look green.',
    10.2,
  ],
  [
    'es',
    'El río nace en las montañas y recorre más de 300 kilómetros hasta llegar al mar. En primavera, cuando la nieve se derrite, su caudal se multiplica. Muchos pueblos viven de la pesca y del turismo.',
    12.1,
  ],
  [
    'fr',
    'La bibliothèque ouvre ses portes à 9h30. Elle possède plus de 20 000 livres, des journaux et une salle pour les enfants. Chaque samedi, un auteur vient lire un extrait de son dernier roman.',
    9.7,
  ],
  [
    'de',
    'Die Brücke wurde 1894 gebaut und verbindet seitdem beide Ufer der Stadt. Jeden Tag fahren rund 15.000 Autos darüber. Im nächsten Jahr soll sie gründlich erneuert werden.',
    11.6,
  ],
  ['zh', '这座桥建于1894年，每天大约有一万五千辆汽车通过。明年它将进行全面的维修。我们希望大家多走地铁。', 13.2],
];

describe('estimateSpeechSeconds', () => {
  for (const [language, script, seconds] of MEASURED) {
    test(`${language}: within the margin of what was measured`, () => {
      const estimate = estimateSpeechSeconds(normaliseForSpeech(script, language).text, language);
      assert.ok(Math.abs(estimate - seconds) <= seconds * SPEECH_ESTIMATE_MARGIN, `${estimate} for ${seconds}`);
    });
  }

  test('is nothing for nothing, and grows with the text', () => {
    assert.equal(estimateSpeechSeconds('', 'en'), 0);
    assert.equal(estimateSpeechSeconds('… 👍', 'en'), 0);
    assert.ok(
      estimateSpeechSeconds('One sentence. And another one.', 'en') > estimateSpeechSeconds('One sentence.', 'en'),
    );
    assert.ok(estimateSpeechSeconds('Unbekannt', 'xx') > 0);
  });
});
