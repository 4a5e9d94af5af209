/**
 * Pronunciations that Flite's lexicon lacks or has wrong, in its own format. Flite drops the apostrophe of a contraction
 * before it looks it up.
 */
const ENTRIES: readonly (readonly [word: string, sounds: string])[] = [
  ['isnt', 'ih1 z ax0 n t'],
  ['hasnt', 'hh ae1 z ax0 n t'],
  ['api', 'ey1 p iy1 ay1'],
  ['apis', 'ey1 p iy1 ay1 z'],
  ['ai', 'ey1 ay1'],
  ['heygen', 'hh ey1 jh eh0 n'],
  ['elevenlabs', 'ih0 l eh1 v ax0 n l ae1 b z'],
];

/** The lexicon as the file that Flite's -add_lex reads. */
export const ENGLISH_LEXICON: Uint8Array = new TextEncoder().encode(
  ENTRIES.map(([word, sounds]) => `${word} 0 : ${sounds}\n`).join(''),
);

const PUNCTUATION: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  ʼ: "'",
  '“': '"',
  '”': '"',
  '–': ' ,, ',
  '—': ' ,, ',
  '…': ' ,, ',
  '\u00ad': '',
  '\u200b': '',
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  ð: 'th',
  þ: 'th',
};

/** The text in the ASCII characters that Flite reads: accents are dropped, typographic marks made plain, the rest is blank. */
export function spellForFlite(text: string): string {
  const plain = [...text.normalize('NFC')].map((character) => PUNCTUATION[character] ?? character).join('');
  return plain
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .replaceAll(/[\s,]*,,[\s,]*/g, ', ')
    .replaceAll(/ +/g, ' ')
    .trim();
}
