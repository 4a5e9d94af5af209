/**
 * Pronunciations that Flite's lexicon lacks or has wrong, in its own format. Flite drops the apostrophe of a contraction
 * before it looks it up.
 */
const ENTRIES: readonly (readonly [word: string, sounds: string])[] = [
  ['isnt', 'ih1 z ax0 n t'],
  ['hasnt', 'hh ae1 z ax0 n t'],
  ['havent', 'hh ae1 v ax0 n t'],
  ['doesnt', 'd ah1 z ax0 n t'],
  ['wasnt', 'w ah1 z ax0 n t'],
  ['mustnt', 'm ah1 s ax0 n t'],
  ['api', 'ey1 p iy1 ay1'],
  ['apis', 'ey1 p iy1 ay1 z'],
  ['ai', 'ey1 ay1'],
  ['ceo', 's iy1 iy1 ow1'],
  ['diy', 'd iy1 ay1 w ay1'],
  ['eu', 'iy1 y uw1'],
  ['seo', 'eh1 s iy1 ow1'],
  ['url', 'y uw1 aa1 r eh1 l'],
  ['urls', 'y uw1 aa1 r eh1 l z'],
  ['heygen', 'hh ey1 jh eh0 n'],
  ['elevenlabs', 'ih0 l eh1 v ax0 n l ae1 b z'],
  ['vibevoice', 'v ay1 b v oy0 s'],
  ['chatgpt', 'ch ae1 t jh iy1 p iy1 t iy1'],
  ['openai', 'ow1 p ax0 n ey1 ay1'],
  ['github', 'g ih1 t hh ah0 b'],
  ['linkedin', 'l ih1 ng k t ih1 n'],
  ['tiktok', 't ih1 k t aa0 k'],
  ['typescript', 't ay1 p s k r ih0 p t'],
  ['kubernetes', 'k uw0 b er0 n eh1 t iy0 z'],
  ['bitcoin', 'b ih1 t k oy0 n'],
  ['blockchain', 'b l aa1 k ch ey0 n'],
  ['cybersecurity', 's ay1 b er0 s ax0 k y uh1 r ax0 t iy0'],
  ['ecommerce', 'iy1 k aa1 m er0 s'],
  ['emoji', 'ih0 m ow1 jh iy0'],
  ['emojis', 'ih0 m ow1 jh iy0 z'],
  ['hashtag', 'hh ae1 sh t ae0 g'],
  ['influencer', 'ih1 n f l uw0 ax0 n s er0'],
  ['podcast', 'p aa1 d k ae0 s t'],
  ['startup', 's t aa1 r t ah0 p'],
  ['startups', 's t aa1 r t ah0 p s'],
  ['webinar', 'w eh1 b ih0 n aa0 r'],
  ['workflow', 'w er1 k f l ow0'],
  ['workflows', 'w er1 k f l ow0 z'],
  ['avatar', 'ae1 v ax0 t aa0 r'],
  ['avatars', 'ae1 v ax0 t aa0 r z'],
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

const KNOWN_WORDS: ReadonlySet<string> = new Set(ENTRIES.map(([word]) => word));

/** The text in the ASCII characters that Flite reads: accents are dropped, typographic marks made plain, the rest is blank. */
export function spellForFlite(text: string): string {
  const plain = [...text.normalize('NFC')].map((character) => PUNCTUATION[character] ?? character).join('');
  return (
    plain
      .normalize('NFD')
      .replaceAll(/\p{Mark}/gu, '')
      .replaceAll(/[^\x20-\x7e]/g, ' ')
      .replaceAll(/[\s,]*,,[\s,]*/g, ', ')
      // Flite spells out a word of mixed case, such as ChatGPT, without looking it up.
      .replaceAll(/[A-Za-z]+/g, (word) => (KNOWN_WORDS.has(word.toLowerCase()) ? word.toLowerCase() : word))
      .replaceAll(/ +/g, ' ')
      .trim()
  );
}
