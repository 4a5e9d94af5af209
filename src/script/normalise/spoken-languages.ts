import { english } from './languages/english.ts';
import type { SpokenLanguage } from './spoken-language.ts';

/** The reading rules for a BCP 47 tag; undefined for a language whose numbers are left to the voice. */
export function spokenLanguage(tag: string): SpokenLanguage | undefined {
  const [base, ...rest] = tag.split('-');
  const region = rest.find((part) => /^(?:[A-Z]{2}|\d{3})$/i.test(part))?.toUpperCase();
  if (base?.toLowerCase() === 'en') return english(region);
  return undefined;
}
