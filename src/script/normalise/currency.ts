import { numberSource, parseNumber, sayCounted, sayNumber, type WrittenNumber } from './numbers.ts';
import type { SpeechRule, SpokenPart } from './speech-rule.ts';
import type { CountedNoun, CurrencyNouns, SpokenLanguage } from './spoken-language.ts';

/** ISO 4217 codes for what people write. The longer sign wins: "US$" before "$". */
const CURRENCY_SIGNS: Readonly<Record<string, string>> = {
  US$: 'USD',
  CA$: 'CAD',
  AU$: 'AUD',
  NZ$: 'NZD',
  HK$: 'HKD',
  R$: 'BRL',
  A$: 'AUD',
  C$: 'CAD',
  $: 'USD',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  '₽': 'RUB',
  '₩': 'KRW',
  '₺': 'TRY',
  '₴': 'UAH',
  '₪': 'ILS',
  '₿': 'BTC',
  '₫': 'VND',
  '₱': 'PHP',
  '₦': 'NGN',
  '฿': 'THB',
  '﷼': 'SAR',
  zł: 'PLN',
  元: 'CNY',
  円: 'JPY',
  원: 'KRW',
};

const SIGNS = Object.keys(CURRENCY_SIGNS).sort((a, b) => b.length - a.length);
const PREFIX_SIGNS = SIGNS.filter((sign) => !['zł', '元', '円', '원'].includes(sign));

/** Amounts of money: "$3.50", "3,50 €", "USD 20", "$1.2 million", "$5–10", "-$5", "$20/month", "99¢". */
export function currencyRules(language: SpokenLanguage): readonly SpeechRule[] {
  const number = numberSource(language);
  const codes = Object.keys(language.currencies).filter((code) => /^[A-Z]{3}$/.test(code));
  const code = `(?:${codes.join('|')})`;
  const before = `(?:(?:${PREFIX_SIGNS.map(escapeSource).join('|')})|(?<![\\p{L}])${code}(?=[ \\d]))`;
  const after = `(?:${SIGNS.map(escapeSource).join('|')}|${code}(?![\\p{L}\\p{N}]))`;
  const magnitude = `(?:(?<magnitude>${Object.keys(language.magnitudes)
    .sort((a, b) => b.length - a.length)
    .map(escapeSource)
    .join('|')})(?![\\p{L}\\p{N}]))`;
  const sign = `(?:(?<![\\p{L}\\p{N})])(?<sign>[-+]))?`;
  return [
    {
      name: 'money with the sign before',
      pattern: new RegExp(
        `${sign}(?<unit>${before}) ?(?<amount>${number})(?:(?<gap> ?[-–] ?)(?:${before} ?)?(?<upper>${number})(?!\\p{N}))?(?:(?<space>[ -]?)${magnitude})?(?: (?<code>${code})(?![\\p{L}\\p{N}]))?`,
        'gu',
      ),
      speak: (match, text) => speakMoney(match, text, language),
    },
    {
      name: 'money with the sign after',
      pattern: new RegExp(
        `(?<![\\p{N}.,])${sign}(?<amount>${number})(?:(?<gap> ?[-–] ?)(?<upper>${number}))?(?:(?<space> ?)${magnitude})? ?(?<unit>${after})`,
        'gu',
      ),
      speak: (match, text) =>
        /^\s*\d/.test(text.slice(match.index + match[0].length)) && match[0].endsWith('$')
          ? undefined
          : speakMoney(match, text, language),
    },
    {
      name: 'cents',
      pattern: new RegExp(`(?<![\\p{N}.,])(?<amount>${number}) ?¢`, 'gu'),
      speak: (match) => {
        const cents = language.currencies['USD']?.minor;
        const amount = parseNumber(match.groups?.['amount'] ?? '', language);
        return cents === undefined || amount === undefined ? undefined : sayCounted(amount, cents, language);
      },
    },
    {
      name: 'lone currency sign',
      pattern: new RegExp(`(?:${PREFIX_SIGNS.map(escapeSource).join('|')})`, 'gu'),
      speak: (match) => nounsOf(match[0], undefined, language)?.major.other ?? '',
    },
  ];
}

/** "three dollars and fifty cents"; undefined when the language has no noun for the currency. */
export function sayMoney(amount: WrittenNumber, nouns: CurrencyNouns, language: SpokenLanguage): string {
  const cents = centsOf(amount);
  if (amount.fraction === undefined || cents === 0n)
    return sayCounted({ whole: amount.whole, fraction: undefined }, nouns.major, language);
  if (cents === undefined || nouns.minor === undefined) return sayCounted(amount, nouns.major, language);
  const minor = sayCounted({ whole: String(cents), fraction: undefined }, nouns.minor, language);
  if (BigInt(amount.whole) === 0n) return minor;
  const major = sayCounted({ whole: amount.whole, fraction: undefined }, nouns.major, language);
  return `${major}${language.currencyJoin}${minor}`;
}

function speakMoney(
  match: RegExpExecArray,
  text: string,
  language: SpokenLanguage,
): readonly SpokenPart[] | string | undefined {
  const groups = match.groups ?? {};
  const unit = groups['unit'] ?? '';
  const nouns = nounsOf(unit, groups['code'], language);
  const amount = parseNumber(groups['amount'] ?? '', language);
  const upper = groups['upper'] === undefined ? undefined : parseNumber(groups['upper'], language);
  if (nouns === undefined || amount === undefined || (groups['upper'] !== undefined && upper === undefined))
    return undefined;
  const magnitude = groups['magnitude'] === undefined ? undefined : language.magnitudes[groups['magnitude']];
  const glue = language.writtenWithoutSpaces ? '' : ' ';
  const sign = groups['sign'] === '-' ? `${language.minus}${glue}` : '';
  const lower =
    upper === undefined
      ? ''
      : `${[sayNumber(amount, language, nouns.major.gender), language.to].filter((word) => word !== '').join(glue)}${glue}`;
  const counted = upper ?? amount;
  const rest = text.slice(match.index + match[0].length);
  if (magnitude === undefined) {
    const single = isAdjective(text.slice(0, match.index), rest, language);
    const spoken = single ? `${sayNumber(counted, language)} ${nouns.major.one}` : sayMoney(counted, nouns, language);
    return `${sign}${lower}${spoken}`;
  }
  const single = isAdjective(text.slice(0, match.index), rest, language);
  return sayLargeMoney({ match, sign: sign + lower, counted, magnitude, nouns, single, language });
}

function sayLargeMoney(input: {
  match: RegExpExecArray;
  sign: string;
  counted: WrittenNumber;
  magnitude: CountedNoun;
  nouns: CurrencyNouns;
  single: boolean;
  language: SpokenLanguage;
}): readonly SpokenPart[] | string {
  const { match, counted, magnitude, nouns, language } = input;
  const glue = language.writtenWithoutSpaces ? '' : ' ';
  const amount = sayCounted(counted, magnitude, language);
  const plural = nouns.afterMagnitude ?? nouns.major.many ?? nouns.major.other;
  const tail = input.single ? nouns.major.one : plural;
  const spoken = `${input.sign}${amount}${glue}${tail}`;
  const space = match.groups?.['space'] ?? '';
  const unitIsBefore = match[0].indexOf(match.groups?.['unit'] ?? '') <= 1;
  if (space !== ' ' || !unitIsBefore || language.writtenWithoutSpaces) return spoken;
  // "$1.2" and "million" are two words on screen, so each gets its own share of the spoken words.
  const magnitudeAt = match[0].indexOf(
    match.groups?.['magnitude'] ?? '',
    match[0].indexOf(match.groups?.['amount'] ?? ''),
  );
  const split = input.sign.length + amount.lastIndexOf(' ');
  return [
    { spoken: spoken.slice(0, split), end: magnitudeAt - 1 },
    { spoken: spoken.slice(split + 1), end: match[0].length },
  ];
}

/** "a $5 coffee" is "a five dollar coffee". English only: other languages keep the plural. */
function isAdjective(before: string, after: string, language: SpokenLanguage): boolean {
  if (language.code !== 'en') return false;
  if (/^-\p{Ll}/u.test(after)) return true;
  const hasArticle = /\b(?:a|an|another|each|every|this|that|your|our|their|his|her|my|one) $/i.test(before);
  return (
    hasArticle &&
    /^ (?!(?:in|of|to|for|and|or|on|at|by|per|from|with|was|were|is|are|a|an|the|as|that|which|who|each|every|more|less)\b)\p{Ll}/u.test(
      after,
    )
  );
}

function nounsOf(unit: string, code: string | undefined, language: SpokenLanguage): CurrencyNouns | undefined {
  const ofSign = unit === '$' ? (language.dollarSign ?? 'USD') : CURRENCY_SIGNS[unit];
  return language.currencies[code ?? ofSign ?? unit];
}

/** Undefined for fractions that are no cents ("$5.125"). */
function centsOf(amount: WrittenNumber): bigint | undefined {
  const fraction = (amount.fraction ?? '').replace(/^(\d\d)0+$/, '$1');
  return fraction.length > 2 ? undefined : BigInt(fraction.padEnd(2, '0'));
}

function escapeSource(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
