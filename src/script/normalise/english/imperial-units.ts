import { numberSource, parseNumber, sayCounted, sayNumber } from '../numbers.ts';
import type { SpeechRule } from '../speech-rule.ts';
import type { SpokenLanguage } from '../spoken-language.ts';

/** Units whose signs are also punctuation or words: 6'2", 5' tall, 10" screen, 6in, "6 ft. tall". */
export function englishImperialUnitRules(language: SpokenLanguage): readonly SpeechRule[] {
  const number = numberSource(language);
  return [
    {
      name: 'feet and inches',
      pattern: /(?<![\p{N}.,])(?<feet>\d{1,2})(?:'|′) ?(?<inches>\d{1,2}(?:\.5)?)(?:"|″|''|′′)/gu,
      speak: (match) => {
        const inches = parseNumber(match.groups?.['inches'] ?? '0', language);
        if (inches === undefined) return undefined;
        const feet = match.groups?.['feet'] ?? '0';
        return `${language.cardinal(BigInt(feet))} ${feet === '1' ? 'foot' : 'feet'} ${sayNumber(inches, language)} ${inches.whole === '1' && inches.fraction === undefined ? 'inch' : 'inches'}`;
      },
    },
    {
      name: 'feet',
      pattern: /(?<![\p{N}.,])(?<feet>\d{1,4})['′](?= (?:tall|high|wide|long|deep|by|x)(?![\p{L}]))/gu,
      speak: (match) =>
        `${language.cardinal(BigInt(match.groups?.['feet'] ?? '0'))} ${match.groups?.['feet'] === '1' ? 'foot' : 'feet'}`,
    },
    {
      name: 'imperial unit, attached or with a full stop',
      pattern: new RegExp(
        `(?<![\\p{N}.,])(?<amount>${number})(?:(?<unit>in)(?![\\p{L}\\p{N}])| ?(?<unit>ft|in|lb|lbs|oz|hr|hrs|min|mins|sec|secs|yd|mi)\\.(?=,| \\p{Ll}))`,
        'gu',
      ),
      speak: (match) => {
        const amount = parseNumber(match.groups?.['amount'] ?? '', language);
        const unit = match.groups?.['unit'] ?? '';
        const noun = unit === 'in' ? { one: 'inch', other: 'inches' } : language.units[unit];
        return amount === undefined || noun === undefined ? undefined : sayCounted(amount, noun, language);
      },
    },
    {
      name: 'inches',
      pattern: new RegExp(
        `(?<![\\p{N}.,"])(?<amount>${number})(?:″|"(?=[ ,.]?(?:screen|monitor|display|TV|wide|tall|long|deep|pipe|nail|tablet|laptop)))`,
        'gu',
      ),
      speak: (match) => {
        const amount = parseNumber(match.groups?.['amount'] ?? '', language);
        return amount === undefined ? undefined : `${sayNumber(amount, language)} inch`;
      },
    },
  ];
}
