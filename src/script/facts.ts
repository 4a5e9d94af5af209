/** What a text states literally: whoever rewrites the text must neither lose nor invent any of it. */
export type Facts = {
  /** `1,000.50`, `24/7`, `12:30`, `10-12`, `2026`: as written. */
  readonly numbers: ReadonlySet<string>;
  /** Web addresses without their scheme and a closing slash, in small letters up to the path. */
  readonly addresses: ReadonlySet<string>;
  readonly emails: ReadonlySet<string>;
  /** What stands between quotation marks, in plain form and without the sign at its end. */
  readonly quotes: ReadonlySet<string>;
};

// Every repetition has a bound, so that no text takes long to read.
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/gu;
const ADDRESS =
  /(?:https?:\/\/|www\.)[^\s<>"“”«»]+|(?<![\p{L}\p{N}.-])[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,6}\.\p{Ll}{2,24}\/[^\s<>"“”«»]+/gu;
/** Digits with single signs between them that belong to a number, a date, a time or a version. */
const NUMBER = /\p{Nd}+(?:[.,:/'-]\p{Nd}+)*/gu;
/** Pairs of marks; an apostrophe is not one of them, because it stands inside words as well. */
const QUOTE =
  /"([^"]{1,300})"|“([^“”]{1,300})”|«([^«»]{1,300})»|„([^„“”]{1,300})[“”]|「([^「」]{1,300})」|『([^『』]{1,300})』/gu;

/** The facts of a text. Two texts that differ only in spacing, dashes and the form of their quotation marks have the same. */
export function findFacts(text: string): Facts {
  const plain = plainText(text);
  const withoutEmails = plain.replaceAll(EMAIL, ' ');
  const withoutAddresses = withoutEmails.replaceAll(ADDRESS, ' ');
  const quotes = Array.from(text.matchAll(QUOTE), (match) => match.slice(1).find((part) => part !== undefined) ?? '');
  return {
    numbers: new Set(Array.from(withoutAddresses.matchAll(NUMBER), ([number]) => number)),
    addresses: new Set(Array.from(withoutEmails.matchAll(ADDRESS), ([address]) => plainAddress(address))),
    emails: new Set(Array.from(plain.matchAll(EMAIL), ([email]) => email.toLowerCase())),
    // Whether the full stop stands inside or outside of the marks is a matter of taste.
    quotes: new Set(quotes.map((quote) => plainText(quote).replace(/[.,;:!?…]{1,9}$/u, ''))),
  };
}

/** Spaces, quotation marks, dashes and compatibility forms made equal; what is left of a text when only its look changes. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\u2018\u2019\u201a\u201b\u02bc]/gu, "'")
    .replaceAll(/[\u201c\u201d\u201e\u201f\u00ab\u00bb]/gu, '"')
    .replaceAll(/[\u2010-\u2015\u2212]/gu, '-')
    .replaceAll(/[\p{Cf}]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

function plainAddress(address: string): string {
  const trimmed = address.replace(/[.,;:!?)\]}'’…]+$/u, '').replace(/^https?:\/\//i, '');
  const [host = '', ...path] = trimmed.split('/');
  return [host.toLowerCase(), ...path].join('/').replace(/\/$/, '');
}
