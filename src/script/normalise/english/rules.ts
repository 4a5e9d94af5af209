import { currencyRules } from '../currency.ts';
import { dateRules } from '../dates.ts';
import { numberRules } from '../numbers.ts';
import { ordinalRules } from '../ordinals.ts';
import type { SpeechRule } from '../speech-rule.ts';
import type { SpokenLanguage } from '../spoken-language.ts';
import { symbolRules } from '../symbols.ts';
import { timeRules } from '../times.ts';
import { unitRules } from '../units.ts';
import { addressRules } from '../web-addresses.ts';
import { englishAbbreviationRules } from './abbreviations.ts';
import { englishAcronymRules } from './acronyms.ts';
import { englishCalendarRules } from './calendar.ts';
import { englishClockRules } from './clock.ts';
import { englishFractionRules } from './fractions.ts';
import { englishIdentifierRules } from './identifiers.ts';
import { englishImperialUnitRules } from './imperial-units.ts';
import { englishRomanNumeralRules } from './roman-numerals.ts';
import { englishWordRules } from './words.ts';

/** Ordered: what is most certainly one thing (an address, an amount of money) comes before what could be many. */
export function englishRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    ...addressRules(language),
    ...englishAbbreviationRules(),
    ...dateRules(language),
    ...currencyRules(language),
    ...englishClockRules(language),
    ...timeRules(language),
    ...englishFractionRules(language),
    ...englishCalendarRules(language),
    ...ordinalRules(language),
    ...englishImperialUnitRules(language),
    ...unitRules(language),
    ...englishIdentifierRules(language),
    ...englishRomanNumeralRules(language),
    ...englishAcronymRules(),
    ...englishWordRules(language),
    ...symbolRules(language),
    ...numberRules(language),
  ];
}
