import { abbreviationRules } from './abbreviations.ts';
import { currencyRules } from './currency.ts';
import { dateRules, yearRules } from './dates.ts';
import { numberRules } from './numbers.ts';
import { ordinalRules } from './ordinals.ts';
import type { SpeechRule } from './speech-rule.ts';
import type { SpokenLanguage } from './spoken-language.ts';
import { symbolRules } from './symbols.ts';
import { timeRules } from './times.ts';
import { unitRules } from './units.ts';
import { addressRules } from './web-addresses.ts';

/** The rules that every language with number words has; all that differs is in its `SpokenLanguage`. */
export function genericRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    ...addressRules(language),
    ...abbreviationRules(language),
    ...dateRules(language),
    ...currencyRules(language),
    ...timeRules(language),
    ...ordinalRules(language),
    ...unitRules(language),
    ...yearRules(language),
    ...symbolRules(language),
    ...numberRules(language),
  ];
}
