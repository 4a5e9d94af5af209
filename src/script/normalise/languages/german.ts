import { toCardinal, toOrdinal } from 'n2words/de-DE';

import { invariable, noun } from '../nouns.ts';
import type { CalendarDate, ClockTime, Gender, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = [
  'Januar',
  'Februar',
  'März',
  'April',
  'Mai',
  'Juni',
  'Juli',
  'August',
  'September',
  'Oktober',
  'November',
  'Dezember',
];

/** German; Swiss numbers ("1'000.50") are understood too. */
export function german(decimalSeparator: '.' | ','): SpokenLanguage {
  return {
    code: 'de',
    decimalSeparator,
    spaceGroupsThousands: false,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: sayCardinal,
    ordinal: {
      pattern: new RegExp(
        `(?<![\\p{N}\\p{L}.,])(?:(?<=(?<suffix>\\b(?:[Aa]m|[Dd]em|[Vv]om|[Zz]um|[Bb]eim|[Dd]en|[Dd]es|[Ii]m|[Dd]er|[Dd]ie|[Dd]as)) )|)(?<number>\\d{1,3})\\.(?= (?:${MONTHS.join('|')}|Jahrhundert|Platz|Mal|Kapitel|Stock|Geburtstag|Jahrestag|Tag|Runde))`,
        'gu',
      ),
      say: (value, article) => `${toOrdinal(value)}${ordinalEnding(article.toLowerCase())}`,
    },
    decimal: { word: 'Komma', reading: 'digit by digit' },
    year: sayYear,
    date: sayDate,
    time: sayTime,
    clock: { words: ['Uhr'] },
    minus: 'minus',
    to: 'bis',
    percent: { noun: invariable('Prozent', 'neuter'), position: 'after' },
    currencies: {
      EUR: { major: invariable('Euro', 'masculine'), minor: invariable('Cent', 'masculine') },
      USD: { major: invariable('Dollar', 'masculine'), minor: invariable('Cent', 'masculine') },
      GBP: { major: invariable('Pfund', 'neuter'), minor: invariable('Pence', 'masculine') },
      CHF: { major: invariable('Franken', 'masculine'), minor: invariable('Rappen', 'masculine') },
      JPY: { major: invariable('Yen', 'masculine') },
      CNY: { major: invariable('Yuan', 'masculine') },
      INR: { major: noun('Rupie', 'Rupien', { gender: 'feminine' }) },
      RUB: { major: invariable('Rubel', 'masculine') },
      PLN: { major: invariable('Zloty', 'masculine') },
      TRY: { major: invariable('Lira', 'feminine') },
      BTC: { major: invariable('Bitcoin', 'masculine') },
    },
    currencyJoin: ' und ',
    magnitudes: {
      ...magnitude(['Tsd.', 'Tausend', 'tausend'], 'tausend', 'tausend'),
      ...magnitude(['Mio.', 'Mio', 'Million', 'Millionen'], 'Million', 'Millionen'),
      ...magnitude(['Mrd.', 'Mrd', 'Milliarde', 'Milliarden'], 'Milliarde', 'Milliarden'),
      ...magnitude(['Bio.', 'Billion', 'Billionen'], 'Billion', 'Billionen'),
    },
    units: {
      km: invariable('Kilometer', 'masculine'),
      m: invariable('Meter', 'masculine'),
      cm: invariable('Zentimeter', 'masculine'),
      mm: invariable('Millimeter', 'masculine'),
      kg: invariable('Kilogramm', 'neuter'),
      g: invariable('Gramm', 'neuter'),
      mg: invariable('Milligramm', 'neuter'),
      t: noun('Tonne', 'Tonnen', { gender: 'feminine' }),
      l: invariable('Liter', 'masculine'),
      ml: invariable('Milliliter', 'masculine'),
      'km/h': invariable('Kilometer pro Stunde', 'masculine'),
      'm/s': invariable('Meter pro Sekunde', 'masculine'),
      'm²': invariable('Quadratmeter', 'masculine'),
      'km²': invariable('Quadratkilometer', 'masculine'),
      'm³': invariable('Kubikmeter', 'masculine'),
      '°C': invariable('Grad Celsius', 'masculine'),
      '°F': invariable('Grad Fahrenheit', 'masculine'),
      '°': invariable('Grad', 'masculine'),
      s: noun('Sekunde', 'Sekunden', { gender: 'feminine' }),
      min: noun('Minute', 'Minuten', { gender: 'feminine' }),
      h: noun('Stunde', 'Stunden', { gender: 'feminine' }),
      Std: noun('Stunde', 'Stunden', { gender: 'feminine' }),
      W: invariable('Watt', 'neuter'),
      kW: invariable('Kilowatt', 'neuter'),
      kWh: noun('Kilowattstunde', 'Kilowattstunden', { gender: 'feminine' }),
      MB: invariable('Megabyte', 'neuter'),
      GB: invariable('Gigabyte', 'neuter'),
      TB: invariable('Terabyte', 'neuter'),
      GHz: invariable('Gigahertz', 'neuter'),
      MHz: invariable('Megahertz', 'neuter'),
      kcal: noun('Kilokalorie', 'Kilokalorien', { gender: 'feminine' }),
    },
    symbols: {
      '&': 'und',
      '+': 'plus',
      '=': 'gleich',
      '×': 'mal',
      '*': 'mal',
      '÷': 'geteilt durch',
      '<': 'kleiner als',
      '>': 'größer als',
      '±': 'plus minus',
      '°': 'Grad',
      '@': 'at',
      '§': 'Paragraf',
      '≈': 'ungefähr',
      '%': 'Prozent',
      '/': 'durch',
    },
    address: { dot: 'Punkt', slash: 'Schrägstrich', dash: 'Minus', underscore: 'Unterstrich', at: 'at' },
    abbreviations: {
      'z. B.': 'zum Beispiel',
      'z.B.': 'zum Beispiel',
      'd. h.': 'das heißt',
      'd.h.': 'das heißt',
      'u. a.': 'unter anderem',
      'u.a.': 'unter anderem',
      'usw.': 'und so weiter',
      'bzw.': 'beziehungsweise',
      'ca.': 'circa',
      'Dr.': 'Doktor',
      'Prof.': 'Professor',
      'Hr.': 'Herr',
      'Fr.': 'Frau',
      'Nr.': 'Nummer',
      'St.': 'Sankt',
      'inkl.': 'inklusive',
      'ggf.': 'gegebenenfalls',
      'vgl.': 'vergleiche',
      'etc.': 'et cetera',
    },
  };
}

function sayCardinal(value: bigint, gender?: Gender): string {
  const words = toCardinal(value);
  if (gender === undefined) return words;
  return words.replace(/eins$/u, gender === 'feminine' ? 'eine' : 'ein');
}

/** 1999 is "neunzehnhundertneunundneunzig", 2024 "zweitausendvierundzwanzig". */
function sayYear(value: number): string {
  if (value < 1100 || value > 1999) return toCardinal(BigInt(value));
  const rest = value % 100;
  return `${toCardinal(BigInt(Math.trunc(value / 100)))}hundert${rest === 0 ? '' : toCardinal(BigInt(rest))}`;
}

const ARTICLES = new Set(['am', 'dem', 'vom', 'zum', 'beim', 'den', 'des', 'im', 'der', 'die', 'das']);

/** "am fünften Mai", "der fünfte Mai", "fünfter Mai". */
function ordinalEnding(article: string): string {
  if (article === '') return 'r';
  return ['der', 'die', 'das'].includes(article) ? '' : 'n';
}

function sayDate(date: CalendarDate, before: string): string {
  const article = /(?:^|[^\p{L}])(\p{L}+) $/u.exec(before)?.[1]?.toLowerCase() ?? '';
  const day = `${toOrdinal(BigInt(date.day))}${ordinalEnding(ARTICLES.has(article) ? article : '')}`;
  const year = date.year === undefined ? '' : ` ${sayYear(date.year)}`;
  return `${day} ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = time.hours === 1 ? 'ein' : toCardinal(BigInt(time.hours));
  return time.minutes === 0 ? `${hours} Uhr` : `${hours} Uhr ${toCardinal(BigInt(time.minutes))}`;
}

function magnitude(written: readonly string[], one: string, other: string) {
  return Object.fromEntries(
    written.map((word) => [word, noun(one, other, other === 'tausend' ? {} : { gender: 'feminine' })]),
  );
}
