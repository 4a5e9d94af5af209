import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { fontFamilies } from '../scene/writing-system.ts';
import { registerFonts } from './fonts.ts';

/** The picture of one character, as text that compares. */
function pictureOf(character: string, role: 'text' | 'display', language: string): string {
  const context = createCanvas(96, 96).getContext('2d');
  context.font = `600 48px ${fontFamilies(role, language)}`;
  context.fillText(character, 24, 64);
  return Buffer.from(context.getImageData(0, 0, 96, 96).data.buffer).toString('base64');
}

const SAMPLES = [
  ['en', 'The fox paid €5 – “no”… ½ é'],
  ['pl', 'Zażółć gęślą jaźń'],
  ['hu', 'árvíztűrő tükörfúrógép'],
  ['tr', 'İstanbul ığdır şöğ'],
  ['vi', 'Số liệu giữ chân ẫ ợ'],
  ['ru', 'Привет щука'],
  ['uk', 'Їжак ґанок'],
  ['el', 'Ελλάδα ώρα'],
  ['ar', 'مرحبا بالعالم، ؟'],
  ['he', 'עברית'],
  ['hi', 'हिन्दी क्षत्रिय।'],
  ['th', 'น้ำใจไทย'],
  ['zh', '我们的季度数据,。!'],
  ['ja', '四半期の数字が出ました、カタカナ。'],
  ['ko', '분기 실적이 나왔습니다'],
] as const;

for (const [language, text] of SAMPLES) {
  test(`every letter of ${language} has a glyph, in text and in titles`, () => {
    registerFonts(text);
    for (const role of ['text', 'display'] as const) {
      // A private-use character that no font has.
      const box = pictureOf('\u{10FFFD}', role, language);
      assert.notEqual(
        box,
        pictureOf(' ', role, language),
        'a missing glyph leaves no mark, so the test would see none',
      );
      for (const character of text.normalize('NFC').replaceAll(/\s/g, '')) {
        if (/\p{M}/u.test(character)) continue;
        assert.notEqual(pictureOf(character, role, language), box, `${character} in ${role} text is a box`);
      }
    }
  });
}

test('the check for missing glyphs sees one', () => {
  registerFonts('one');
  for (const role of ['text', 'display'] as const) {
    assert.equal(pictureOf('\u{1F642}', role, 'en'), pictureOf('\u{10FFFD}', role, 'en'));
  }
});

test('an accented letter is the same whether it is written composed or not', () => {
  registerFonts('ế');
  const width = (text: string): number => {
    const context = createCanvas(8, 8).getContext('2d');
    context.font = `600 48px ${fontFamilies('display', 'vi')}`;
    return context.measureText(text).width;
  };
  // A stray mark would take room of its own.
  assert.ok(Math.abs(width('ế') - width('ê')) < 3, `${width('ế')} and ${width('ê')}`);
});

test('registering again adds nothing', () => {
  registerFonts('one');
  const count = GlobalFonts.families.length;
  registerFonts('one');
  assert.equal(GlobalFonts.families.length, count);
});
