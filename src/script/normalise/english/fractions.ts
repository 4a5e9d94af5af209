import { sayEnglishOrdinal } from '../languages/english.ts';
import type { SpeechRule } from '../speech-rule.ts';
import type { SpokenLanguage } from '../spoken-language.ts';

/** Said as they are written, because they are names: "24/7", "9/11", "50/50". */
const FIXED: Readonly<Record<string, string>> = {
  '24/7': 'twenty-four seven',
  '9/11': 'nine eleven',
  '7/7': 'seven seven',
  '50/50': 'fifty fifty',
  '60/40': 'sixty forty',
  '70/30': 'seventy thirty',
  '80/20': 'eighty twenty',
  '90/10': 'ninety ten',
  '20/20': 'twenty twenty',
};

/** "1/2", "2 1/2", "½", "3½", "4/5 stars", "7/10". */
export function englishFractionRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    {
      name: 'fixed pair',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}./,$])(?:${Object.keys(FIXED).join('|')})(?![\\p{N}/]|[.,]\\d)`, 'gu'),
      speak: (match) => FIXED[match[0]],
    },
    {
      name: 'score out of',
      pattern: /(?<![\p{L}\p{N}./,$])(?<part>\d{1,3}(?:\.\d)?)\/(?<whole>5|10|100)(?= stars?| points?| rating)/gu,
      speak: (match) => {
        const part = match.groups?.['part'] ?? '0';
        const words = part
          .split('.')
          .map((digits) => language.cardinal(BigInt(digits)))
          .join(' point ');
        return `${words} out of ${language.cardinal(BigInt(match.groups?.['whole'] ?? '0'))}`;
      },
    },
    {
      name: 'fraction',
      pattern:
        /(?<![\p{L}\p{N}./,:$-])(?:(?<whole>\d{1,4})[ -])?(?<top>\d{1,3})\/(?<bottom>\d{1,4})(?![\p{N}\p{L}/]|[.,]\d)/gu,
      speak: (match) => sayFraction(match.groups ?? {}, language),
    },
    {
      name: 'fraction character',
      pattern: /(?<![\p{N}.,])(?<whole>\d{1,4})? ?(?<fraction>[\u00BC-\u00BE\u2150-\u215E\u2189])/gu,
      speak: (match) => {
        const [top, bottom] = (match.groups?.['fraction'] ?? '').normalize('NFKC').split('⁄');
        return sayFraction({ whole: match.groups?.['whole'], top, bottom }, language);
      },
    },
  ];
}

function sayFraction(groups: Record<string, string | undefined>, language: SpokenLanguage): string | undefined {
  const top = Number(groups['top']);
  const bottom = Number(groups['bottom']);
  if (bottom === 0 || top === 0) return undefined;
  const isProper = top < bottom && (bottom <= 12 || [16, 20, 25, 32, 50, 64, 100, 1000].includes(bottom));
  if (!isProper) return groups['whole'] === undefined ? undefined : undefined;
  const fraction = `${top === 1 && groups['whole'] !== undefined && bottom <= 4 ? 'a' : language.cardinal(BigInt(top))} ${denominator(top, bottom)}`;
  return groups['whole'] === undefined ? fraction : `${language.cardinal(BigInt(groups['whole']))} and ${fraction}`;
}

function denominator(top: number, bottom: number): string {
  if (bottom === 2) return top === 1 ? 'half' : 'halves';
  if (bottom === 4) return top === 1 ? 'quarter' : 'quarters';
  const ordinal = sayEnglishOrdinal(BigInt(bottom)) ?? '';
  return top === 1 ? ordinal : `${ordinal}s`;
}
