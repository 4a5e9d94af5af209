import { toCardinal, toOrdinal } from 'n2words/pt-PT';

import { invariable, noun } from '../nouns.ts';
import type { CalendarDate, ClockTime, CountedNoun, Gender, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = [
  'janeiro',
  'fevereiro',
  'março',
  'abril',
  'maio',
  'junho',
  'julho',
  'agosto',
  'setembro',
  'outubro',
  'novembro',
  'dezembro',
];

/** Portuguese of Brazil, or of Portugal, which has other words for a few numbers. */
export function portuguese(region: 'BR' | 'PT'): SpokenLanguage {
  const brazilian = (words: string) => (region === 'BR' ? inBrazil(words) : words);
  const cardinal = (value: bigint, gender?: Gender) => brazilian(sayCardinal(value, gender));
  return {
    code: region === 'BR' ? 'pt' : 'pt-PT',
    decimalSeparator: ',',
    spaceGroupsThousands: true,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '.',
    cardinal,
    ordinal: {
      pattern: /(?<![\p{N}\p{L}.,])(?<number>\d{1,3})\.?(?<suffix>º|ª)/gu,
      say: (value, suffix) =>
        value < 1n ? undefined : suffix === 'ª' ? toOrdinal(value).replaceAll(/o(?= |$)/gu, 'a') : toOrdinal(value),
    },
    decimal: { word: 'vírgula', reading: 'as a number' },
    year: (value) => cardinal(BigInt(value)),
    date: (date) => sayDate(date, cardinal),
    time: (time) => sayTime(time, cardinal),
    clock: { letter: 'h', words: ['h', 'horas'] },
    minus: 'menos',
    to: 'a',
    percent: { noun: invariable('por cento'), position: 'after' },
    currencies: {
      EUR: {
        major: counted('euro', 'euros'),
        minor: region === 'BR' ? CENTAVO : noun('cêntimo', 'cêntimos', { gender: 'masculine' }),
      },
      USD: {
        major: counted('dólar', 'dólares'),
        minor: region === 'BR' ? CENTAVO : noun('cêntimo', 'cêntimos', { gender: 'masculine' }),
      },
      BRL: { major: counted('real', 'reais'), minor: CENTAVO },
      GBP: { major: counted('libra', 'libras', 'feminine') },
      JPY: { major: counted('iene', 'ienes') },
      CNY: { major: counted('yuan', 'yuans') },
      INR: { major: counted('rupia', 'rupias', 'feminine') },
      CHF: { major: counted('franco suíço', 'francos suíços') },
      RUB: { major: counted('rublo', 'rublos') },
      BTC: { major: counted('bitcoin', 'bitcoins') },
    },
    currencyJoin: ' e ',
    magnitudes: {
      mil: invariable('mil'),
      milhão: MILLION,
      milhões: MILLION,
      mi: MILLION,
      M: MILLION,
      bilhão: BILLION,
      bilhões: BILLION,
      bi: BILLION,
    },
    units: {
      km: noun('quilômetro', 'quilômetros', { gender: 'masculine' }),
      m: noun('metro', 'metros', { gender: 'masculine' }),
      cm: noun('centímetro', 'centímetros', { gender: 'masculine' }),
      mm: noun('milímetro', 'milímetros', { gender: 'masculine' }),
      kg: noun('quilograma', 'quilogramas', { gender: 'masculine' }),
      g: noun('grama', 'gramas', { gender: 'masculine' }),
      mg: noun('miligrama', 'miligramas', { gender: 'masculine' }),
      l: noun('litro', 'litros', { gender: 'masculine' }),
      ml: noun('mililitro', 'mililitros', { gender: 'masculine' }),
      'km/h': noun('quilômetro por hora', 'quilômetros por hora', { gender: 'masculine' }),
      'm²': noun('metro quadrado', 'metros quadrados', { gender: 'masculine' }),
      'km²': noun('quilômetro quadrado', 'quilômetros quadrados', { gender: 'masculine' }),
      '°C': noun('grau Celsius', 'graus Celsius', { gender: 'masculine' }),
      '°': noun('grau', 'graus', { gender: 'masculine' }),
      s: noun('segundo', 'segundos', { gender: 'masculine' }),
      min: noun('minuto', 'minutos', { gender: 'masculine' }),
      h: noun('hora', 'horas', { gender: 'feminine' }),
      GB: noun('gigabyte', 'gigabytes', { gender: 'masculine' }),
      MB: noun('megabyte', 'megabytes', { gender: 'masculine' }),
      kWh: noun('quilowatt-hora', 'quilowatts-hora', { gender: 'masculine' }),
    },
    symbols: {
      '&': 'e',
      '+': 'mais',
      '=': 'é igual a',
      '×': 'vezes',
      '*': 'vezes',
      '÷': 'dividido por',
      '<': 'menor que',
      '>': 'maior que',
      '±': 'mais ou menos',
      '°': 'graus',
      '@': 'arroba',
      '%': 'por cento',
      '/': 'sobre',
    },
    address: { dot: 'ponto', slash: 'barra', dash: 'hífen', underscore: 'sublinhado', at: 'arroba' },
    abbreviations: {
      'Sr.': 'senhor',
      'Sra.': 'senhora',
      'Dr.': 'doutor',
      'Dra.': 'doutora',
      'Prof.': 'professor',
      'Profa.': 'professora',
      'p. ex.': 'por exemplo',
      'p.ex.': 'por exemplo',
      'etc.': 'et cetera',
      nº: 'número',
      'n.º': 'número',
      'pág.': 'página',
      'Av.': 'avenida',
    },
  };
}

const CENTAVO = noun('centavo', 'centavos', { gender: 'masculine' });
const MILLION = noun('milhão', 'milhões', { gender: 'masculine', many: 'milhões' });
const BILLION = noun('bilhão', 'bilhões', { gender: 'masculine', many: 'bilhões' });

function counted(one: string, other: string, gender: Gender = 'masculine'): CountedNoun {
  return noun(one, other, { gender, many: `de ${other}` });
}

function inBrazil(words: string): string {
  return words
    .replaceAll('dezasseis', 'dezesseis')
    .replaceAll('dezassete', 'dezessete')
    .replaceAll('dezanove', 'dezenove')
    .replaceAll('catorze', 'quatorze')
    .replaceAll(/mil milhões/gu, 'bilhões')
    .replaceAll(/iliões/gu, 'ilhões')
    .replaceAll(/ilião/gu, 'ilhão');
}

function sayCardinal(value: bigint, gender?: Gender): string {
  const words = toCardinal(value);
  if (gender !== 'feminine') return words;
  return words
    .replace(/(?<![\p{L}])um$/u, 'uma')
    .replace(/(?<![\p{L}])dois(?=$| mil(?![\p{L}]))/u, 'duas')
    .replaceAll(/entos(?! mil[hi])/gu, 'entas');
}

function sayDate(date: CalendarDate, cardinal: (value: bigint) => string): string {
  const day = date.day === 1 ? 'primeiro' : cardinal(BigInt(date.day));
  const year = date.year === undefined ? '' : ` de ${cardinal(BigInt(date.year))}`;
  return `${day} de ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime, cardinal: (value: bigint, gender?: Gender) => string): string {
  const hours = cardinal(BigInt(time.hours), 'feminine');
  if (time.minutes === 0) return time.hours === 0 ? 'meia-noite' : `${hours} ${time.hours === 1 ? 'hora' : 'horas'}`;
  return time.minutes === 30 ? `${hours} e meia` : `${hours} e ${cardinal(BigInt(time.minutes))}`;
}
