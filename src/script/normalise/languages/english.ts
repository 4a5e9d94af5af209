import { toCardinal, toOrdinal } from 'n2words/en-US';

import type { CalendarDate, ClockTime, CountedNoun, SpokenLanguage } from '../spoken-language.ts';

export const ENGLISH_MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** English of a region. Outside North America, days come before months and hundreds are joined with "and". */
export function english(region: string | undefined): SpokenLanguage {
  const isAmerican = region === undefined || ['US', 'PH', 'PR', 'CA'].includes(region);
  const saysAnd = !isAmerican;
  const dayFirst = region !== undefined && region !== 'US' && region !== 'PH' && region !== 'PR';
  return {
    code: 'en',
    decimalSeparator: '.',
    spaceGroupsThousands: false,
    dateOrder: dayFirst ? 'day-first' : 'month-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: (value) => toCardinal(value, { and: saysAnd }),
    ordinal: {
      pattern: /(?<![\p{N}\p{L}.])(?<number>\d+(?:,\d{3})*)(?<suffix>st|nd|rd|th|ST|ND|RD|TH)(?![\p{L}\p{N}])/gu,
      say: (value) => sayEnglishOrdinal(value),
    },
    decimal: { word: 'point', reading: 'digit by digit' },
    year: sayEnglishYear,
    date: (date) => sayEnglishDate(date, dayFirst),
    time: sayEnglishTime,
    clock: { words: [] },
    minus: 'minus',
    to: 'to',
    percent: { noun: { one: 'percent', other: 'percent' }, position: 'after' },
    currencies: {
      USD: { major: noun('dollar'), minor: noun('cent') },
      EUR: { major: noun('euro'), minor: noun('cent') },
      GBP: { major: noun('pound'), minor: { one: 'penny', other: 'pence' } },
      JPY: { major: same('yen') },
      CNY: { major: same('yuan') },
      INR: { major: noun('rupee'), minor: { one: 'paisa', other: 'paise' } },
      RUB: { major: noun('ruble'), minor: noun('kopeck') },
      KRW: { major: same('won') },
      TRY: { major: same('lira'), minor: same('kurush') },
      UAH: { major: same('hryvnia'), minor: noun('kopiyka') },
      ILS: { major: noun('shekel'), minor: { one: 'agora', other: 'agorot' } },
      BTC: { major: noun('bitcoin') },
      VND: { major: same('dong') },
      PHP: { major: noun('peso'), minor: { one: 'centavo', other: 'centavos' } },
      NGN: { major: same('naira'), minor: same('kobo') },
      THB: { major: same('baht'), minor: same('satang') },
      SAR: { major: noun('riyal'), minor: noun('halala') },
      AED: { major: noun('dirham'), minor: { one: 'fils', other: 'fils' } },
      BRL: { major: { one: 'real', other: 'reais' }, minor: { one: 'centavo', other: 'centavos' } },
      PLN: { major: { one: 'zloty', other: 'zlotys' }, minor: { one: 'grosz', other: 'groszy' } },
      CHF: { major: noun('Swiss franc'), minor: noun('centime') },
      CAD: { major: noun('Canadian dollar'), minor: noun('cent') },
      AUD: { major: noun('Australian dollar'), minor: noun('cent') },
      NZD: { major: noun('New Zealand dollar'), minor: noun('cent') },
      HKD: { major: noun('Hong Kong dollar'), minor: noun('cent') },
      SGD: { major: noun('Singapore dollar'), minor: noun('cent') },
      MXN: { major: noun('Mexican peso'), minor: { one: 'centavo', other: 'centavos' } },
      SEK: { major: { one: 'krona', other: 'kronor' } },
      NOK: { major: { one: 'krone', other: 'kroner' } },
      DKK: { major: { one: 'krone', other: 'kroner' } },
      ZAR: { major: same('rand'), minor: noun('cent') },
    },
    currencyJoin: ' and ',
    magnitudes: {
      hundred: same('hundred'),
      thousand: same('thousand'),
      million: same('million'),
      billion: same('billion'),
      trillion: same('trillion'),
      k: same('thousand'),
      K: same('thousand'),
      m: same('million'),
      M: same('million'),
      mn: same('million'),
      MM: same('million'),
      b: same('billion'),
      B: same('billion'),
      bn: same('billion'),
      T: same('trillion'),
      tn: same('trillion'),
    },
    units: ENGLISH_UNITS,
    symbols: {
      '&': 'and',
      '+': 'plus',
      '=': 'equals',
      '<': 'is less than',
      '>': 'is greater than',
      '≤': 'at most',
      '≥': 'at least',
      '≈': 'about',
      '/': 'over',
      ':': 'colon',
      '≠': 'is not equal to',
      '×': 'times',
      '*': 'times',
      '÷': 'divided by',
      '^': 'to the power of',
      '±': 'plus or minus',
      '°': 'degrees',
      '@': 'at',
      '%': 'percent',
      '§': 'section',
      '©': 'copyright',
      '№': 'number',
      '#': 'hash',
      '~': 'tilde',
    },
    address: { dot: 'dot', slash: 'slash', dash: 'dash', underscore: 'underscore', at: 'at' },
    abbreviations: {},
  };
}

/** 2024 is "twenty twenty-four", 2005 "two thousand five", 1900 "nineteen hundred", 1905 "nineteen oh five". */
export function sayEnglishYear(value: number): string {
  const century = Math.trunc(value / 100);
  const rest = value % 100;
  const plain = toCardinal(BigInt(value));
  if (value < 1000 || value > 9999 || (century % 10 === 0 && rest < 10)) return plain;
  if (rest === 0) return `${toCardinal(BigInt(century))} hundred`;
  const tail = rest < 10 ? `oh ${toCardinal(BigInt(rest))}` : toCardinal(BigInt(rest));
  return `${toCardinal(BigInt(century))} ${tail}`;
}

/** "twelfth"; the library writes long ordinals without "and", which suits both sides of the Atlantic. */
export function sayEnglishOrdinal(value: bigint): string | undefined {
  return value > 0n ? toOrdinal(value) : value === 0n ? 'zeroth' : undefined;
}

function sayEnglishDate(date: CalendarDate, dayFirst: boolean): string {
  const month = ENGLISH_MONTHS[date.month - 1] ?? '';
  const day = toOrdinal(BigInt(date.day));
  const year = date.year === undefined ? '' : ` ${sayEnglishYear(date.year)}`;
  return dayFirst ? `the ${day} of ${month}${year}` : `${month} ${day}${year === '' ? '' : `,${year}`}`;
}

/** "ten thirty", "seven oh five", "twelve o'clock", "fourteen hundred hours" never: "fourteen o'clock" is what is written. */
function sayEnglishTime(time: ClockTime): string {
  const hours = toCardinal(BigInt(time.hours));
  if (time.minutes === 0)
    return time.hours === 0 ? 'midnight' : time.hours > 12 ? `${hours} hundred` : `${hours} o'clock`;
  const minutes = toCardinal(BigInt(time.minutes));
  return time.minutes < 10 ? `${hours} oh ${minutes}` : `${hours} ${minutes}`;
}

const ENGLISH_UNITS: Readonly<Record<string, CountedNoun>> = {
  km: noun('kilometer'),
  m: noun('meter'),
  cm: noun('centimeter'),
  mm: noun('millimeter'),
  µm: noun('micrometer'),
  μm: noun('micrometer'),
  nm: noun('nanometer'),
  mi: noun('mile'),
  ft: { one: 'foot', other: 'feet' },
  yd: noun('yard'),
  kg: noun('kilogram'),
  g: noun('gram'),
  mg: noun('milligram'),
  µg: noun('microgram'),
  μg: noun('microgram'),
  lb: noun('pound'),
  lbs: noun('pound'),
  oz: noun('ounce'),
  l: noun('liter'),
  L: noun('liter'),
  ml: noun('milliliter'),
  mL: noun('milliliter'),
  'km/h': { one: 'kilometer per hour', other: 'kilometers per hour' },
  kmh: { one: 'kilometer per hour', other: 'kilometers per hour' },
  kph: { one: 'kilometer per hour', other: 'kilometers per hour' },
  mph: { one: 'mile per hour', other: 'miles per hour' },
  'm/s': { one: 'meter per second', other: 'meters per second' },
  'm/s²': { one: 'meter per second squared', other: 'meters per second squared' },
  Hz: same('hertz'),
  kHz: same('kilohertz'),
  MHz: same('megahertz'),
  GHz: same('gigahertz'),
  W: noun('watt'),
  kW: noun('kilowatt'),
  MW: noun('megawatt'),
  GW: noun('gigawatt'),
  Wh: noun('watt hour'),
  kWh: noun('kilowatt hour'),
  MWh: noun('megawatt hour'),
  V: noun('volt'),
  kV: noun('kilovolt'),
  mA: noun('milliamp'),
  mAh: noun('milliamp hour'),
  Ω: noun('ohm'),
  dB: noun('decibel'),
  KB: noun('kilobyte'),
  kB: noun('kilobyte'),
  MB: noun('megabyte'),
  GB: noun('gigabyte'),
  TB: noun('terabyte'),
  PB: noun('petabyte'),
  kbps: { one: 'kilobit per second', other: 'kilobits per second' },
  Mbps: { one: 'megabit per second', other: 'megabits per second' },
  Gbps: { one: 'gigabit per second', other: 'gigabits per second' },
  'MB/s': { one: 'megabyte per second', other: 'megabytes per second' },
  'GB/s': { one: 'gigabyte per second', other: 'gigabytes per second' },
  fps: { one: 'frame per second', other: 'frames per second' },
  rpm: { one: 'revolution per minute', other: 'revolutions per minute' },
  dpi: { one: 'dot per inch', other: 'dots per inch' },
  px: noun('pixel'),
  '° C': { one: 'degree Celsius', other: 'degrees Celsius' },
  '° F': { one: 'degree Fahrenheit', other: 'degrees Fahrenheit' },
  bpm: { one: 'beat per minute', other: 'beats per minute' },
  '°C': { one: 'degree Celsius', other: 'degrees Celsius' },
  '°F': { one: 'degree Fahrenheit', other: 'degrees Fahrenheit' },
  '℃': { one: 'degree Celsius', other: 'degrees Celsius' },
  '℉': { one: 'degree Fahrenheit', other: 'degrees Fahrenheit' },
  '°': noun('degree'),
  'm²': noun('square meter'),
  'km²': noun('square kilometer'),
  'm³': noun('cubic meter'),
  'cm²': noun('square centimeter'),
  'cm³': noun('cubic centimeter'),
  'sq ft': { one: 'square foot', other: 'square feet' },
  'sq mi': noun('square mile'),
  ha: noun('hectare'),
  ms: noun('millisecond'),
  sec: noun('second'),
  secs: noun('second'),
  min: noun('minute'),
  mins: noun('minute'),
  hr: noun('hour'),
  hrs: noun('hour'),
  h: noun('hour'),
  kcal: noun('kilocalorie'),
  cal: noun('calorie'),
  kJ: noun('kilojoule'),
  kPa: noun('kilopascal'),
  hPa: noun('hectopascal'),
  psi: same('P S I'),
  mcg: noun('microgram'),
};

function noun(singular: string): CountedNoun {
  return { one: singular, other: `${singular}s` };
}

function same(word: string): CountedNoun {
  return { one: word, other: word };
}
