import { toCardinal, toOrdinal } from 'n2words/it-IT';

import { invariable, noun } from '../nouns.ts';
import type { CalendarDate, ClockTime, CountedNoun, Gender, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = [
  'gennaio',
  'febbraio',
  'marzo',
  'aprile',
  'maggio',
  'giugno',
  'luglio',
  'agosto',
  'settembre',
  'ottobre',
  'novembre',
  'dicembre',
];

export function italian(): SpokenLanguage {
  return {
    code: 'it',
    decimalSeparator: ',',
    spaceGroupsThousands: true,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: sayCardinal,
    ordinal: {
      pattern: /(?<![\p{N}\p{L}.,])(?<number>\d{1,3})(?<suffix>º|ª|°(?= \p{Ll}))/gu,
      say: (value, suffix) =>
        value < 1n ? undefined : suffix === 'ª' ? toOrdinal(value).replace(/o$/u, 'a') : toOrdinal(value),
    },
    decimal: { word: 'virgola', reading: 'as a number' },
    year: (value) => toCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: 'meno',
    to: 'a',
    percent: { noun: invariable('per cento'), position: 'after' },
    currencies: {
      EUR: { major: counted('euro', 'euro'), minor: noun('centesimo', 'centesimi', { gender: 'masculine' }) },
      USD: { major: counted('dollaro', 'dollari'), minor: noun('centesimo', 'centesimi', { gender: 'masculine' }) },
      GBP: {
        major: counted('sterlina', 'sterline', 'feminine'),
        minor: noun('penny', 'pence', { gender: 'masculine' }),
      },
      CHF: { major: counted('franco svizzero', 'franchi svizzeri') },
      JPY: { major: counted('yen', 'yen') },
      CNY: { major: counted('yuan', 'yuan') },
      INR: { major: counted('rupia', 'rupie', 'feminine') },
      RUB: { major: counted('rublo', 'rubli') },
      BTC: { major: counted('bitcoin', 'bitcoin') },
    },
    currencyJoin: ' e ',
    magnitudes: {
      mila: invariable('mila'),
      milione: MILLION,
      milioni: MILLION,
      mln: MILLION,
      M: MILLION,
      miliardo: MILLIARD,
      miliardi: MILLIARD,
      mld: MILLIARD,
    },
    units: {
      km: noun('chilometro', 'chilometri', { gender: 'masculine' }),
      m: noun('metro', 'metri', { gender: 'masculine' }),
      cm: noun('centimetro', 'centimetri', { gender: 'masculine' }),
      mm: noun('millimetro', 'millimetri', { gender: 'masculine' }),
      kg: noun('chilogrammo', 'chilogrammi', { gender: 'masculine' }),
      g: noun('grammo', 'grammi', { gender: 'masculine' }),
      mg: noun('milligrammo', 'milligrammi', { gender: 'masculine' }),
      l: noun('litro', 'litri', { gender: 'masculine' }),
      ml: noun('millilitro', 'millilitri', { gender: 'masculine' }),
      'km/h': noun("chilometro all'ora", "chilometri all'ora", { gender: 'masculine' }),
      'm²': noun('metro quadrato', 'metri quadrati', { gender: 'masculine' }),
      'km²': noun('chilometro quadrato', 'chilometri quadrati', { gender: 'masculine' }),
      '°C': noun('grado Celsius', 'gradi Celsius', { gender: 'masculine' }),
      '°': noun('grado', 'gradi', { gender: 'masculine' }),
      s: noun('secondo', 'secondi', { gender: 'masculine' }),
      min: noun('minuto', 'minuti', { gender: 'masculine' }),
      h: noun('ora', 'ore', { gender: 'feminine' }),
      GB: invariable('gigabyte', 'masculine'),
      MB: invariable('megabyte', 'masculine'),
      kWh: noun('chilowattora', 'chilowattora', { gender: 'masculine' }),
    },
    symbols: {
      '&': 'e',
      '+': 'più',
      '=': 'uguale',
      '×': 'per',
      '*': 'per',
      '÷': 'diviso',
      '<': 'minore di',
      '>': 'maggiore di',
      '±': 'più o meno',
      '°': 'gradi',
      '@': 'chiocciola',
      '%': 'per cento',
      '/': 'fratto',
    },
    address: { dot: 'punto', slash: 'barra', dash: 'trattino', underscore: 'trattino basso', at: 'chiocciola' },
    abbreviations: {
      'Sig.': 'signor',
      'Sig.ra': 'signora',
      'Dott.': 'dottor',
      'Dott.ssa': 'dottoressa',
      'Dr.': 'dottor',
      'Prof.': 'professor',
      'Prof.ssa': 'professoressa',
      'Avv.': 'avvocato',
      'Ing.': 'ingegner',
      'ecc.': 'eccetera',
      'es.': 'esempio',
      'pag.': 'pagina',
      'n.': 'numero',
      'ca.': 'circa',
    },
  };
}

const MILLION = noun('milione', 'milioni', { gender: 'masculine', many: 'milioni' });
const MILLIARD = noun('miliardo', 'miliardi', { gender: 'masculine', many: 'miliardi' });

function counted(one: string, other: string, gender: Gender = 'masculine'): CountedNoun {
  return noun(one, other, { gender, many: `di ${other}` });
}

function sayCardinal(value: bigint, gender?: Gender): string {
  if (value === 1n && gender !== undefined) return gender === 'feminine' ? 'una' : 'un';
  return toCardinal(value);
}

function sayDate(date: CalendarDate): string {
  const day = date.day === 1 ? 'primo' : toCardinal(BigInt(date.day));
  const year = date.year === undefined ? '' : ` ${toCardinal(BigInt(date.year))}`;
  return `${day} ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = toCardinal(BigInt(time.hours));
  if (time.minutes === 0) return time.hours === 0 ? 'mezzanotte' : `${hours} in punto`;
  return `${hours} e ${toCardinal(BigInt(time.minutes))}`;
}
