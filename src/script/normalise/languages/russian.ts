import { toCardinal, toOrdinal } from 'n2words/ru-RU';

import { slavic, invariable } from '../nouns.ts';
import type { CalendarDate, ClockTime, Gender, SpokenLanguage } from '../spoken-language.ts';

/** Genitive, as in dates. */
const MONTHS = [
  'января',
  'февраля',
  'марта',
  'апреля',
  'мая',
  'июня',
  'июля',
  'августа',
  'сентября',
  'октября',
  'ноября',
  'декабря',
];

export function russian(): SpokenLanguage {
  return {
    code: 'ru',
    decimalSeparator: ',',
    spaceGroupsThousands: true,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: sayCardinal,
    ordinal: {
      pattern: new RegExp(
        `(?<![\\p{N}\\p{L}.,])(?:(?<number>\\d{1,4})-(?<suffix>й|я|е|го|му|м|х|ый|ий|ая|ое)(?![\\p{L}])|(?<number>[12]?\\d|3[01])(?= (?:${MONTHS.join('|')})(?![\\p{L}]))|(?<number>[12]\\d{3})(?= (?<suffix>году|года|год)(?![\\p{L}])))`,
        'gu',
      ),
      say: (value, suffix) => (value < 1n ? undefined : inflect(ordinalOf(value), suffix === '' ? 'е' : suffix)),
    },
    decimal: { word: 'запятая', reading: 'as a number', say: sayDecimal },
    year: (value) => sayCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: 'минус',
    to: '',
    percent: { noun: slavic('процент', 'процента', 'процентов', 'процента', 'masculine'), position: 'after' },
    currencies: {
      RUB: {
        major: slavic('рубль', 'рубля', 'рублей', 'рубля', 'masculine'),
        minor: slavic('копейка', 'копейки', 'копеек', 'копейки', 'feminine'),
      },
      USD: {
        major: slavic('доллар', 'доллара', 'долларов', 'доллара', 'masculine'),
        minor: slavic('цент', 'цента', 'центов', 'цента', 'masculine'),
      },
      EUR: { major: invariable('евро', 'masculine'), minor: slavic('цент', 'цента', 'центов', 'цента', 'masculine') },
      GBP: { major: slavic('фунт', 'фунта', 'фунтов', 'фунта', 'masculine') },
      UAH: { major: slavic('гривна', 'гривны', 'гривен', 'гривны', 'feminine') },
      JPY: { major: slavic('иена', 'иены', 'иен', 'иены', 'feminine') },
      CNY: { major: slavic('юань', 'юаня', 'юаней', 'юаня', 'masculine') },
      INR: { major: slavic('рупия', 'рупии', 'рупий', 'рупии', 'feminine') },
      TRY: { major: slavic('лира', 'лиры', 'лир', 'лиры', 'feminine') },
      BTC: { major: slavic('биткоин', 'биткоина', 'биткоинов', 'биткоина', 'masculine') },
    },
    currencyJoin: ' ',
    magnitudes: {
      'тыс.': THOUSAND,
      тысяч: THOUSAND,
      тысячи: THOUSAND,
      тысяча: THOUSAND,
      млн: MILLION,
      'млн.': MILLION,
      миллион: MILLION,
      миллиона: MILLION,
      миллионов: MILLION,
      млрд: MILLIARD,
      'млрд.': MILLIARD,
      миллиард: MILLIARD,
      миллиарда: MILLIARD,
      миллиардов: MILLIARD,
    },
    units: {
      км: slavic('километр', 'километра', 'километров', 'километра', 'masculine'),
      м: slavic('метр', 'метра', 'метров', 'метра', 'masculine'),
      см: slavic('сантиметр', 'сантиметра', 'сантиметров', 'сантиметра', 'masculine'),
      мм: slavic('миллиметр', 'миллиметра', 'миллиметров', 'миллиметра', 'masculine'),
      кг: slavic('килограмм', 'килограмма', 'килограммов', 'килограмма', 'masculine'),
      г: slavic('грамм', 'грамма', 'граммов', 'грамма', 'masculine'),
      л: slavic('литр', 'литра', 'литров', 'литра', 'masculine'),
      'км/ч': slavic('километр в час', 'километра в час', 'километров в час', 'километра в час', 'masculine'),
      'м²': slavic('квадратный метр', 'квадратных метра', 'квадратных метров', 'квадратного метра', 'masculine'),
      '°C': slavic('градус Цельсия', 'градуса Цельсия', 'градусов Цельсия', 'градуса Цельсия', 'masculine'),
      '°С': slavic('градус Цельсия', 'градуса Цельсия', 'градусов Цельсия', 'градуса Цельсия', 'masculine'),
      '°': slavic('градус', 'градуса', 'градусов', 'градуса', 'masculine'),
      сек: slavic('секунда', 'секунды', 'секунд', 'секунды', 'feminine'),
      мин: slavic('минута', 'минуты', 'минут', 'минуты', 'feminine'),
      ч: slavic('час', 'часа', 'часов', 'часа', 'masculine'),
      ГБ: slavic('гигабайт', 'гигабайта', 'гигабайт', 'гигабайта', 'masculine'),
      МБ: slavic('мегабайт', 'мегабайта', 'мегабайт', 'мегабайта', 'masculine'),
      'руб.': slavic('рубль', 'рубля', 'рублей', 'рубля', 'masculine'),
      руб: slavic('рубль', 'рубля', 'рублей', 'рубля', 'masculine'),
    },
    symbols: {
      '&': 'и',
      '+': 'плюс',
      '=': 'равно',
      '×': 'умножить на',
      '*': 'умножить на',
      '÷': 'разделить на',
      '<': 'меньше',
      '>': 'больше',
      '±': 'плюс-минус',
      '°': 'градусов',
      '@': 'собака',
      '%': 'процентов',
      '№': 'номер',
      '/': 'дробь',
      '§': 'параграф',
    },
    address: { dot: 'точка', slash: 'слэш', dash: 'дефис', underscore: 'подчёркивание', at: 'собака' },
    abbreviations: {
      'т.е.': 'то есть',
      'т. е.': 'то есть',
      'т.к.': 'так как',
      'т. к.': 'так как',
      'и т.д.': 'и так далее',
      'и т. д.': 'и так далее',
      'и т.п.': 'и тому подобное',
      'и т. п.': 'и тому подобное',
      'ул.': 'улица',
      'им.': 'имени',
      'проф.': 'профессор',
      'стр.': 'страница',
      'рис.': 'рисунок',
      'др.': 'другие',
    },
  };
}

const THOUSAND = slavic('тысяча', 'тысячи', 'тысяч', 'тысячи', 'feminine');
const MILLION = slavic('миллион', 'миллиона', 'миллионов', 'миллиона', 'masculine');
const MILLIARD = slavic('миллиард', 'миллиарда', 'миллиардов', 'миллиарда', 'masculine');

/** "тысяча", not "одна тысяча", at the beginning of a number. */
function sayCardinal(value: bigint, gender?: Gender): string {
  if (value === 1n && gender === 'neuter') return 'одно';
  return toCardinal(value, gender === 'feminine' ? { gender: 'feminine' } : {}).replace(/^одна тысяча/u, 'тысяча');
}

const PARTS: Readonly<Record<number, string>> = { 1: 'десят', 2: 'сот', 3: 'тысячн' };

/** "три целых четырнадцать сотых"; longer fractions are read as they are written. */
function sayDecimal(whole: string, fraction: string): string | undefined {
  const part = PARTS[fraction.length];
  if (part === undefined || whole.length > 15) return undefined;
  const isOne = (value: bigint) => value % 10n === 1n && value % 100n !== 11n;
  const wholes = BigInt(whole);
  const parts = BigInt(fraction);
  return [
    sayCardinal(wholes, 'feminine'),
    isOne(wholes) ? 'целая' : 'целых',
    sayCardinal(parts, 'feminine'),
    `${part}${isOne(parts) ? 'ая' : 'ых'}`,
  ].join(' ');
}

function ordinalOf(value: bigint): string {
  return toOrdinal(value).replace(/^одна тысяча/u, 'тысяча');
}

/** Gives the last word of an ordinal the ending that is written after the number. */
function inflect(ordinal: string, suffix: string): string {
  const soft = ordinal.endsWith('третий');
  const stem = ordinal.replace(/(?:ый|ий|ой)$/u, '');
  const endings: Readonly<Record<string, readonly [hard: string, soft: string]>> = {
    я: ['ая', 'ья'],
    ая: ['ая', 'ья'],
    е: ['ое', 'ье'],
    ое: ['ое', 'ье'],
    го: ['ого', 'ьего'],
    года: ['ого', 'ьего'],
    му: ['ому', 'ьему'],
    м: ['ом', 'ьем'],
    году: ['ом', 'ьем'],
    х: ['ых', 'ьих'],
  };
  const ending = endings[suffix];
  return ending === undefined ? ordinal : `${stem}${ending[soft ? 1 : 0]}`;
}

function sayDate(date: CalendarDate): string {
  const day = inflect(ordinalOf(BigInt(date.day)), 'е');
  const year = date.year === undefined ? '' : ` ${inflect(ordinalOf(BigInt(date.year)), 'го')} года`;
  return `${day} ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = sayCardinal(BigInt(time.hours));
  if (time.minutes === 0) return `${hours} ноль ноль`;
  const minutes = sayCardinal(BigInt(time.minutes));
  return time.minutes < 10 ? `${hours} ноль ${minutes}` : `${hours} ${minutes}`;
}
