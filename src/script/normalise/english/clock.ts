import type { SpeechRule } from '../speech-rule.ts';
import type { SpokenLanguage } from '../spoken-language.ts';
import { sayClock } from '../times.ts';

const HALF = `[ ]?(?<half>[aApP])\\.?[mM](?![\\p{L}\\p{N}])`;

/** "10:30 am", "5pm", "9-5 pm", "9am–5pm", "10:30 a.m." (the letters with full stops are read as an abbreviation). */
export function englishClockRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    {
      name: 'hour with half of the day',
      pattern: new RegExp(`(?<![\\p{N}:.,])(?<hours>1[0-2]|0?[1-9])(?::(?<minutes>[0-5]\\d))?${HALF}`, 'gu'),
      speak: (match, text) => {
        const groups = match.groups ?? {};
        const hours = groups['hours'] ?? '';
        const clock =
          groups['minutes'] === undefined || groups['minutes'] === '00'
            ? language.cardinal(BigInt(hours))
            : sayClock(hours, groups['minutes'], language);
        // "10 a.m." keeps its last full stop for the sentence; the abbreviation rule reads it.
        if (text.startsWith('.', match.index + match[0].length) && match[0].includes('.')) return undefined;
        return clock === undefined ? undefined : `${clock} ${(groups['half'] ?? '').toUpperCase()} M`;
      },
    },
    {
      name: 'hour before half of the day',
      pattern:
        /(?<![\p{N}:.,])(?<hours>1[0-2]|0?[1-9])(?::(?<minutes>[0-5]\d))?(?=(?:\s?[-–]\s?\d{1,2}(?::\d\d)?)?\s?[aApP]\.?[mM](?![\p{L}\p{N}]))/gu,
      speak: (match) => {
        const groups = match.groups ?? {};
        const isRound = groups['minutes'] === undefined || groups['minutes'] === '00';
        return isRound
          ? language.cardinal(BigInt(groups['hours'] ?? '0'))
          : sayClock(groups['hours'], groups['minutes'], language);
      },
    },
    {
      name: 'dash between times',
      pattern:
        /(?<=\d(?::\d\d)?\s?(?:[aApP]\.?[mM]\.?)?) ?[-–] ?(?=\d{1,2}(?::\d\d)?\s?[aApP]\.?[mM](?![\p{L}\p{N}]))/gu,
      speak: () => language.to,
    },
    {
      name: "o'clock",
      pattern: /(?<![\p{N}:.,])(?<hours>\d{1,2})(?::00)?(?= o'clock)/gu,
      speak: (match) => language.cardinal(BigInt(match.groups?.['hours'] ?? '0')),
    },
    {
      name: 'verse',
      pattern: /(?<=\p{Lu}\p{Ll}+ )(?<chapter>\d{1,3}):(?<verse>\d{1,3})(?:[-–](?<last>\d{1,3}))?(?![\p{N}:.]\d)/gu,
      speak: (match) => {
        const groups = match.groups ?? {};
        if (groups['last'] === undefined && Number(groups['chapter']) <= 24 && (groups['verse'] ?? '').length === 2)
          return undefined;
        const words = [groups['chapter'], groups['verse']].map((digits) => language.cardinal(BigInt(digits ?? '0')));
        return groups['last'] === undefined
          ? words.join(' ')
          : `${words.join(' ')} to ${language.cardinal(BigInt(groups['last']))}`;
      },
    },
    {
      name: 'ratio',
      pattern: /(?<![\p{N}:.,])(?<first>\d{1,4}):(?<second>\d{1,4})(?![\p{N}]|[:.]\d)/gu,
      speak: (match) => {
        const groups = match.groups ?? {};
        const isTime =
          (groups['second'] ?? '').length === 2 && sayClock(groups['first'], groups['second'], language) !== undefined;
        if (isTime && groups['first'] !== '16') return undefined;
        if (isTime && groups['second'] !== '09' && groups['second'] !== '9' && groups['second'] !== '10')
          return undefined;
        if (groups['first'] === '16' && isTime && groups['second'] !== '10') return undefined;
        return `${language.cardinal(BigInt(groups['first'] ?? '0'))} to ${language.cardinal(BigInt(groups['second'] ?? '0'))}`;
      },
    },
  ];
}
