import { toCardinal } from 'n2words/tr-TR';

import { invariable } from '../nouns.ts';
import type { CalendarDate, ClockTime, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = [
  'Ocak',
  'Şubat',
  'Mart',
  'Nisan',
  'Mayıs',
  'Haziran',
  'Temmuz',
  'Ağustos',
  'Eylül',
  'Ekim',
  'Kasım',
  'Aralık',
];

export function turkish(): SpokenLanguage {
  return {
    code: 'tr',
    decimalSeparator: ',',
    spaceGroupsThousands: false,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: true,
    sentenceStop: '.',
    cardinal: (value) => toCardinal(value),
    ordinal: {
      pattern:
        /(?<![\p{N}\p{L}.,])(?<number>\d{1,4})(?:'?(?<suffix>inci|ıncı|uncu|üncü|nci|ncı|ncu|ncü)(?![\p{L}])|\.(?= (?:yüzyıl|bölüm|kat|sınıf|sıra|gün|hafta|yıl|madde|sayfa|kez|defa)))/gu,
      say: (value) => sayOrdinal(value),
    },
    decimal: { word: 'virgül', reading: 'as a number' },
    year: (value) => toCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: 'eksi',
    to: 'ila',
    percent: { noun: invariable('yüzde'), position: 'before' },
    currencies: {
      TRY: { major: invariable('lira'), minor: invariable('kuruş') },
      EUR: { major: invariable('euro'), minor: invariable('sent') },
      USD: { major: invariable('dolar'), minor: invariable('sent') },
      GBP: { major: invariable('sterlin'), minor: invariable('peni') },
      JPY: { major: invariable('yen') },
      CNY: { major: invariable('yuan') },
      RUB: { major: invariable('ruble') },
      CHF: { major: invariable('İsviçre frangı') },
      BTC: { major: invariable('bitcoin') },
    },
    currencyJoin: ' ',
    magnitudes: {
      bin: invariable('bin'),
      milyon: invariable('milyon'),
      mn: invariable('milyon'),
      milyar: invariable('milyar'),
      mr: invariable('milyar'),
      trilyon: invariable('trilyon'),
    },
    units: {
      km: invariable('kilometre'),
      m: invariable('metre'),
      cm: invariable('santimetre'),
      mm: invariable('milimetre'),
      kg: invariable('kilogram'),
      g: invariable('gram'),
      gr: invariable('gram'),
      mg: invariable('miligram'),
      l: invariable('litre'),
      lt: invariable('litre'),
      ml: invariable('mililitre'),
      'km/h': invariable('kilometre bölü saat'),
      'km/sa': invariable('kilometre bölü saat'),
      'm²': invariable('metrekare'),
      'km²': invariable('kilometrekare'),
      '°C': invariable('santigrat derece'),
      '°': invariable('derece'),
      sn: invariable('saniye'),
      dk: invariable('dakika'),
      GB: invariable('gigabayt'),
      MB: invariable('megabayt'),
      TL: invariable('lira'),
      kWh: invariable('kilovatsaat'),
    },
    symbols: {
      '&': 've',
      '+': 'artı',
      '=': 'eşittir',
      '×': 'çarpı',
      '*': 'çarpı',
      '÷': 'bölü',
      '<': 'küçüktür',
      '>': 'büyüktür',
      '±': 'artı eksi',
      '°': 'derece',
      '@': 'et',
      '%': 'yüzde',
      '/': 'bölü',
    },
    address: { dot: 'nokta', slash: 'eğik çizgi', dash: 'tire', underscore: 'alt çizgi', at: 'et' },
    abbreviations: {
      'Dr.': 'doktor',
      'Prof.': 'profesör',
      'Doç.': 'doçent',
      'Av.': 'avukat',
      'vb.': 've benzeri',
      'vs.': 'vesaire',
      'örn.': 'örneğin',
      'Örn.': 'Örneğin',
      'No.': 'numara',
      'yy.': 'yüzyıl',
    },
  };
}

const ORDINAL_ENDINGS: Readonly<Record<string, string>> = {
  bir: 'birinci',
  iki: 'ikinci',
  üç: 'üçüncü',
  dört: 'dördüncü',
  beş: 'beşinci',
  altı: 'altıncı',
  yedi: 'yedinci',
  sekiz: 'sekizinci',
  dokuz: 'dokuzuncu',
  on: 'onuncu',
  yirmi: 'yirminci',
  otuz: 'otuzuncu',
  kırk: 'kırkıncı',
  elli: 'ellinci',
  altmış: 'altmışıncı',
  yetmiş: 'yetmişinci',
  seksen: 'sekseninci',
  doksan: 'doksanıncı',
  yüz: 'yüzüncü',
  bin: 'bininci',
};

/** The ending follows the vowels of the last word, so it is the last word that is looked up. */
function sayOrdinal(value: bigint): string | undefined {
  const words = toCardinal(value).split(' ');
  const last = ORDINAL_ENDINGS[words.at(-1) ?? ''];
  return last === undefined ? undefined : [...words.slice(0, -1), last].join(' ');
}

function sayDate(date: CalendarDate): string {
  const year = date.year === undefined ? '' : ` ${toCardinal(BigInt(date.year))}`;
  return `${toCardinal(BigInt(date.day))} ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = toCardinal(BigInt(time.hours));
  if (time.minutes === 0) return hours;
  const minutes = toCardinal(BigInt(time.minutes));
  return time.minutes < 10 ? `${hours} sıfır ${minutes}` : `${hours} ${minutes}`;
}
