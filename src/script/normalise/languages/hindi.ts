import { toCardinal, toOrdinal } from 'n2words/hi-IN';

import { invariable, noun } from '../nouns.ts';
import type { CalendarDate, ClockTime, SpokenLanguage } from '../spoken-language.ts';

const MONTHS = ['जनवरी', 'फ़रवरी', 'मार्च', 'अप्रैल', 'मई', 'जून', 'जुलाई', 'अगस्त', 'सितंबर', 'अक्टूबर', 'नवंबर', 'दिसंबर'];

export function hindi(): SpokenLanguage {
  return {
    code: 'hi',
    decimalSeparator: '.',
    spaceGroupsThousands: false,
    dateOrder: 'day-first',
    writtenWithoutSpaces: false,
    attachesEndings: false,
    sentenceStop: '।',
    cardinal: (value) => toCardinal(value),
    ordinal: {
      pattern: /(?<![\p{N}\p{L}.,])(?<number>\d{1,3})(?<suffix>वाँ|वां|वीं|वें|ला|ली|रा|री|था|थी)(?![\p{L}\p{M}])/gu,
      say: (value, suffix) => sayOrdinal(value, suffix),
    },
    decimal: { word: 'दशमलव', reading: 'digit by digit' },
    year: sayYear,
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: 'माइनस',
    to: 'से',
    percent: { noun: invariable('प्रतिशत'), position: 'after' },
    currencies: {
      INR: { major: noun('रुपया', 'रुपये'), minor: noun('पैसा', 'पैसे') },
      USD: { major: invariable('डॉलर'), minor: invariable('सेंट') },
      EUR: { major: invariable('यूरो'), minor: invariable('सेंट') },
      GBP: { major: invariable('पाउंड'), minor: invariable('पेंस') },
      JPY: { major: invariable('येन') },
      CNY: { major: invariable('युआन') },
      RUB: { major: invariable('रूबल') },
      BTC: { major: invariable('बिटकॉइन') },
    },
    currencyJoin: ' ',
    magnitudes: {
      हज़ार: invariable('हज़ार'),
      हजार: invariable('हज़ार'),
      लाख: invariable('लाख'),
      करोड़: invariable('करोड़'),
      अरब: invariable('अरब'),
      million: invariable('मिलियन'),
      मिलियन: invariable('मिलियन'),
      बिलियन: invariable('बिलियन'),
    },
    units: {
      km: invariable('किलोमीटर'),
      'कि.मी.': invariable('किलोमीटर'),
      किमी: invariable('किलोमीटर'),
      m: invariable('मीटर'),
      cm: invariable('सेंटीमीटर'),
      mm: invariable('मिलीमीटर'),
      kg: invariable('किलोग्राम'),
      किग्रा: invariable('किलोग्राम'),
      g: invariable('ग्राम'),
      l: invariable('लीटर'),
      ml: invariable('मिलीलीटर'),
      'km/h': invariable('किलोमीटर प्रति घंटा'),
      '°C': invariable('डिग्री सेल्सियस'),
      '°': invariable('डिग्री'),
      GB: invariable('गीगाबाइट'),
      MB: invariable('मेगाबाइट'),
    },
    symbols: {
      '&': 'और',
      '+': 'जमा',
      '=': 'बराबर',
      '×': 'गुणा',
      '*': 'गुणा',
      '÷': 'भाग',
      '±': 'जमा या घटा',
      '°': 'डिग्री',
      '@': 'ऐट',
      '%': 'प्रतिशत',
      '/': 'बटा',
    },
    address: { dot: 'डॉट', slash: 'स्लैश', dash: 'डैश', underscore: 'अंडरस्कोर', at: 'ऐट' },
    abbreviations: { 'डॉ.': 'डॉक्टर', 'श्री.': 'श्री', 'प्रो.': 'प्रोफ़ेसर', 'सं.': 'संख्या', 'रु.': 'रुपये' },
  };
}

const IRREGULAR: Readonly<Record<string, string>> = { '1': 'पहल', '2': 'दूसर', '3': 'तीसर', '4': 'चौथ' };

function sayOrdinal(value: bigint, suffix: string): string | undefined {
  if (value < 1n) return undefined;
  const feminine = /[ी]/u.test(suffix);
  const stem = IRREGULAR[String(value)];
  if (stem !== undefined) return `${stem}${feminine ? 'ी' : suffix === 'वें' ? 'े' : 'ा'}`;
  const ordinal = toOrdinal(value);
  return feminine ? ordinal.replace(/वाँ$/u, 'वीं') : suffix === 'वें' ? ordinal.replace(/वाँ$/u, 'वें') : ordinal;
}

/** 1999 is "उन्नीस सौ निन्यानवे". */
function sayYear(value: number): string {
  if (value < 1100 || value > 1999) return toCardinal(BigInt(value));
  const rest = value % 100;
  return `${toCardinal(BigInt(Math.trunc(value / 100)))} सौ${rest === 0 ? '' : ` ${toCardinal(BigInt(rest))}`}`;
}

function sayDate(date: CalendarDate): string {
  const year = date.year === undefined ? '' : ` ${sayYear(date.year)}`;
  return `${toCardinal(BigInt(date.day))} ${MONTHS[date.month - 1] ?? ''}${year}`;
}

function sayTime(time: ClockTime): string {
  const hours = toCardinal(BigInt(time.hours));
  return time.minutes === 0 ? `${hours} बजे` : `${hours} बजकर ${toCardinal(BigInt(time.minutes))} मिनट`;
}
