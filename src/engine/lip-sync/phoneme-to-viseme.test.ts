import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { phonemeStages } from './phoneme-to-viseme.ts';
import { VISEMES, type Viseme } from './viseme.ts';

/** The reference table, sound by sound. */
const EXPECTED: Readonly<Record<Viseme, string>> = {
  sil: 'sil',
  PP: 'p b m',
  FF: 'f v ɱ',
  TH: 'θ ð',
  DD: 't d ɾ ʈ ɖ',
  kk: 'k ɡ g ŋ x q χ',
  CH: 'ʃ ʒ ɕ ʑ ç ʂ ʐ',
  SS: 's z',
  nn: 'n l ɲ ɫ ʎ',
  RR: 'ɹ r ʁ ɚ ɜ ɝ',
  aa: 'a ɑ æ ʌ ɐ',
  E: 'e ɛ ə œ ø',
  I: 'i ɪ j y',
  O: 'ɔ o ɒ',
  U: 'u ʊ w ɯ',
};

test('every sound of the reference table shows its viseme', () => {
  for (const viseme of VISEMES) {
    for (const phoneme of EXPECTED[viseme].split(' ')) {
      assert.deepEqual(shown(phoneme), [viseme], phoneme);
    }
  }
});

test('diphthongs pass from their first vowel to their second, 60 to 40', () => {
  for (const [phoneme, visemes] of [
    ['aɪ', ['aa', 'I']],
    ['aʊ', ['aa', 'U']],
    ['ɔɪ', ['O', 'I']],
    ['eɪ', ['E', 'I']],
    ['oʊ', ['O', 'U']],
  ] as const) {
    assert.deepEqual(shown(phoneme), visemes);
    assert.ok(Math.abs((phonemeStages(phoneme)[0]?.share ?? 0) - 0.6) < 1e-9);
  }
});

test('affricates end in their fricative, which takes most of the time; the lips of pf touch first', () => {
  for (const phoneme of ['tʃ', 'dʒ', 't͡ʃ', 'tɕ', 'ʈʂ', 'tɕʰ']) assert.equal(shown(phoneme)[1], 'CH', phoneme);
  for (const phoneme of ['ts', 'dz', 't͡s']) assert.equal(shown(phoneme)[1], 'SS', phoneme);
  const [stop, fricative] = phonemeStages('tʃ');
  assert.ok((fricative?.share ?? 0) > 2 * (stop?.share ?? 0));
  assert.deepEqual(
    phonemeStages('pf').map((stage) => stage.shape.contact),
    ['lips', 'teeth'],
  );
});

test('front rounded vowels keep their viseme and add rounding', () => {
  for (const [rounded, spread] of [
    ['y', 'i'],
    ['ø', 'e'],
    ['œ', 'ɛ'],
  ] as const) {
    assert.deepEqual(shown(rounded), shown(spread));
    assert.ok(rounding(rounded) >= 0.4);
    assert.equal(rounding(spread), 0);
  }
  assert.ok(rounding('kʷ') >= 0.4);
});

test('stress, length, tone and secondary marks change nothing', () => {
  for (const [marked, plain] of [
    ['ˈaː', 'a'],
    ['ɛ̃', 'ɛ'],
    ['õ', 'o'],
    ['n̩', 'n'],
    ['pʰ', 'p'],
    ['tʲ', 't'],
    ['sˤ', 's'],
    ['i5', 'i'],
    ['a˥˩', 'a'],
    ['d̪', 'd'],
    ['aɪ̯', 'aɪ'],
  ] as const) {
    assert.deepEqual(phonemeStages(marked), phonemeStages(plain), marked);
  }
  assert.equal(shown('ç')[0], 'CH', 'the cedilla is no mark but part of a letter');
});

test('silence in every spelling is a pause', () => {
  for (const phoneme of ['sil', 'pau', '', ' ', '_']) assert.equal(phonemeStages(phoneme)[0]?.shape.kind, 'pause');
});

/** The sounds that eSpeak NG speaks, by language: none may fall back to the neutral mouth. */
const ESPEAK: Readonly<Record<string, string>> = {
  es: 'a e i o u p b t d k ɡ f θ s x tʃ m n ɲ l ʎ r ɾ β ð ɣ j w ʝ',
  fr: 'a ɑ e ɛ i o ɔ u y ø œ ə ɛ̃ ɑ̃ ɔ̃ œ̃ p b t d k ɡ f v s z ʃ ʒ m n ɲ ŋ l ʁ j w ɥ',
  de: 'a ɛ ɪ ɔ ʊ œ ʏ ə ɜ iː eː ɑː oː uː yː øː aɪ aʊ ɔø p b t d k ɡ f v s z ʃ ʒ ç x h m n ŋ l ɾ ʁ j pf ts tʃ dʒ',
  it: 'a e ɛ i o ɔ u p b t d k ɡ f v s z ʃ m n ɲ ŋ l ʎ r ts dz tʃ dʒ j w',
  pt: 'a ɐ e ɛ i o ɔ u ɐ̃ ẽ ĩ õ ũ ɨ p b t d k ɡ f v s z ʃ ʒ m n ɲ l ʎ ɾ ʁ x j w',
  nl: 'ɑ aː ɛ eː ɪ i ɔ oː ʏ y øː u ə ɛɪ œy ʌʊ p b t d k f v s z ʃ ʒ x ɣ h m n ŋ l r ʋ j',
  pl: 'a ɛ i ɨ ɔ u p b t d k ɡ f v s z ʃ ʒ ɕ ʑ x ts dz tʃ dʒ tɕ dʑ m n ɲ l r j w',
  ru: 'a e i ɨ o u ɐ ʌ ə ɪ p pʲ b bʲ t tʲ d dʲ k ɡ f fʲ v vʲ s sʲ z zʲ ʃ ʒ ɕ x ts tɕ m mʲ n nʲ l lʲ ɭ r rʲ j',
  tr: 'a e i ɯ o œ u y ø p b t d k ɡ c ɟ f v s z ʃ ʒ h m n l ɫ ɾ j tʃ dʒ ɣ',
  hi: 'a aː ɪ iː ʊ uː eː ɛː oː ɔː ə ʌ p pʰ b bʱ t tʰ d dʱ ʈ ʈʰ ɖ ɖʱ k kʰ ɡ ɡʱ c ɟ tʃ dʒ m n ɳ ɲ ŋ l r ɽ ʋ s ʃ ʂ h ɦ j',
  ar: 'a aː i iː u uː b t d k q ʔ f θ ð s z ʃ ʒ x ɣ ħ ʕ h m n l r w j tˤ dˤ sˤ ðˤ dʒ',
  zh: 'a ɑ o ɤ i u y ə ɛ ɚ ai ei ɑu ou p ph t th k kh ts tsh ʈʂ tɕ tɕh f s ʂ ɕ x ʐ m n ŋ l ɹ w j ɥ i̪ ɻ',
  ko: 'ɐ ɛ e i o u ʌ ɯ p pʰ p͈ t tʰ t͈ k kʰ k͈ tɕ tɕʰ dʑ s s͈ h m n ŋ l ɾ j w',
  ja: 'a i ɯ e o ɯᵝ k ɡ s z t d n h b p m j ɾ w ɕ tɕ dʑ ts ɸ ç ɲ ŋ ɴ',
  en: 'ɑ æ ʌ ɔ aʊ ə ɚ aɪ b tʃ d ð ɾ ɛ əl əm ən ɝ eɪ f ɡ h ɦ ɪ i dʒ k l m n ŋ oʊ ɔɪ p ɹ s ʃ t θ ʊ u v w j z ʒ ɐ ᵻ ɜː ɒ əʊ eə',
};

test('no sound of the fifteen languages is unknown', () => {
  const neutral = phonemeStages('@')[0]?.shape;
  for (const [language, phonemes] of Object.entries(ESPEAK)) {
    for (const phoneme of phonemes.split(' ')) {
      for (const { shape } of phonemeStages(phoneme)) assert.notEqual(shape, neutral, `${language} ${phoneme}`);
    }
  }
});

test('any text gives shapes whose weights and shares sum to 1', () => {
  const symbol = fc.oneof(fc.string(), fc.constantFrom(...Object.values(ESPEAK).flatMap((list) => list.split(' '))));
  fc.assert(
    fc.property(symbol, (phoneme) => {
      const stages = phonemeStages(phoneme);
      assert.ok(stages.length > 0);
      assert.ok(Math.abs(sum(stages.map((stage) => stage.share)) - 1) < 1e-6);
      for (const { shape, share } of stages) {
        assert.ok(share > 0);
        assert.ok(Math.abs(sum([...shape.weights]) - 1) < 1e-6);
      }
    }),
  );
});

function shown(phoneme: string): Viseme[] {
  return phonemeStages(phoneme).map(({ shape }) => VISEMES[shape.weights.indexOf(Math.max(...shape.weights))]!);
}

function rounding(phoneme: string): number {
  return phonemeStages(phoneme)[0]?.shape.rounding ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
