import { toCardinal, toOrdinal } from 'n2words/fr-FR';

import { invariable, noun } from '../nouns.ts';
import type { CalendarDate, ClockTime, CountedNoun, Gender, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = [
  'janvier',
  'février',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'août',
  'septembre',
  'octobre',
  'novembre',
  'décembre',
];

/** French of France; numbers of Canada and Switzerland are understood as well. */
export function french(): SpokenLanguage {
  return {
    code: 'fr',
    decimalSeparator: ',',
    spaceGroupsThousands: true,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: sayCardinal,
    ordinal: {
      pattern: /(?<![\p{N}\p{L}.,])(?<number>\d{1,3})(?<suffix>ers?|res?|èmes?|emes?|es?|nde?)(?![\p{L}\p{N}])/gu,
      say: sayOrdinal,
    },
    decimal: { word: 'virgule', reading: 'as a number' },
    year: (value) => toCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { letter: 'h', words: [] },
    minus: 'moins',
    to: 'à',
    percent: { noun: invariable('pour cent'), position: 'after' },
    currencies: {
      EUR: { major: counted('euro', 'euros'), minor: noun('centime', 'centimes', { gender: 'masculine' }) },
      USD: { major: counted('dollar', 'dollars'), minor: noun('cent', 'cents', { gender: 'masculine' }) },
      CAD: {
        major: counted('dollar canadien', 'dollars canadiens'),
        minor: noun('cent', 'cents', { gender: 'masculine' }),
      },
      GBP: { major: counted('livre', 'livres', 'feminine'), minor: noun('penny', 'pence', { gender: 'masculine' }) },
      CHF: {
        major: counted('franc suisse', 'francs suisses'),
        minor: noun('centime', 'centimes', { gender: 'masculine' }),
      },
      JPY: { major: counted('yen', 'yens') },
      CNY: { major: counted('yuan', 'yuans') },
      INR: { major: counted('roupie', 'roupies', 'feminine') },
      RUB: { major: counted('rouble', 'roubles') },
      BTC: { major: counted('bitcoin', 'bitcoins') },
    },
    currencyJoin: ' et ',
    magnitudes: {
      mille: invariable('mille'),
      million: MILLION,
      millions: MILLION,
      M: MILLION,
      milliard: MILLIARD,
      milliards: MILLIARD,
      Md: MILLIARD,
      Mds: MILLIARD,
      k: invariable('mille'),
    },
    units: {
      km: noun('kilomètre', 'kilomètres', { gender: 'masculine' }),
      m: noun('mètre', 'mètres', { gender: 'masculine' }),
      cm: noun('centimètre', 'centimètres', { gender: 'masculine' }),
      mm: noun('millimètre', 'millimètres', { gender: 'masculine' }),
      kg: noun('kilogramme', 'kilogrammes', { gender: 'masculine' }),
      g: noun('gramme', 'grammes', { gender: 'masculine' }),
      mg: noun('milligramme', 'milligrammes', { gender: 'masculine' }),
      t: noun('tonne', 'tonnes', { gender: 'feminine' }),
      l: noun('litre', 'litres', { gender: 'masculine' }),
      L: noun('litre', 'litres', { gender: 'masculine' }),
      ml: noun('millilitre', 'millilitres', { gender: 'masculine' }),
      'km/h': noun('kilomètre heure', 'kilomètres heure', { gender: 'masculine' }),
      'm²': noun('mètre carré', 'mètres carrés', { gender: 'masculine' }),
      'km²': noun('kilomètre carré', 'kilomètres carrés', { gender: 'masculine' }),
      '°C': noun('degré Celsius', 'degrés Celsius', { gender: 'masculine' }),
      '°': noun('degré', 'degrés', { gender: 'masculine' }),
      s: noun('seconde', 'secondes', { gender: 'feminine' }),
      min: noun('minute', 'minutes', { gender: 'feminine' }),
      h: noun('heure', 'heures', { gender: 'feminine' }),
      Go: noun('gigaoctet', 'gigaoctets', { gender: 'masculine' }),
      Mo: noun('mégaoctet', 'mégaoctets', { gender: 'masculine' }),
      kWh: noun('kilowattheure', 'kilowattheures', { gender: 'masculine' }),
    },
    symbols: {
      '&': 'et',
      '+': 'plus',
      '=': 'égale',
      '×': 'fois',
      '*': 'fois',
      '÷': 'divisé par',
      '<': 'inférieur à',
      '>': 'supérieur à',
      '±': 'plus ou moins',
      '°': 'degrés',
      '@': 'arobase',
      '%': 'pour cent',
      '/': 'sur',
    },
    address: { dot: 'point', slash: 'barre oblique', dash: 'tiret', underscore: 'tiret bas', at: 'arobase' },
    abbreviations: {
      'M.': 'monsieur',
      MM: 'messieurs',
      'MM.': 'messieurs',
      Mme: 'madame',
      Mmes: 'mesdames',
      Mlle: 'mademoiselle',
      'Dr.': 'docteur',
      Dr: 'docteur',
      Pr: 'professeur',
      'p. ex.': 'par exemple',
      'p.ex.': 'par exemple',
      'etc.': 'et cetera',
      'av. J.-C.': 'avant Jésus-Christ',
      'env.': 'environ',
      'n°': 'numéro',
      'N°': 'numéro',
      St: 'Saint',
      Ste: 'Sainte',
    },
  };
}

const MILLION = noun('million', 'millions', { gender: 'masculine', many: 'millions' });
const MILLIARD = noun('milliard', 'milliards', { gender: 'masculine', many: 'milliards' });

function counted(one: string, other: string, gender: Gender = 'masculine'): CountedNoun {
  const linker = /^[aeiouyéèh]/u.test(other) && !other.startsWith('y') ? "d'" : 'de ';
  return noun(one, other, { gender, many: `${linker}${other}` });
}

function sayCardinal(value: bigint, gender?: Gender): string {
  const words = toCardinal(value);
  return gender === 'feminine' ? words.replace(/(?<![\p{L}])un$/u, 'une') : words;
}

function sayOrdinal(value: bigint, suffix: string): string | undefined {
  if (value < 1n) return undefined;
  const plural = suffix.endsWith('s') && suffix !== 's' ? 's' : '';
  if (value === 1n) return `${suffix.startsWith('r') ? 'première' : 'premier'}${plural}`;
  if (suffix.startsWith('nd')) return suffix === 'nde' ? 'seconde' : 'second';
  // "2 e" with anything but an ordinal is not written without a space.
  return `${toOrdinal(value)}${plural}`;
}

function sayDate(date: CalendarDate): string {
  const day = date.day === 1 ? 'premier' : toCardinal(BigInt(date.day));
  const year = date.year === undefined ? '' : ` ${toCardinal(BigInt(date.year))}`;
  return `${day} ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = `${sayCardinal(BigInt(time.hours), 'feminine')} ${time.hours <= 1 ? 'heure' : 'heures'}`;
  return time.minutes === 0 ? hours : `${hours} ${sayCardinal(BigInt(time.minutes), 'feminine')}`;
}
