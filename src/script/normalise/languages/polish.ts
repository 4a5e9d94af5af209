import { toCardinal, toOrdinal } from 'n2words/pl-PL';

import { invariable, slavic } from '../nouns.ts';
import type { CalendarDate, ClockTime, Gender, SpokenLanguage } from '../spoken-language.ts';

/** Genitive, as in dates. */
const MONTHS = [
  'stycznia',
  'lutego',
  'marca',
  'kwietnia',
  'maja',
  'czerwca',
  'lipca',
  'sierpnia',
  'września',
  'października',
  'listopada',
  'grudnia',
];

export function polish(): SpokenLanguage {
  return {
    code: 'pl',
    decimalSeparator: ',',
    spaceGroupsThousands: true,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: sayCardinal,
    ordinal: {
      pattern: new RegExp(
        `(?<![\\p{N}\\p{L}.,])(?<number>[12]?\\d|3[01])\\.?(?=(?<suffix>) (?:${MONTHS.join('|')})(?![\\p{L}]))`,
        'gu',
      ),
      say: (value) => (value < 1n ? undefined : genitive(toOrdinal(value))),
    },
    decimal: { word: 'przecinek', reading: 'as a number' },
    year: (value) => toCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: 'minus',
    to: '',
    percent: { noun: slavic('procent', 'procent', 'procent', 'procent', 'masculine'), position: 'after' },
    currencies: {
      PLN: {
        major: slavic('złoty', 'złote', 'złotych', 'złotego', 'masculine'),
        minor: slavic('grosz', 'grosze', 'groszy', 'grosza', 'masculine'),
      },
      EUR: { major: invariable('euro', 'neuter'), minor: slavic('cent', 'centy', 'centów', 'centa', 'masculine') },
      USD: {
        major: slavic('dolar', 'dolary', 'dolarów', 'dolara', 'masculine'),
        minor: slavic('cent', 'centy', 'centów', 'centa', 'masculine'),
      },
      GBP: {
        major: slavic('funt', 'funty', 'funtów', 'funta', 'masculine'),
        minor: slavic('pens', 'pensy', 'pensów', 'pensa', 'masculine'),
      },
      CHF: {
        major: slavic(
          'frank szwajcarski',
          'franki szwajcarskie',
          'franków szwajcarskich',
          'franka szwajcarskiego',
          'masculine',
        ),
      },
      JPY: { major: slavic('jen', 'jeny', 'jenów', 'jena', 'masculine') },
      CNY: { major: slavic('juan', 'juany', 'juanów', 'juana', 'masculine') },
      INR: { major: slavic('rupia', 'rupie', 'rupii', 'rupii', 'feminine') },
      RUB: { major: slavic('rubel', 'ruble', 'rubli', 'rubla', 'masculine') },
      UAH: { major: slavic('hrywna', 'hrywny', 'hrywien', 'hrywny', 'feminine') },
      BTC: { major: slavic('bitcoin', 'bitcoiny', 'bitcoinów', 'bitcoina', 'masculine') },
    },
    currencyJoin: ' i ',
    magnitudes: {
      'tys.': THOUSAND,
      tys: THOUSAND,
      tysięcy: THOUSAND,
      tysiące: THOUSAND,
      mln: MILLION,
      milion: MILLION,
      miliony: MILLION,
      milionów: MILLION,
      miliona: MILLION,
      mld: MILLIARD,
      miliard: MILLIARD,
      miliardy: MILLIARD,
      miliardów: MILLIARD,
      miliarda: MILLIARD,
    },
    units: {
      km: slavic('kilometr', 'kilometry', 'kilometrów', 'kilometra', 'masculine'),
      m: slavic('metr', 'metry', 'metrów', 'metra', 'masculine'),
      cm: slavic('centymetr', 'centymetry', 'centymetrów', 'centymetra', 'masculine'),
      mm: slavic('milimetr', 'milimetry', 'milimetrów', 'milimetra', 'masculine'),
      kg: slavic('kilogram', 'kilogramy', 'kilogramów', 'kilograma', 'masculine'),
      g: slavic('gram', 'gramy', 'gramów', 'grama', 'masculine'),
      mg: slavic('miligram', 'miligramy', 'miligramów', 'miligrama', 'masculine'),
      l: slavic('litr', 'litry', 'litrów', 'litra', 'masculine'),
      ml: slavic('mililitr', 'mililitry', 'mililitrów', 'mililitra', 'masculine'),
      'km/h': slavic(
        'kilometr na godzinę',
        'kilometry na godzinę',
        'kilometrów na godzinę',
        'kilometra na godzinę',
        'masculine',
      ),
      'm²': slavic('metr kwadratowy', 'metry kwadratowe', 'metrów kwadratowych', 'metra kwadratowego', 'masculine'),
      'km²': slavic(
        'kilometr kwadratowy',
        'kilometry kwadratowe',
        'kilometrów kwadratowych',
        'kilometra kwadratowego',
        'masculine',
      ),
      '°C': slavic('stopień Celsjusza', 'stopnie Celsjusza', 'stopni Celsjusza', 'stopnia Celsjusza', 'masculine'),
      '°': slavic('stopień', 'stopnie', 'stopni', 'stopnia', 'masculine'),
      s: slavic('sekunda', 'sekundy', 'sekund', 'sekundy', 'feminine'),
      min: slavic('minuta', 'minuty', 'minut', 'minuty', 'feminine'),
      h: slavic('godzina', 'godziny', 'godzin', 'godziny', 'feminine'),
      'godz.': slavic('godzina', 'godziny', 'godzin', 'godziny', 'feminine'),
      GB: slavic('gigabajt', 'gigabajty', 'gigabajtów', 'gigabajta', 'masculine'),
      MB: slavic('megabajt', 'megabajty', 'megabajtów', 'megabajta', 'masculine'),
      kWh: slavic('kilowatogodzina', 'kilowatogodziny', 'kilowatogodzin', 'kilowatogodziny', 'feminine'),
    },
    symbols: {
      '&': 'i',
      '+': 'plus',
      '=': 'równa się',
      '×': 'razy',
      '*': 'razy',
      '÷': 'podzielić przez',
      '<': 'mniejsze niż',
      '>': 'większe niż',
      '±': 'plus minus',
      '°': 'stopni',
      '@': 'małpa',
      '%': 'procent',
      '/': 'przez',
      '§': 'paragraf',
    },
    address: { dot: 'kropka', slash: 'ukośnik', dash: 'myślnik', underscore: 'podkreślnik', at: 'małpa' },
    abbreviations: {
      dr: 'doktor',
      'prof.': 'profesor',
      mgr: 'magister',
      'inż.': 'inżynier',
      'np.': 'na przykład',
      'tzn.': 'to znaczy',
      'itd.': 'i tak dalej',
      'itp.': 'i tym podobne',
      'ul.': 'ulica',
      'św.': 'święty',
      nr: 'numer',
      'str.': 'strona',
      'ok.': 'około',
      'r.': 'roku',
      'm.in.': 'między innymi',
    },
  };
}

const THOUSAND = slavic('tysiąc', 'tysiące', 'tysięcy', 'tysiąca', 'masculine');
const MILLION = slavic('milion', 'miliony', 'milionów', 'miliona', 'masculine');
const MILLIARD = slavic('miliard', 'miliardy', 'miliardów', 'miliarda', 'masculine');

/** Compound numbers end in "jeden" for every gender; only 1 alone and 2 agree. */
function sayCardinal(value: bigint, gender?: Gender): string {
  if (value === 1n) return gender === 'feminine' ? 'jedna' : gender === 'neuter' ? 'jedno' : 'jeden';
  const lastTwo = value % 100n;
  const endsInTwo = value % 10n === 2n && lastTwo !== 12n;
  return toCardinal(value, gender === 'feminine' && endsInTwo ? { gender: 'feminine' } : {});
}

/** "dwudziesty pierwszy" is "dwudziestego pierwszego" in a date; thousands and hundreds do not change. */
function genitive(ordinal: string): string {
  return ordinal.replaceAll(/(?<=[^\s])(?:y|i)(?=$| )/gu, (ending, at: number) =>
    ordinal.slice(0, at + 1).endsWith('tysiąc') ? ending : ending === 'i' ? endingAfterI(ordinal, at) : 'ego',
  );
}

/** "drugi" is "drugiego", "trzeci" "trzeciego". */
function endingAfterI(ordinal: string, at: number): string {
  return /[gkc]$/u.test(ordinal.slice(0, at)) ? 'iego' : 'ego';
}

function sayDate(date: CalendarDate): string {
  const day = genitive(toOrdinal(BigInt(date.day)));
  const month = MONTHS[date.month - 1] ?? '';
  return date.year === undefined ? `${day} ${month}` : `${day} ${month} ${sayYearOfDate(date.year)} roku`;
}

function sayYearOfDate(year: number): string {
  const ordinal = toOrdinal(BigInt(year));
  const rest = year % 100;
  if (rest === 0) return genitive(ordinal);
  // Only tens and ones are ordinal: "dwa tysiące dwudziestego czwartego".
  const tail = toOrdinal(BigInt(rest));
  return `${ordinal.slice(0, ordinal.length - tail.length)}${genitive(tail)}`;
}

function sayTime(time: ClockTime): string {
  const hours =
    time.hours === 0
      ? 'zero'
      : toOrdinal(BigInt(time.hours)).replaceAll(/(?:y|(?<=[gkc])i)(?= |$)/gu, (ending, at: number, all: string) =>
          ending === 'i' && all.charAt(at - 1) === 'c' ? 'ia' : 'a',
        );
  if (time.minutes === 0) return hours;
  const minutes = toCardinal(BigInt(time.minutes));
  return time.minutes < 10 ? `${hours} zero ${minutes}` : `${hours} ${minutes}`;
}
