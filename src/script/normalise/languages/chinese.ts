import { toCardinal } from 'n2words/zh-Hans-CN';

import { invariable } from '../nouns.ts';
import type { CalendarDate, ClockTime, SpokenLanguage } from '../spoken-language.ts';

/** Above this the library runs out of units and writes "undefined"; such numbers are read digit by digit. */
const LARGEST_QUANTITY = 10n ** 15n;

const DIGITS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/** Mandarin. The same words serve simplified and traditional text: voices read both. */
export function chinese(): SpokenLanguage {
  return {
    code: 'zh',
    decimalSeparator: '.',
    spaceGroupsThousands: false,
    dateOrder: 'year-first',
    writtenWithoutSpaces: true,
    attachesEndings: false,
    sentenceStop: '。',
    cardinal: sayCardinal,
    ordinal: {
      // 2024年 is read digit by digit; 二 before a measure word is 两.
      pattern:
        /(?<![\p{N}.,])(?<number>\d{4})(?=(?<suffix>年))|(?<![\p{N}.,])(?<number>2)(?=(?<suffix>[个個位名只隻本张張次天年人件条條家種种週周小]))/gu,
      say: (value, suffix) => (suffix === '年' && value > 99n ? sayYear(Number(value)) : '两'),
    },
    decimal: { word: '点', reading: 'digit by digit' },
    year: sayYear,
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: '负',
    to: '到',
    percent: { noun: invariable('百分之'), position: 'before' },
    currencies: {
      CNY: { major: invariable('元') },
      USD: { major: invariable('美元') },
      EUR: { major: invariable('欧元') },
      GBP: { major: invariable('英镑') },
      JPY: { major: invariable('元') },
      HKD: { major: invariable('港元') },
      KRW: { major: invariable('韩元') },
      INR: { major: invariable('卢比') },
      RUB: { major: invariable('卢布') },
      BTC: { major: invariable('比特币') },
    },
    currencyJoin: '',
    magnitudes: {
      万: invariable('万'),
      萬: invariable('万'),
      亿: invariable('亿'),
      億: invariable('亿'),
      百万: invariable('百万'),
      千万: invariable('千万'),
    },
    units: {
      km: invariable('公里'),
      m: invariable('米'),
      cm: invariable('厘米'),
      mm: invariable('毫米'),
      kg: invariable('公斤'),
      g: invariable('克'),
      mg: invariable('毫克'),
      l: invariable('升'),
      L: invariable('升'),
      ml: invariable('毫升'),
      'km/h': invariable('公里每小时'),
      'm²': invariable('平方米'),
      'km²': invariable('平方公里'),
      '°C': invariable('摄氏度'),
      '℃': invariable('摄氏度'),
      '°': invariable('度'),
      GB: invariable('千兆字节'),
      MB: invariable('兆字节'),
    },
    symbols: {
      '&': '和',
      '+': '加',
      '=': '等于',
      '×': '乘',
      '*': '乘',
      '÷': '除以',
      '<': '小于',
      '>': '大于',
      '±': '正负',
      '°': '度',
      '@': '艾特',
      '%': '百分号',
      '/': '分之',
    },
    address: { dot: '点', slash: '斜杠', dash: '杠', underscore: '下划线', at: '艾特' },
    abbreviations: {},
  };
}

function sayCardinal(value: bigint): string {
  if (value > LARGEST_QUANTITY) return Array.from(String(value), (digit) => DIGITS[Number(digit)] ?? '').join('');
  // "一十" is 十 at the beginning of a number.
  return toCardinal(value, { formal: false })
    .replace(/^(负?)一十/u, '$1十')
    .replace(/^(负?)二(?=[千万亿])/u, '$1两');
}

function sayYear(value: number): string {
  return Array.from(String(value), (digit) => DIGITS[Number(digit)] ?? '').join('');
}

function sayDate(date: CalendarDate): string {
  const year = date.year === undefined ? '' : `${sayYear(date.year)}年`;
  return `${year}${sayCardinal(BigInt(date.month))}月${sayCardinal(BigInt(date.day))}日`;
}

function sayTime(time: ClockTime): string {
  const hours = time.hours === 2 ? '两' : sayCardinal(BigInt(time.hours));
  if (time.minutes === 0) return `${hours}点`;
  if (time.minutes === 30) return `${hours}点半`;
  return `${hours}点${time.minutes < 10 ? '零' : ''}${sayCardinal(BigInt(time.minutes))}分`;
}
