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
        `(?<=[\\p{N}%kKMB€£]|dollars|euros|pounds|people|users|requests|times)/(?<unit>${Object.keys(PER_TIME).join('|')})(?![\\p{L}\\p{N}])`,
        'gu',
      ),
      speak: (match) => `per ${PER_TIME[match.groups?.['unit'] ?? ''] ?? ''}`,
    },
    {
      name: 'about',
      pattern: /(?<![\p{L}\p{N}])~(?=[$€£]?\d)/gu,
      speak: () => 'about',
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
