import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { arpabetToIpa, isArpabetVowel } from './arpabet.ts';
import { stressedVowels, type HeardStress } from './english-stress.ts';
import { ENGLISH_LEXICON, spellForFlite } from './english-text.ts';

test('Flite is given plain ASCII, with dashes as the commas they are heard as', () => {
  assert.equal(spellForFlite('It’s a “naïve” café — really…'), 'It\'s a "naive" cafe, really,');
  assert.equal(spellForFlite('smørrebrød, straße'), 'smorrebrod, strasse');
  assert.equal(spellForFlite('Привет'), '');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.match(spellForFlite(text), /^[\x20-\x7e]*$/);
    }),
  );
});

test('words of our own lexicon are looked up however they are written', () => {
  assert.equal(spellForFlite("ChatGPT's URLs and GitHub"), "chatgpt's urls and github");
  assert.equal(spellForFlite('The USA'), 'The USA');
});

test('every sound of our own lexicon is one that Flite has', () => {
  const lines = new TextDecoder().decode(ENGLISH_LEXICON).trim().split('\n');
  for (const line of lines) {
    const [, sounds = ''] = line.split(' : ');
    for (const sound of sounds.split(' ')) assert.notEqual(arpabetToIpa(sound.replace(/\d$/, '')), '');
  }
  assert.throws(() => arpabetToIpa('qq'), /qq/);
  assert.ok(isArpabetVowel('aa') && !isArpabetVowel('hh'));
});

function sound(symbol: string, word: number, stressedAlone: boolean, durationSeconds = 0.1): HeardStress {
  return { symbol, word, stressedAlone, durationSeconds };
}

test('stress follows the lexicon, but not onto function words', () => {
  const sounds = [
    sound('dh', 0, false),
    sound('ah', 0, true),
    sound('b', 1, false),
    sound('ao', 1, true),
    sound('ih', 1, false),
  ];
  assert.deepEqual(stressedVowels(sounds, ['the', 'boring']), [false, false, false, true, false]);
});

test('a stress that would fall on a reduced vowel goes to the longest full vowel', () => {
  const sounds = [
    sound('r', 0, false),
    sound('ax', 0, true),
    sound('k', 0, false, 0.2),
    sound('ao', 0, false, 0.15),
    sound('ih', 0, false),
  ];
  assert.deepEqual(stressedVowels(sounds, ['record']), [false, false, false, true, false]);
  assert.deepEqual(stressedVowels([sound('ax', 0, true)], ['uh']), [false]);
});
