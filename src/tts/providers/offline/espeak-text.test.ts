import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { espeakSoundToIpa, ipaKind, isStressedVowel } from './espeak-sounds.ts';
import { textForEspeak } from './espeak-text.ts';

test('markup, emoji and quotes are blanked, dashes become commas, joiners and apostrophes stay', () => {
  assert.equal(textForEspeak('a<b>&c “d” 😀 e—f').text, 'a b  c  d    e,f');
  assert.equal(textForEspeak('l’homme').text, "l'homme");
  assert.equal(textForEspeak('क्\u200dष').text, 'क्\u200dष');
  assert.equal(textForEspeak('Wörter\u00adbuch').text, 'Wörterbuch');
});

test('every code point that is sent knows where it came from', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { text: sent, offsets } = textForEspeak(text);
      const characters = [...sent];
      assert.equal(characters.length, offsets.length);
      for (const [index, character] of characters.entries()) {
        const original = String.fromCodePoint(text.codePointAt(offsets[index] as number) as number);
        if (/\p{Letter}/u.test(character)) assert.equal(original, character);
        assert.ok(index === 0 || (offsets[index] as number) > (offsets[index - 1] as number));
      }
      assert.doesNotMatch(sent, /[<>&]/);
    }),
  );
});

test('a sound loses its stress, length, tone and other marks', () => {
  for (const [id, ipa] of [
    ['ˈɑː', 'ɑ'],
    ['ˌe̞', 'e'],
    ['ɛ̃', 'ɛ'],
    ['ç', 'ç'],
    ['dʲ', 'd'],
    ['tɕh', 'tɕ'],
    ['ˈi5', 'i'],
    ['onɡ', 'oŋ'],
    ['ɯᵝ', 'ɯ'],
    ['s-', 's'],
    ['g', 'ɡ'],
    ['ʲ', 'j'],
    ['(en)', ''],
    ['', ''],
  ] as const) {
    assert.equal(espeakSoundToIpa(id), ipa, id);
  }
});

test('vowels, consonants and pauses are told apart', () => {
  assert.equal(ipaKind('aɪ'), 'vowel');
  assert.equal(ipaKind('tʃ'), 'consonant');
  assert.equal(ipaKind(''), 'pause');
  assert.ok(isStressedVowel('ˈɑː') && !isStressedVowel('ˌɑː') && !isStressedVowel('ɑ') && !isStressedVowel('ˈs'));
});
