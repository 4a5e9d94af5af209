import type { SpeechRule } from './speech-rule.ts';
import type { SpokenLanguage } from './spoken-language.ts';

/** Clock times in digits: 10:30, 14:05:20, and ranges such as 9:00–17:30. What is no time (16:9, 45:90) is left. */
export function timeRules(language: SpokenLanguage): readonly SpeechRule[] {
  const glue = language.writtenWithoutSpaces ? '' : ' ';
  const { letter, words } = language.clock;
  const separator = letter === undefined ? ':' : `(?::| ?${letter} ?)`;
  const word = words.length === 0 ? '' : `(?: ?(?:${words.join('|')})(?![\\p{L}]))?`;
  return [
    {
      name: 'time range',
      pattern: new RegExp(
        `(?<![\\p{N}:.,])(?<hours>\\d{1,2})${separator}(?<minutes>\\d{2}) ?[-–] ?(?<endHours>\\d{1,2})${separator}(?<endMinutes>\\d{2})(?![\\p{N}]|[:.]\\d)${word}`,
        'gu',
      ),
      speak: (match) => {
        const groups = match.groups ?? {};
        const start = sayClock(groups['hours'], groups['minutes'], language);
        const end = sayClock(groups['endHours'], groups['endMinutes'], language);
        return start === undefined || end === undefined
          ? undefined
          : [start, language.to, end].filter((part) => part !== '').join(glue);
      },
    },
    {
      name: 'time',
      pattern: new RegExp(
        `(?<![\\p{N}:.,])(?<hours>\\d{1,2})${separator}(?<minutes>\\d{2})(?<seconds>:\\d{2})?(?![\\p{N}]|[:.]\\d)${word}`,
        'gu',
      ),
      speak: (match) => {
        const groups = match.groups ?? {};
        const clock = sayClock(groups['hours'], groups['minutes'], language);
        if (clock === undefined || groups['seconds'] === undefined) return clock;
        return [clock, language.cardinal(BigInt(groups['seconds'].slice(1)))].join(glue);
      },
    },
    ...(words.length === 0 ? [] : [hourRule(words, language)]),
  ];
}

/** "10.30 Uhr", "10 Uhr". */
function hourRule(words: readonly string[], language: SpokenLanguage): SpeechRule {
  return {
    name: 'hour with a word',
    pattern: new RegExp(
      `(?<![\\p{N}:.,])(?<hours>\\d{1,2})(?:\\.(?<minutes>\\d{2}))? ?(?:${words.filter((word) => word.length > 1).join('|')})(?![\\p{L}])`,
      'gu',
    ),
    speak: (match) => sayClock(match.groups?.['hours'], match.groups?.['minutes'] ?? '0', language),
  };
}

/** Undefined when there is no such time of day. */
export function sayClock(
  hours: string | undefined,
  minutes: string | undefined,
  language: SpokenLanguage,
): string | undefined {
  const time = { hours: Number(hours), minutes: Number(minutes) };
  return time.hours <= 24 && time.minutes <= 59 ? language.time(time) : undefined;
}
