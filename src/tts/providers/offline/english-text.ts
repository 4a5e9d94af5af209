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

/** Words that carry no stress in a sentence although the lexicon stresses them when they stand alone. */
const UNSTRESSED: ReadonlySet<string> = new Set(
  (
    'a an and are as at be been but by can could did do does for from had has have he her him his i if in is it its me my ' +
    'of on or our shall she should so than that the their them then there these they this to us was we were which who will ' +
    'with would you your'
  ).split(' '),
);

export function isUnstressedWord(word: string): boolean {
  return UNSTRESSED.has(word.toLowerCase());
}

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
