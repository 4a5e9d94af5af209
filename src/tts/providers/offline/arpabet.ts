/** Flite's symbol for a pause. */
export const ARPABET_PAUSE = 'pau';

/** The sounds of CMU's American English lexicon as Flite spells them, in IPA. */
const IPA: Readonly<Record<string, string>> = {
  aa: 'ɑ',
  ae: 'æ',
  ah: 'ʌ',
  ao: 'ɔ',
  aw: 'aʊ',
  ax: 'ə',
  axr: 'ɚ',
  ay: 'aɪ',
  b: 'b',
  ch: 'tʃ',
  d: 'd',
  dh: 'ð',
  dx: 'ɾ',
  eh: 'ɛ',
  el: 'əl',
  em: 'əm',
  en: 'ən',
  er: 'ɝ',
  ey: 'eɪ',
  f: 'f',
  g: 'ɡ',
  hh: 'h',
  hv: 'ɦ',
  ih: 'ɪ',
  iy: 'i',
  jh: 'dʒ',
  k: 'k',
  l: 'l',
  m: 'm',
  n: 'n',
  nx: 'ɾ',
  ng: 'ŋ',
  ow: 'oʊ',
  oy: 'ɔɪ',
  p: 'p',
  r: 'ɹ',
  s: 's',
  sh: 'ʃ',
  t: 't',
  th: 'θ',
  uh: 'ʊ',
  uw: 'u',
  v: 'v',
  w: 'w',
  y: 'j',
  z: 'z',
  zh: 'ʒ',
};

const VOWEL = /^[aeiou]/;

/** The IPA symbol of a Flite sound, `sil` for its pause. Throws RangeError for a symbol that Flite does not have. */
export function arpabetToIpa(symbol: string): string {
  if (symbol === ARPABET_PAUSE) return 'sil';
  const ipa = IPA[symbol];
  if (ipa === undefined)
    throw new RangeError(`A Flite sound must be one of ${Object.keys(IPA).join(' ')}, and is ${symbol}.`);
  return ipa;
}

export function isArpabetVowel(symbol: string): boolean {
  return VOWEL.test(symbol);
}
