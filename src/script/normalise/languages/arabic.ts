import { toCardinal } from 'n2words/ar-SA';

import { invariable } from '../nouns.ts';
import type { CalendarDate, ClockTime, CountedNoun, Gender, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = [
  'يناير',
  'فبراير',
  'مارس',
  'أبريل',
  'مايو',
  'يونيو',
  'يوليو',
  'أغسطس',
  'سبتمبر',
  'أكتوبر',
  'نوفمبر',
  'ديسمبر',
];

/** Modern Standard Arabic. */
export function arabic(): SpokenLanguage {
  return {
    code: 'ar',
    decimalSeparator: '.',
    spaceGroupsThousands: false,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: sayCardinal,
    ordinal: undefined,
    decimal: { word: 'فاصلة', reading: 'digit by digit' },
    year: (value) => toCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: 'ناقص',
    to: 'إلى',
    percent: { noun: invariable('بالمئة', 'masculine'), position: 'after' },
    currencies: {
      SAR: {
        major: counted('ريال', 'ريالان', 'ريالات', 'ريالًا'),
        minor: counted('هللة', 'هللتان', 'هللات', 'هللة', 'feminine'),
      },
      AED: { major: counted('درهم', 'درهمان', 'دراهم', 'درهمًا'), minor: counted('فلس', 'فلسان', 'فلوس', 'فلسًا') },
      USD: { major: counted('دولار', 'دولاران', 'دولارات', 'دولارًا'), minor: counted('سنت', 'سنتان', 'سنتات', 'سنتًا') },
      EUR: { major: invariable('يورو', 'masculine'), minor: counted('سنت', 'سنتان', 'سنتات', 'سنتًا') },
      GBP: { major: counted('جنيه إسترليني', 'جنيهان إسترلينيان', 'جنيهات إسترلينية', 'جنيهًا إسترلينيًا') },
      JPY: { major: invariable('ين', 'masculine') },
      CNY: { major: invariable('يوان', 'masculine') },
      INR: { major: counted('روبية', 'روبيتان', 'روبيات', 'روبية', 'feminine') },
      BTC: { major: invariable('بيتكوين', 'masculine') },
    },
    currencyJoin: ' و',
    magnitudes: {
      ألف: THOUSAND,
      آلاف: THOUSAND,
      مليون: MILLION,
      ملايين: MILLION,
      مليار: MILLIARD,
      مليارات: MILLIARD,
      M: MILLION,
    },
    units: {
      كم: counted('كيلومتر', 'كيلومتران', 'كيلومترات', 'كيلومترًا'),
      km: counted('كيلومتر', 'كيلومتران', 'كيلومترات', 'كيلومترًا'),
      م: counted('متر', 'متران', 'أمتار', 'مترًا'),
      سم: counted('سنتيمتر', 'سنتيمتران', 'سنتيمترات', 'سنتيمترًا'),
      كغ: counted('كيلوغرام', 'كيلوغرامان', 'كيلوغرامات', 'كيلوغرامًا'),
      كجم: counted('كيلوغرام', 'كيلوغرامان', 'كيلوغرامات', 'كيلوغرامًا'),
      kg: counted('كيلوغرام', 'كيلوغرامان', 'كيلوغرامات', 'كيلوغرامًا'),
      'كم/س': counted('كيلومتر في الساعة', 'كيلومتران في الساعة', 'كيلومترات في الساعة', 'كيلومترًا في الساعة'),
      'km/h': counted('كيلومتر في الساعة', 'كيلومتران في الساعة', 'كيلومترات في الساعة', 'كيلومترًا في الساعة'),
      '°C': counted('درجة مئوية', 'درجتان مئويتان', 'درجات مئوية', 'درجة مئوية', 'feminine'),
      '°م': counted('درجة مئوية', 'درجتان مئويتان', 'درجات مئوية', 'درجة مئوية', 'feminine'),
      '°': counted('درجة', 'درجتان', 'درجات', 'درجة', 'feminine'),
      GB: counted('غيغابايت', 'غيغابايت', 'غيغابايت', 'غيغابايت'),
      MB: counted('ميغابايت', 'ميغابايت', 'ميغابايت', 'ميغابايت'),
    },
    symbols: {
      '&': 'و',
      '+': 'زائد',
      '=': 'يساوي',
      '×': 'ضرب',
      '*': 'ضرب',
      '÷': 'على',
      '±': 'زائد أو ناقص',
      '°': 'درجة',
      '@': 'آت',
      '%': 'بالمئة',
      '/': 'على',
    },
    address: { dot: 'نقطة', slash: 'شرطة مائلة', dash: 'شرطة', underscore: 'شرطة سفلية', at: 'آت' },
    abbreviations: { 'د.': 'دكتور', 'أ.د.': 'الأستاذ الدكتور', 'إلخ.': 'إلى آخره', إلخ: 'إلى آخره' },
  };
}

const THOUSAND = counted('ألف', 'ألفان', 'آلاف', 'ألفًا');
const MILLION = counted('مليون', 'مليونان', 'ملايين', 'مليونًا');
const MILLIARD = counted('مليار', 'ملياران', 'مليارات', 'مليارًا');

/** One and two are said with the noun itself; 3 to 10 take the plural, 11 to 99 the accusative, hundreds the singular. */
function counted(one: string, two: string, few: string, many: string, gender: Gender = 'masculine'): CountedNoun {
  return {
    one: `${one} ${gender === 'feminine' ? 'واحدة' : 'واحد'}`,
    two,
    few,
    many,
    other: one,
    gender,
    formsWithNumber: ['one', 'two'],
  };
}

function sayCardinal(value: bigint, gender?: Gender): string {
  return toCardinal(value, gender === 'feminine' ? { gender: 'feminine' } : {});
}

function sayDate(date: CalendarDate): string {
  const year = date.year === undefined ? '' : ` ${toCardinal(BigInt(date.year))}`;
  return `${toCardinal(BigInt(date.day))} ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = HOURS[time.hours % 12] ?? '';
  if (time.minutes === 0) return hours;
  if (time.minutes === 15) return `${hours} والربع`;
  if (time.minutes === 30) return `${hours} والنصف`;
  return `${hours} و${sayCardinal(BigInt(time.minutes), 'feminine')} دقيقة`;
}

/** The hour is an ordinal of the feminine "الساعة"; twelve stands first because hours are counted from it. */
const HOURS = [
  'الثانية عشرة',
  'الواحدة',
  'الثانية',
  'الثالثة',
  'الرابعة',
  'الخامسة',
  'السادسة',
  'السابعة',
  'الثامنة',
  'التاسعة',
  'العاشرة',
  'الحادية عشرة',
];
