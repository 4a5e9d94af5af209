import { toCardinal } from 'n2words/ko-KR';

import { invariable } from '../nouns.ts';
import type { CalendarDate, ClockTime, SpokenLanguage } from '../spoken-language.ts';

/** Hours are counted with native numbers, all else with Sino-Korean ones. */
const HOURS = ['영', '한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉', '열', '열한', '열두'];
const NATIVE_COUNTERS = '개|명|살|마리|권|잔|병|대|시간|번';

export function korean(): SpokenLanguage {
  return {
    code: 'ko',
    decimalSeparator: '.',
    spaceGroupsThousands: false,
    dateOrder: 'year-first',
    writtenWithoutSpaces: false,
    attachesEndings: true,
    sentenceStop: '.',
    cardinal: (value) => toCardinal(value),
    ordinal: {
      pattern: new RegExp(
        `(?<![\\p{N}.,])(?<number>\\d{1,2}) ?(?:(?<suffix>${NATIVE_COUNTERS})(?!호|째 ?줄))|(?<![\\p{N}.,])(?<number>\\d{1,2})(?<suffix>월|시)(?!간)`,
        'gu',
      ),
      say: sayWithCounter,
    },
    decimal: { word: '점', reading: 'digit by digit' },
    year: (value) => toCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: '마이너스',
    to: '내지',
    percent: { noun: invariable('퍼센트'), position: 'after' },
    currencies: {
      KRW: { major: invariable('원') },
      USD: { major: invariable('달러'), minor: invariable('센트') },
      EUR: { major: invariable('유로'), minor: invariable('센트') },
      GBP: { major: invariable('파운드'), minor: invariable('펜스') },
      JPY: { major: invariable('엔') },
      CNY: { major: invariable('위안') },
      INR: { major: invariable('루피') },
      BTC: { major: invariable('비트코인') },
    },
    currencyJoin: ' ',
    magnitudes: {
      만: invariable('만'),
      억: invariable('억'),
      조: invariable('조'),
      백만: invariable('백만'),
      천: invariable('천'),
    },
    units: {
      km: invariable('킬로미터'),
      m: invariable('미터'),
      cm: invariable('센티미터'),
      mm: invariable('밀리미터'),
      kg: invariable('킬로그램'),
      g: invariable('그램'),
      mg: invariable('밀리그램'),
      l: invariable('리터'),
      L: invariable('리터'),
      ml: invariable('밀리리터'),
      'km/h': invariable('킬로미터 매 시간'),
      'm²': invariable('제곱미터'),
      '°C': invariable('도'),
      '℃': invariable('도'),
      '°': invariable('도'),
      GB: invariable('기가바이트'),
      MB: invariable('메가바이트'),
    },
    symbols: {
      '&': '앤드',
      '+': '더하기',
      '=': '은',
      '×': '곱하기',
      '*': '곱하기',
      '÷': '나누기',
      '±': '플러스 마이너스',
      '°': '도',
      '@': '골뱅이',
      '%': '퍼센트',
      '/': '분의',
    },
    address: { dot: '점', slash: '슬래시', dash: '대시', underscore: '밑줄', at: '골뱅이' },
    abbreviations: {},
  };
}

const NATIVE_ONES = ['', '한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉'];
const NATIVE_TENS = ['', '열', '스물', '서른', '마흔', '쉰', '예순', '일흔', '여든', '아흔'];

function sayWithCounter(value: bigint, counter: string): string | undefined {
  if (value < 1n) return undefined;
  if (counter === '월') return value <= 12n ? sayMonth(Number(value)) : undefined;
  if (counter === '시') return value <= 24n ? `${sayHour(Number(value))} 시` : undefined;
  // "스물" is "스무" right before a counter.
  const native =
    value === 20n ? '스무' : `${NATIVE_TENS[Number(value / 10n)] ?? ''}${NATIVE_ONES[Number(value % 10n)] ?? ''}`;
  return `${native} ${counter}`;
}

/** June and October drop a consonant. */
function sayMonth(month: number): string {
  if (month === 6) return '유월';
  if (month === 10) return '시월';
  return `${toCardinal(BigInt(month))}월`;
}

function sayHour(hours: number): string {
  return HOURS[hours] ?? toCardinal(BigInt(hours));
}

function sayDate(date: CalendarDate): string {
  const year = date.year === undefined ? '' : `${toCardinal(BigInt(date.year))}년 `;
  return `${year}${sayMonth(date.month)} ${toCardinal(BigInt(date.day))}일`;
}

function sayTime(time: ClockTime): string {
  const hours = `${sayHour(time.hours)} 시`;
  if (time.minutes === 0) return hours;
  return time.minutes === 30 ? `${hours} 반` : `${hours} ${toCardinal(BigInt(time.minutes))} 분`;
}
