import type { SpeechRule } from './speech-rule.ts';
import type { SpokenLanguage } from './spoken-language.ts';

/** Characters that only mean something between two numbers or after one. */
const BETWEEN_NUMBERS = '+=<>×÷*/^≈≠≤≥';

/** Single characters that are said: "&", "@name", "#topic", "5 + 3 = 8", "90°", "±", "a/b". */
export function symbolRules(language: SpokenLanguage): readonly SpeechRule[] {
  const word = (symbol: string) => language.symbols[symbol];
  return [
    {
      name: 'handle',
      pattern: /(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}_])/gu,
      speak: () => language.address.at,
    },
    {
      name: 'sign in a calculation',
      pattern: new RegExp(`(?<=[\\p{N})%] ?)[${BETWEEN_NUMBERS.replace('^', '\\^')}](?= ?[-−($€£]?\\p{N})`, 'gu'),
      speak: (match) => word(match[0]) ?? (match[0] === '/' ? language.address.slash : undefined),
    },
    {
      name: 'minus in a calculation',
      pattern: /(?<=\p{N} )-(?= \p{N})/gu,
      speak: () => language.minus,
    },
    {
      name: 'symbol with a word',
      pattern: /[&%°±§≈≠≤≥×÷©№]|(?<=\s)[+=<>@](?=\s)|(?<=[\p{L}])@(?=[\p{L}])/gu,
      speak: (match) => word(match[0]) ?? (match[0] === '%' ? language.percent.noun.other : undefined),
    },
    {
      name: 'range',
      pattern: /(?<=\p{N}) ?[-–] ?(?=\p{N})/gu,
      speak: () => language.to,
    },
  ];
}
