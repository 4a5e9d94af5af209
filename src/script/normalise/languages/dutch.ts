import { toCardinal, toOrdinal } from 'n2words/nl-NL';

import { invariable, noun } from '../nouns.ts';
import type { CalendarDate, ClockTime, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = [
  'januari',
  'februari',
  'maart',
  'april',
  'mei',
  'juni',
  'juli',
  'augustus',
  'september',
  'oktober',
  'november',
  'december',
];

export function dutch(): SpokenLanguage {
  return {
    code: 'nl',
    decimalSeparator: ',',
    spaceGroupsThousands: false,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: (value) => toCardinal(value),
    ordinal: {
      pattern: /(?<![\p{N}\p{L}.,])(?<number>\d{1,3})(?<suffix>e|ste|de)(?![\p{L}\p{N}])/gu,
      say: (value) => (value < 1n ? undefined : toOrdinal(value)),
    },
    decimal: { word: 'komma', reading: 'digit by digit' },
    year: sayYear,
    date: sayDate,
    time: sayTime,
    clock: { words: ['uur', 'u'] },
    minus: 'min',
    to: 'tot',
    percent: { noun: invariable('procent'), position: 'after' },
    currencies: {
      EUR: { major: invariable('euro', 'masculine'), minor: invariable('cent', 'masculine') },
      USD: { major: invariable('dollar', 'masculine'), minor: invariable('cent', 'masculine') },
      GBP: { major: invariable('pond', 'masculine'), minor: invariable('pence', 'masculine') },
      JPY: { major: invariable('yen', 'masculine') },
      CNY: { major: invariable('yuan', 'masculine') },
      INR: { major: invariable('roepie', 'masculine') },
      CHF: { major: invariable('Zwitserse frank', 'masculine') },
      RUB: { major: invariable('roebel', 'masculine') },
      BTC: { major: invariable('bitcoin', 'masculine') },
    },
    currencyJoin: ' en ',
    magnitudes: {
      duizend: invariable('duizend'),
      miljoen: MILLION,
      mln: MILLION,
      'mln.': MILLION,
      miljard: MILLIARD,
      mld: MILLIARD,
      'mld.': MILLIARD,
    },
    units: {
      km: invariable('kilometer', 'masculine'),
      m: invariable('meter', 'masculine'),
      cm: invariable('centimeter', 'masculine'),
      mm: invariable('millimeter', 'masculine'),
      kg: invariable('kilogram', 'masculine'),
      g: invariable('gram', 'masculine'),
      mg: invariable('milligram', 'masculine'),
      l: invariable('liter', 'masculine'),
      ml: invariable('milliliter', 'masculine'),
      'km/h': invariable('kilometer per uur', 'masculine'),
      'km/u': invariable('kilometer per uur', 'masculine'),
      'm²': invariable('vierkante meter', 'masculine'),
      'km²': invariable('vierkante kilometer', 'masculine'),
      '°C': noun('graad Celsius', 'graden Celsius', { gender: 'masculine' }),
      '°': noun('graad', 'graden', { gender: 'masculine' }),
      s: noun('seconde', 'seconden', { gender: 'masculine' }),
      min: noun('minuut', 'minuten', { gender: 'masculine' }),
      GB: invariable('gigabyte', 'masculine'),
      MB: invariable('megabyte', 'masculine'),
      kWh: invariable('kilowattuur', 'masculine'),
    },
    symbols: {
      '&': 'en',
      '+': 'plus',
      '=': 'is',
      '×': 'keer',
      '*': 'keer',
      '÷': 'gedeeld door',
      '<': 'kleiner dan',
      '>': 'groter dan',
      '±': 'plus of min',
      '°': 'graden',
      '@': 'apenstaartje',
      '%': 'procent',
      '/': 'gedeeld door',
    },
    address: {
      dot: 'punt',
      slash: 'schuine streep',
      dash: 'streepje',
      underscore: 'laag streepje',
      at: 'apenstaartje',
    },
    abbreviations: {
      'dhr.': 'de heer',
      'mevr.': 'mevrouw',
      'mw.': 'mevrouw',
      'dr.': 'doctor',
      'prof.': 'professor',
      'bijv.': 'bijvoorbeeld',
      'bv.': 'bijvoorbeeld',
      'o.a.': 'onder andere',
      'd.w.z.': 'dat wil zeggen',
      'enz.': 'enzovoort',
      'etc.': 'et cetera',
      'ca.': 'circa',
      'nr.': 'nummer',
      'blz.': 'bladzijde',
    },
  };
}

const MILLION = invariable('miljoen', 'masculine');
const MILLIARD = invariable('miljard', 'masculine');

function sayYear(value: number): string {
  const rest = value % 100;
  if (value < 1100 || value > 1999) return toCardinal(BigInt(value));
  const century = toCardinal(BigInt(Math.trunc(value / 100)));
  return rest === 0 ? `${century}honderd` : `${century}honderd ${toCardinal(BigInt(rest))}`;
}

function sayDate(date: CalendarDate): string {
  const year = date.year === undefined ? '' : ` ${sayYear(date.year)}`;
  return `${toCardinal(BigInt(date.day))} ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = toCardinal(BigInt(time.hours));
  return time.minutes === 0 ? `${hours} uur` : `${hours} uur ${toCardinal(BigInt(time.minutes))}`;
}
