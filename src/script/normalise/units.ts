import { numberSource, parseNumber, sayCounted, sayNumber } from './numbers.ts';
import type { SpeechRule } from './speech-rule.ts';
import type { CountedNoun, SpokenLanguage } from './spoken-language.ts';

/** "5 km", "20°C", "60km/h", "3-5 kg", "50%", "5–10%", "-4 °F". A lone "%" is the last rule. */
export function unitRules(language: SpokenLanguage): readonly SpeechRule[] {
  const number = numberSource(language);
  const units = Object.keys(language.units)
    .sort((a, b) => b.length - a.length)
    .map((unit) => unit.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
  const sign = `(?:(?<![\\p{L}\\p{N})])(?<sign>[-+±]))?`;
  const range = `(?:(?<gap> ?[-–] ?)(?<upper>${number}))?`;
  return [
    {
      name: 'percentage',
      pattern: new RegExp(`(?<![\\p{N}.,])${sign}(?<amount>${number})(?:%? ?[-–] ?(?<upper>${number}))? ?%`, 'gu'),
      speak: (match) => speakAmount(match, language.percent.noun, language.percent.position, language),
    },
    {
      name: 'amount with a unit',
      pattern: new RegExp(
        `(?<![\\p{N}.,])${sign}(?<amount>${number})${range}[ \u00A0-]?(?<unit>${units.join('|')})(?![\\p{L}\\p{N}])`,
        'gu',
      ),
      speak: (match) => {
        const noun = language.units[match.groups?.['unit'] ?? ''];
        return noun === undefined ? undefined : speakAmount(match, noun, 'after', language);
      },
    },
  ];
}

function speakAmount(
  match: RegExpExecArray,
  noun: CountedNoun,
  position: 'before' | 'after',
  language: SpokenLanguage,
): string | undefined {
  const groups = match.groups ?? {};
  const amount = parseNumber(groups['amount'] ?? '', language);
  const upper = groups['upper'] === undefined ? undefined : parseNumber(groups['upper'], language);
  if (amount === undefined || (groups['upper'] !== undefined && upper === undefined)) return undefined;
  const glue = language.writtenWithoutSpaces ? '' : ' ';
  const sign = saySign(groups['sign'], language);
  const lower = upper === undefined ? [] : [sayNumber(amount, language, noun.gender), language.to];
  const last = upper ?? amount;
  const words =
    position === 'before'
      ? [noun.other, ...sign, ...lower, sayNumber(last, language)]
      : [...sign, ...lower, sayCounted(last, noun, language)];
  return words.filter((word) => word !== '').join(glue);
}

function saySign(sign: string | undefined, language: SpokenLanguage): string[] {
  if (sign === undefined) return [];
  const word = sign === '-' ? language.minus : language.symbols[sign];
  return word === undefined ? [] : [word];
}
