import { toCardinal } from 'n2words/ja-JP';

import { invariable } from '../nouns.ts';
import type { CalendarDate, ClockTime, SpokenLanguage } from '../spoken-language.ts';

export function japanese(): SpokenLanguage {
  return {
    code: 'ja',
    decimalSeparator: '.',
    spaceGroupsThousands: false,
    dateOrder: 'year-first',
    writtenWithoutSpaces: true,
    attachesEndings: false,
    sentenceStop: '。',
    cardinal: (value) => sayCardinal(value),
    ordinal: undefined,
    decimal: { word: '点', reading: 'digit by digit' },
    year: (value) => sayCardinal(BigInt(value)),
    date: sayDate,
    time: sayTime,
    clock: { words: [] },
    minus: 'マイナス',
    to: 'から',
    percent: { noun: invariable('パーセント'), position: 'after' },
    currencies: {
      JPY: { major: invariable('円') },
      USD: { major: invariable('ドル'), minor: invariable('セント') },
      EUR: { major: invariable('ユーロ'), minor: invariable('セント') },
      GBP: { major: invariable('ポンド'), minor: invariable('ペンス') },
      CNY: { major: invariable('元') },
      KRW: { major: invariable('ウォン') },
      INR: { major: invariable('ルピー') },
      BTC: { major: invariable('ビットコイン') },
    },
    currencyJoin: '',
    magnitudes: {
      万: invariable('万'),
      億: invariable('億'),
      兆: invariable('兆'),
      百万: invariable('百万'),
      千: invariable('千'),
    },
    units: {
      km: invariable('キロメートル'),
      m: invariable('メートル'),
      cm: invariable('センチメートル'),
      mm: invariable('ミリメートル'),
      kg: invariable('キログラム'),
      g: invariable('グラム'),
      mg: invariable('ミリグラム'),
      l: invariable('リットル'),
      L: invariable('リットル'),
      ml: invariable('ミリリットル'),
      'km/h': invariable('キロメートル毎時'),
      'm²': invariable('平方メートル'),
      'km²': invariable('平方キロメートル'),
      '°C': invariable('度'),
      '℃': invariable('度'),
      '°': invariable('度'),
      GB: invariable('ギガバイト'),
      MB: invariable('メガバイト'),
    },
    symbols: {
      '&': 'アンド',
      '+': 'プラス',
      '=': 'イコール',
      '×': 'かける',
      '*': 'かける',
      '÷': 'わる',
      '±': 'プラスマイナス',
      '°': '度',
      '@': 'アット',
      '%': 'パーセント',
      '/': '分の',
    },
    address: { dot: 'ドット', slash: 'スラッシュ', dash: 'ハイフン', underscore: 'アンダーバー', at: 'アット' },
    abbreviations: {},
  };
}

/** A lone zero is read "ゼロ"; the character 零 has a second reading that voices choose at random. */
function sayCardinal(value: bigint): string {
  return value === 0n ? 'ゼロ' : toCardinal(value);
}

function sayDate(date: CalendarDate): string {
  const year = date.year === undefined ? '' : `${sayCardinal(BigInt(date.year))}年`;
  return `${year}${sayCardinal(BigInt(date.month))}月${sayCardinal(BigInt(date.day))}日`;
}

function sayTime(time: ClockTime): string {
  const hours = `${sayCardinal(BigInt(time.hours))}時`;
  if (time.minutes === 0) return hours;
  return time.minutes === 30 ? `${hours}半` : `${hours}${sayCardinal(BigInt(time.minutes))}分`;
}
