import { toCardinal, toOrdinal } from 'n2words/es-ES';

import { invariable, noun } from '../nouns.ts';
import type { CalendarDate, ClockTime, CountedNoun, Gender, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = [
  'enero',
  'febrero',
  'marzo',
  'abril',
  'mayo',
  'junio',
  'julio',
  'agosto',
  'septiembre',
  'octubre',
  'noviembre',
  'diciembre',
];

/** Countries that write 1,000.50, and countries whose $ is a peso; both by CLDR. */
const WITH_DECIMAL_POINT = new Set(['MX', 'US', 'PR', 'GT', 'HN', 'NI', 'PA', 'PE', 'SV', 'DO', '419']);
const WITH_PESOS = new Set(['MX', 'AR', 'CL', 'CO', 'UY', 'CU', 'DO']);

/** Spanish; in Mexico, Central America and the United States the decimal sign is a point. */
export function spanish(region: string | undefined): SpokenLanguage {
  const decimalSeparator = region !== undefined && WITH_DECIMAL_POINT.has(region) ? '.' : ',';
  return {
    code: 'es',
    decimalSeparator,
    spaceGroupsThousands: true,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal: sayCardinal,
    ordinal: {
      pattern: /(?<![\p{N}\p{L}.,])(?<number>\d{1,3})\.?(?<suffix>º|ª|er(?![\p{L}]))/gu,
      say: sayOrdinal,
    },
    decimal: { word: decimalSeparator === '.' ? 'punto' : 'coma', reading: 'as a number' },
    year: (value) => toCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { words: ['h', 'hrs', 'horas'] },
    minus: 'menos',
    to: 'a',
    percent: { noun: invariable('por ciento'), position: 'after' },
    ...(region !== undefined && WITH_PESOS.has(region) ? { dollarSign: 'peso' } : {}),
    currencies: {
      EUR: { major: counted('euro', 'euros'), minor: noun('céntimo', 'céntimos', { gender: 'masculine' }) },
      USD: { major: counted('dólar', 'dólares'), minor: noun('centavo', 'centavos', { gender: 'masculine' }) },
      GBP: {
        major: counted('libra', 'libras', 'feminine'),
        minor: noun('penique', 'peniques', { gender: 'masculine' }),
      },
      peso: { major: counted('peso', 'pesos'), minor: noun('centavo', 'centavos', { gender: 'masculine' }) },
      MXN: {
        major: counted('peso mexicano', 'pesos mexicanos'),
        minor: noun('centavo', 'centavos', { gender: 'masculine' }),
      },
      JPY: { major: counted('yen', 'yenes') },
      CNY: { major: counted('yuan', 'yuanes') },
      INR: { major: counted('rupia', 'rupias', 'feminine') },
      BRL: { major: counted('real', 'reales') },
      CHF: { major: counted('franco suizo', 'francos suizos') },
      RUB: { major: counted('rublo', 'rublos') },
      BTC: { major: counted('bitcoin', 'bitcoins') },
    },
    currencyJoin: ' con ',
    magnitudes: {
      mil: invariable('mil'),
      millón: MILLION,
      millones: MILLION,
      M: MILLION,
      'mill.': MILLION,
      billón: BILLION,
      billones: BILLION,
    },
    units: {
      km: noun('kilómetro', 'kilómetros', { gender: 'masculine' }),
      m: noun('metro', 'metros', { gender: 'masculine' }),
      cm: noun('centímetro', 'centímetros', { gender: 'masculine' }),
      mm: noun('milímetro', 'milímetros', { gender: 'masculine' }),
      kg: noun('kilogramo', 'kilogramos', { gender: 'masculine' }),
      g: noun('gramo', 'gramos', { gender: 'masculine' }),
      mg: noun('miligramo', 'miligramos', { gender: 'masculine' }),
      l: noun('litro', 'litros', { gender: 'masculine' }),
      ml: noun('mililitro', 'mililitros', { gender: 'masculine' }),
      'km/h': noun('kilómetro por hora', 'kilómetros por hora', { gender: 'masculine' }),
      'm²': noun('metro cuadrado', 'metros cuadrados', { gender: 'masculine' }),
      'km²': noun('kilómetro cuadrado', 'kilómetros cuadrados', { gender: 'masculine' }),
      '°C': noun('grado Celsius', 'grados Celsius', { gender: 'masculine' }),
      '°': noun('grado', 'grados', { gender: 'masculine' }),
      s: noun('segundo', 'segundos', { gender: 'masculine' }),
      min: noun('minuto', 'minutos', { gender: 'masculine' }),
      h: noun('hora', 'horas', { gender: 'feminine' }),
      GB: noun('gigabyte', 'gigabytes', { gender: 'masculine' }),
      MB: noun('megabyte', 'megabytes', { gender: 'masculine' }),
      kWh: noun('kilovatio hora', 'kilovatios hora', { gender: 'masculine' }),
    },
    symbols: {
      '&': 'y',
      '+': 'más',
      '=': 'es igual a',
      '×': 'por',
      '*': 'por',
      '÷': 'entre',
      '<': 'menor que',
      '>': 'mayor que',
      '±': 'más menos',
      '°': 'grados',
      '@': 'arroba',
      '%': 'por ciento',
      '/': 'entre',
    },
    address: { dot: 'punto', slash: 'barra', dash: 'guion', underscore: 'guion bajo', at: 'arroba' },
    abbreviations: {
      'Sr.': 'señor',
      'Sra.': 'señora',
      'Srta.': 'señorita',
      'Dr.': 'doctor',
      'Dra.': 'doctora',
      'D.': 'don',
      'Ud.': 'usted',
      'Uds.': 'ustedes',
      'p. ej.': 'por ejemplo',
      'p.ej.': 'por ejemplo',
      'etc.': 'etcétera',
      'EE. UU.': 'Estados Unidos',
      'EE.UU.': 'Estados Unidos',
      'núm.': 'número',
      'n.º': 'número',
      'pág.': 'página',
      'aprox.': 'aproximadamente',
      'Av.': 'avenida',
    },
  };
}

const MILLION = noun('millón', 'millones', { gender: 'masculine', many: 'millones' });
const BILLION = noun('billón', 'billones', { gender: 'masculine', many: 'billones' });

function counted(one: string, other: string, gender: Gender = 'masculine'): CountedNoun {
  return noun(one, other, { gender, many: `de ${other}` });
}

function sayCardinal(value: bigint, gender?: Gender): string {
  const words = toCardinal(value);
  if (gender === 'masculine') return words.replace(/veintiuno$/u, 'veintiún').replace(/uno$/u, 'un');
  if (gender === 'feminine')
    return words.replace(/uno$/u, 'una').replaceAll(/(?<=cient|quinient)os(?! (?:mill|bill))/gu, 'as');
  return words;
}

function sayOrdinal(value: bigint, suffix: string): string | undefined {
  if (value < 1n || value > 100n) return undefined;
  const masculine = toOrdinal(value);
  if (suffix === 'ª') return masculine.replaceAll(/o(?= |$)/gu, 'a');
  return suffix === 'er' ? masculine.replace(/(?<=primer|tercer)o$/u, '') : masculine;
}

function sayDate(date: CalendarDate): string {
  const day = date.day === 1 ? 'primero' : toCardinal(BigInt(date.day));
  const year = date.year === undefined ? '' : ` de ${toCardinal(BigInt(date.year))}`;
  return `${day} de ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = sayCardinal(BigInt(time.hours), 'feminine');
  if (time.minutes === 0) return time.hours > 12 || time.hours === 0 ? `${hours} horas` : `${hours} en punto`;
  return time.minutes === 30 && time.hours <= 12
    ? `${hours} y media`
    : `${hours} y ${toCardinal(BigInt(time.minutes))}`;
}
