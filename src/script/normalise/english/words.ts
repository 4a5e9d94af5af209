import type { SpeechRule } from '../speech-rule.ts';
import type { SpokenLanguage } from '../spoken-language.ts';

const PER_TIME: Readonly<Record<string, string>> = {
  h: 'hour',
  hr: 'hour',
  hour: 'hour',
  min: 'minute',
  s: 'second',
  sec: 'second',
  d: 'day',
  day: 'day',
  wk: 'week',
  week: 'week',
  mo: 'month',
  month: 'month',
  qtr: 'quarter',
  quarter: 'quarter',
  yr: 'year',
  year: 'year',
  user: 'user',
  seat: 'seat',
  person: 'person',
  night: 'night',
  kg: 'kilogram',
  lb: 'pound',
  unit: 'unit',
};

/** "$20/month", "file.txt", "~50", "snake_case". */
export function englishWordRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    {
      name: 'per',
      pattern: new RegExp(
        `(?<=[\\p{N}%kKMB€£]|\\d ?(?:mg|g|ml|km|mi|kg|GB|MB|L|l|W)|dollars|euros|pounds|people|users|requests|times)/(?<unit>${Object.keys(PER_TIME).join('|')})(?![\\p{L}\\p{N}])`,
        'gu',
      ),
      speak: (match) => `per ${PER_TIME[match.groups?.['unit'] ?? ''] ?? ''}`,
    },
    {
      name: 'compared with a number',
      pattern: /(?<=[\p{L}\p{N})] )[≤≥≈](?= ?[-$€£]?\p{N})/gu,
      speak: (match) => ({ '≤': 'is at most', '≥': 'is at least', '≈': 'is about' })[match[0]],
    },
    {
      name: 'more or less than a number',
      pattern: /(?<![\p{N}\p{L})] ?|[-=<>])[<>](?= ?[$€£]?\p{N})/gu,
      speak: (match) => (match[0] === '<' ? 'less than' : 'more than'),
    },
    {
      name: 'square and cube',
      pattern: /(?<=[\p{L}\p{N})])(?:\^[23](?!\d)|[²³])/gu,
      speak: (match) => (/[2²]$/u.test(match[0]) ? 'squared' : 'cubed'),
    },
    {
      name: 'power',
      pattern: /(?<=[\p{L})])\^(?=-?[\p{N}\p{L}])/gu,
      speak: () => 'to the power of',
    },
    {
      name: 'division',
      pattern: /(?<=\p{N} )\/(?= \p{N})/gu,
      speak: () => 'divided by',
    },
    {
      name: 'about',
      pattern: /(?<![\p{L}\p{N}])~(?=[$€£]?\d)/gu,
      speak: () => 'about',
    },
    {
      name: 'ending of a file name',
      pattern: /(?<=[\p{L}\p{N}_])\.(?<ending>[b-df-hj-np-tv-xz]{2,4}|py|mp[34])(?![\p{L}\p{N}])/gu,
      speak: (match) => {
        const spelled = Array.from(match.groups?.['ending'] ?? '', (letter) =>
          /\d/.test(letter) ? language.cardinal(BigInt(letter)) : letter.toUpperCase(),
        );
        return [language.address.dot, ...spelled].join(' ');
      },
    },
    {
      name: 'full stop in a name',
      pattern: /(?<=[\p{L}\p{N}])\.(?=\p{Ll})/gu,
      speak: () => language.address.dot,
    },
    {
      name: 'plus sign',
      pattern: /(?<![\p{L}\p{N}+])\+(?=\d)/gu,
      speak: () => 'plus',
    },
  ];
}
