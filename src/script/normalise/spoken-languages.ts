import { arabic } from './languages/arabic.ts';
import { chinese } from './languages/chinese.ts';
import { dutch } from './languages/dutch.ts';
import { english } from './languages/english.ts';
import { french } from './languages/french.ts';
import { german } from './languages/german.ts';
import { hindi } from './languages/hindi.ts';
import { italian } from './languages/italian.ts';
import { japaneseInKana } from './languages/japanese-in-kana.ts';
import { japanese } from './languages/japanese.ts';
import { korean } from './languages/korean.ts';
import { polish } from './languages/polish.ts';
import { portuguese } from './languages/portuguese.ts';
import { russian } from './languages/russian.ts';
import { spanish } from './languages/spanish.ts';
import { turkish } from './languages/turkish.ts';
import type { SpokenLanguage } from './spoken-language.ts';

const LANGUAGES: Readonly<Record<string, (region: string | undefined, text: string) => SpokenLanguage>> = {
  ar: arabic,
  de: (region) => german(region === 'CH' || region === 'LI' ? '.' : ','),
  en: english,
  es: spanish,
  fr: french,
  hi: hindi,
  it: italian,
  ja: (_region, text) => (/\p{Script=Han}/u.test(text) ? japanese() : japaneseInKana()),
  ko: korean,
  nl: dutch,
  pl: polish,
  pt: (region) => portuguese(region === undefined || region === 'BR' ? 'BR' : 'PT'),
  ru: russian,
  tr: turkish,
  zh: chinese,
};

/** The reading rules for a text in the language of a BCP 47 tag; undefined for a language whose numbers are left to the voice. */
export function spokenLanguage(tag: string, text: string): SpokenLanguage | undefined {
  const [base = '', ...rest] = tag.split('-');
  const region = rest.find((part) => /^(?:[A-Z]{2}|\d{3})$/i.test(part))?.toUpperCase();
  return LANGUAGES[base.toLowerCase()]?.(region, text);
}
