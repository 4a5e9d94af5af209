import { invariable } from '../nouns.ts';
import type { CalendarDate, ClockTime, SpokenLanguage } from '../spoken-language.ts';
import { sayDay, sayHours, sayInKana, sayMinutes, sayMonth, sayYear } from './japanese-numbers.ts';
import { japanese } from './japanese.ts';

/**
 * Japanese for a text without kanji, as children and simple voices read it: what is added is in kana too. In a text with kanji
 * it would be misread (ご月), so there `japanese` adds kanji.
 */
export function japaneseInKana(): SpokenLanguage {
  const language = japanese();
  return {
    ...language,
    cardinal: sayInKana,
    year: (value) => sayInKana(BigInt(value)),
    decimal: { word: 'てん', reading: 'digit by digit' },
    date: sayDate,
    time: sayTime,
    currencies: { ...language.currencies, JPY: { major: invariable('えん') }, CNY: { major: invariable('げん') } },
    units: {
      ...language.units,
      'km/h': invariable('キロメートルまいじ'),
      'm²': invariable('へいほうメートル'),
      'km²': invariable('へいほうキロメートル'),
      '°C': invariable('ど'),
      '℃': invariable('ど'),
      '°': invariable('ど'),
    },
    symbols: { ...language.symbols, '°': 'ど', '/': 'ぶんの' },
  };
}

function sayDate(date: CalendarDate): string {
  const year = date.year === undefined ? '' : sayYear(date.year);
  return year + sayMonth(date.month) + sayDay(date.day);
}

function sayTime(time: ClockTime): string {
  const hours = sayHours(time.hours);
  if (time.minutes === 0) return hours;
  return hours + (time.minutes === 30 ? 'はん' : sayMinutes(time.minutes));
}
