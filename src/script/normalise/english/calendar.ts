import { ENGLISH_MONTHS, sayEnglishOrdinal, sayEnglishYear } from '../languages/english.ts';
import type { SpeechRule } from '../speech-rule.ts';
import type { SpokenLanguage } from '../spoken-language.ts';
import { sayIfReal } from '../dates.ts';

const MONTHS = `(?:${ENGLISH_MONTHS.join('|')}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)`;
const AFTER_A_YEAR_WORD =
  /(?:^|[^\p{L}\p{N}])(?:in|since|by|until|till|from|before|after|during|circa|around|of|year|years|early|late|mid|summer|winter|spring|autumn|fall|class of|back in|through|and|to|copyright|born|died|established|founded|©|\() ?$/iu;
const BEFORE_A_COUNTED_NOUN =
  /^ (?!(?:is|was|has|does|census|elections|us|this|its|as|Olympics|games|series|awards|christmas|plus|versus|vs)\b)(?:\p{Ll}+ )?\p{Ll}{2,}(?:s|people|men|women|children|feet|percent)(?![\p{L}'])/u;
const COUNTED_THINGS =
  /^ (?:\p{Ll}+ )?(?:people|men|women|children|feet|percent|fish|sheep|thousand|million|billion)(?![\p{L}'])/u;

/** Years, decades and dates with the month in letters: "2024", "1990s", "'90s", "March 5, 2024", "5 March", "1990–95". */
export function englishCalendarRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    {
      name: 'decade',
      pattern: /(?<![\p{L}\p{N}.,$€£-])(?<century>1[1-9]|20)?(?<decade>\d0)'?s(?![\p{L}\p{N}])/gu,
      speak: (match) => sayDecade(match.groups?.['century'], match.groups?.['decade'] ?? ''),
    },
    {
      name: 'short decade',
      pattern: /(?<![\p{L}\p{N}])'(?<decade>[02-9]0)s(?![\p{L}\p{N}])/gu,
      speak: (match) =>
        match.groups?.['decade'] === '00' ? 'two thousands' : sayDecade(undefined, match.groups?.['decade'] ?? ''),
    },
    {
      name: 'plural of a digit',
      pattern: /(?<![\p{L}\p{N}.,$€£-])\d{1,2}(?='?s(?![\p{L}\p{N}]))'?s/gu,
      speak: (match) => plural(language.cardinal(BigInt(/\d+/.exec(match[0])?.[0] ?? '0'))),
    },
    {
      name: 'range of days or months',
      pattern:
        /(?<![\p{L}\p{N}])(?<first>Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.? ?[-–] ?(?<last>Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?![\p{L}\p{N}])/gu,
      speak: (match) => {
        const [first, last] = [match.groups?.['first'], match.groups?.['last']].map((name) => fullName(name ?? ''));
        return first === undefined || last === undefined ? undefined : `${first} to ${last}`;
      },
    },
    {
      name: 'short month name before a day',
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}])(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\\.?(?=[ ]\\d{1,4}(?![\\p{N}.,]\\d))|(?<=\\d (?:of )?|\\d(?:st|nd|rd|th) (?:of )?)(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?:\\.(?= \\d|,))?(?![\\p{L}\\p{N}])`,
        'gu',
      ),
      speak: (match) => ENGLISH_MONTHS.find((month) => month.startsWith(match[0].slice(0, 3))),
    },
    {
      name: 'year after a month and a day',
      pattern: new RegExp(
        `(?<=${MONTHS}\\.? \\d{1,2}(?:st|nd|rd|th)?,? )(?<year>[12]\\d{3})(?![\\p{N}\\p{L}]|[.,]\\d)`,
        'gu',
      ),
      speak: (match) => sayEnglishYear(Number(match[0])),
    },
    {
      name: 'day after a month',
      pattern: new RegExp(
        `(?<=(?<![\\p{L}])${MONTHS}\\.? )(?<day>\\d{1,2})(?:st|nd|rd|th)?(?<range> ?[-–] ?(?<last>\\d{1,2})(?:st|nd|rd|th)?)?(?![\\p{N}\\p{L}:%]|[.,/]\\d| ?(?:percent|million|billion|people|times))`,
        'gu',
      ),
      speak: (match) => {
        const groups = match.groups ?? {};
        const first = sayDay(groups['day']);
        if (first === undefined || groups['last'] === undefined) return first;
        const last = sayDay(groups['last']);
        return last === undefined ? undefined : `${first} to ${last}`;
      },
    },
    {
      name: 'day before a month',
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}.,:/-])(?<day>\\d{1,2})(?:st|nd|rd|th)?(?= (?:of )?${MONTHS}(?![\\p{L}]))`,
        'gu',
      ),
      speak: (match, text) => {
        const day = Number(match.groups?.['day']);
        if (sayIfReal({ year: undefined, month: 1, day }, language, '') === undefined) return undefined;
        const ordinal = sayEnglishOrdinal(BigInt(day));
        const isJoined = text.startsWith(' of ', match.index + match[0].length);
        if (isJoined || ordinal === undefined) return ordinal;
        const hasArticle = /\bthe $/i.test(text.slice(0, match.index));
        return hasArticle ? `${ordinal} of` : `the ${ordinal} of`;
      },
    },
    {
      name: 'range of years',
      pattern:
        /(?<![\p{L}\p{N}.,:/$€£-])(?<first>1[1-9]\d\d|20\d\d) ?[-–/] ?(?<last>1[1-9]\d\d|20\d\d|\d\d)(?![\p{L}\p{N}%]|[.,/:-]\d)/gu,
      speak: (match) => {
        const first = Number(match.groups?.['first']);
        const written = match.groups?.['last'] ?? '';
        const isSplit = match[0].includes('/');
        const last = written.length === 4 ? Number(written) : Number(`${String(first).slice(0, 2)}${written}`);
        if (last <= first || (isSplit && last !== first + 1)) return undefined;
        const spokenLast =
          written.length === 2 && Number(written) >= 10 ? language.cardinal(BigInt(written)) : sayEnglishYear(last);
        return isSplit ? `${sayEnglishYear(first)} ${spokenLast}` : `${sayEnglishYear(first)} to ${spokenLast}`;
      },
    },
    {
      name: 'year',
      pattern: /(?<![\p{L}\p{N}.,:/$€£#+-]|[.,]\d)(?<year>1[1-9]\d\d|20\d\d)(?![\p{L}\p{N}%°]|[.,:/]\d| ?[-–] ?\d)/gu,
      speak: (match, text) => {
        const value = Number(match[0]);
        const before = text.slice(Math.max(0, match.index - 16), match.index);
        const after = text.slice(match.index + 4, match.index + 44);
        if (COUNTED_THINGS.test(after)) return undefined;
        const countsSomething =
          BEFORE_A_COUNTED_NOUN.test(after) && !/(?:in|since|year|copyright|early|late|mid) $/iu.test(before);
        if (countsSomething) return undefined;
        const looksLikeYear = value >= 1900 || AFTER_A_YEAR_WORD.test(before);
        return looksLikeYear ? sayEnglishYear(value) : undefined;
      },
    },
  ];

  function sayDecade(century: string | undefined, decade: string): string | undefined {
    const ten = decade === '00' ? 'hundred' : language.cardinal(BigInt(decade));
    if (century === '20' && decade === '00') return 'two thousands';
    if (century === undefined && (decade === '00' || decade === '10')) return undefined;
    return century === undefined ? plural(ten) : `${language.cardinal(BigInt(century))} ${plural(ten)}`;
  }
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function fullName(short: string): string | undefined {
  return [...DAYS, ...ENGLISH_MONTHS].find((name) => name.startsWith(short.slice(0, 3)));
}

function plural(word: string): string {
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return word.endsWith('x') ? `${word}es` : `${word}s`;
}

function sayDay(day: string | undefined): string | undefined {
  const value = Number(day);
  return value >= 1 && value <= 31 ? sayEnglishOrdinal(BigInt(value)) : undefined;
}
