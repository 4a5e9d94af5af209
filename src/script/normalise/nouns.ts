import type { CountedNoun, Gender } from './spoken-language.ts';

/** A noun with a singular and a plural. `many` is the form after exact millions in Romance languages ("de euros"). */
export function noun(
  one: string,
  other: string,
  options: { readonly gender?: Gender; readonly many?: string } = {},
): CountedNoun {
  return { one, other, ...options };
}

/** A noun that does not change. */
export function invariable(word: string, gender?: Gender): CountedNoun {
  return gender === undefined ? { one: word, other: word } : { one: word, other: word, gender };
}

/** A Slavic noun: 1, 2 to 4, 5 and more, and the form after a decimal fraction. */
export function slavic(one: string, few: string, many: string, fraction: string, gender: Gender): CountedNoun {
  return { one, few, many, other: fraction, gender };
}
