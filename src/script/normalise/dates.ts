import type { SpeechRule } from './speech-rule.ts';
import type { CalendarDate, SpokenLanguage } from './spoken-language.ts';

/** Dates in digits: 2024-05-12, 12/05/2024, 12.05.2024, 12-05-24. Which number is the month follows the language's custom. */
export function dateRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    {
      name: 'ISO date',
      pattern:
        /(?<![\p{N}\p{L}./-])(?<year>\d{4})(?<separator>[-/.])(?<month>\d{1,2})\k<separator>(?<day>\d{1,2})(?![\p{N}]|[.,/-]\d)/gu,
      speak: (match, text) => sayIfReal(numbersOf(match), language, text.slice(0, match.index)),
    },
    {
      name: 'date',
      pattern:
        /(?<![\p{N}\p{L}./-])(?<first>\d{1,2})(?<separator>[/.-])(?<second>\d{1,2})\k<separator>(?<year>\d{4}|\d{2})(?![\p{N}]|[.,/-]\d)/gu,
      speak: (match, text) => {
        const before = text.slice(0, match.index);
        const groups = match.groups ?? {};
        const first = Number(groups['first']);
        const second = Number(groups['second']);
        const writtenYear = groups['year'] ?? '';
        // "1.2.34" is more often a version than a date.
        if (writtenYear.length === 2 && groups['separator'] !== '/') return undefined;
        const year =
          writtenYear.length === 2 ? centuryOf(Number(writtenYear)) + Number(writtenYear) : Number(writtenYear);
        const monthFirst = { year, month: first, day: second };
        const dayFirst = { year, month: second, day: first };
        const isMonthFirst = language.dateOrder === 'month-first' && groups['separator'] !== '.';
        const [preferred, other] = isMonthFirst ? [monthFirst, dayFirst] : [dayFirst, monthFirst];
        return sayIfReal(preferred, language, before) ?? sayIfReal(other, language, before);
      },
    },
  ];
}

/** A four-digit number of the last centuries is a year where years are read in a way of their own. English decides by context. */
export function yearRules(language: SpokenLanguage): readonly SpeechRule[] {
  if (language.writtenWithoutSpaces) return [];
  return [
    {
      name: 'year',
      pattern: /(?<![\p{N}\p{L}.,:/+-])(?<year>1[1-9]\d{2})(?![\p{N}\p{L}%°]|[.,:/]\d)/gu,
      speak: (match) => language.year(Number(match[0])),
    },
  ];
}

/** Undefined unless the day exists in that month of that year. */
export function sayIfReal(date: CalendarDate, language: SpokenLanguage, before: string): string | undefined {
  return isRealDate(date) ? language.date(date, before) : undefined;
}

function isRealDate(date: CalendarDate): boolean {
  // 2024 is a leap year, so that a date without a year may be 29 February.
  const moment = new Date(Date.UTC(date.year ?? 2024, date.month - 1, date.day));
  return date.month >= 1 && date.month <= 12 && date.day >= 1 && moment.getUTCMonth() === date.month - 1;
}

function numbersOf(match: RegExpExecArray): CalendarDate {
  const groups = match.groups ?? {};
  return { year: Number(groups['year']), month: Number(groups['month']), day: Number(groups['day']) };
}

/** Two-digit years: 00 to 68 are this century, as POSIX strptime has it. */
function centuryOf(shortYear: number): number {
  return shortYear <= 68 ? 2000 : 1900;
}
