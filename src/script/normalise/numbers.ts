import { GROUPING_SPACE } from './fold.ts';
import type { SpeechRule } from './speech-rule.ts';
import type { CountedNoun, Gender, SpokenLanguage } from './spoken-language.ts';

/** A written number: decimal digits of its whole part and, if it has one, of its fraction. */
export type WrittenNumber = { readonly whole: string; readonly fraction: string | undefined };

/** Longer numbers are identifiers (cards, accounts) that people read digit by digit; also the limit of the word lists. */
const MAXIMUM_DIGITS_OF_A_QUANTITY = 15;

/** The source of a regular expression for one written number, without sign, for use inside the rules of a language. */
export function numberSource(language: SpokenLanguage): string {
  const separated = `\\d+(?:[.,'${GROUPING_SPACE}]\\d+)*`;
  if (!language.spaceGroupsThousands) return separated;
  return `(?:(?<![\\d.,])[1-9]\\d{0,2}(?: \\d{3})+(?!\\d)(?:[.,]\\d+)?|${separated})`;
}

/**
 * Understands "1,000,000", "1.000.000", "1 000 000", "12,34,567", "3.14" and "3,14". A separator that could be either is
 * read by the custom of the language. Undefined for what is no single number ("3.2.1", "1,2,3").
 */
export function parseNumber(token: string, language: SpokenLanguage): WrittenNumber | undefined {
  const separators = Array.from(token.matchAll(/[^\d]/g), (match) => match[0]);
  if (separators.length === 0) return { whole: token, fraction: undefined };
  const kinds = new Set(separators);
  const last = separators.at(-1) ?? '';
  const lastIndex = token.lastIndexOf(last);
  const grouped = (text: string) => /^\d{1,3}(?:[^\d]\d{2,3})*[^\d]\d{3}$/.test(text);
  if (kinds.size > 2) return undefined;
  if (kinds.size === 2) {
    const head = token.slice(0, lastIndex);
    const lastIsUnique = separators.filter((separator) => separator === last).length === 1;
    if (!lastIsUnique || !/[.,]/.test(last) || !grouped(head)) return undefined;
    return { whole: digitsOf(head), fraction: token.slice(lastIndex + 1) };
  }
  if (separators.length > 1) {
    return grouped(token) && !token.startsWith('0') ? { whole: digitsOf(token), fraction: undefined } : undefined;
  }
  const groups = last !== language.decimalSeparator && /^[1-9]\d{0,2}[^\d]\d{3}$/.test(token);
  if (groups) return { whole: digitsOf(token), fraction: undefined };
  if (!/[.,]/.test(last)) return undefined;
  return { whole: token.slice(0, lastIndex), fraction: token.slice(lastIndex + 1) };
}

/** The words for a number; before a noun, its gender chooses between forms such as "un" and "una". */
export function sayNumber(number: WrittenNumber, language: SpokenLanguage, gender?: Gender): string {
  if (number.fraction === undefined) return sayWhole(number.whole, language, gender);
  const special = language.decimal.say?.(number.whole, number.fraction);
  if (special !== undefined) return special;
  const glue = language.writtenWithoutSpaces ? '' : ' ';
  return [sayWhole(number.whole, language), language.decimal.word, sayFraction(number.fraction, language)].join(glue);
}

/** Digit by digit, for identifiers and what follows a decimal point. */
export function sayDigits(digits: string, language: SpokenLanguage): string {
  const words = Array.from(digits, (digit) => language.cardinal(BigInt(digit)));
  return words.join(language.writtenWithoutSpaces ? '' : ' ');
}

/** "one dollar", "five dollars", "one point five dollars": number and noun agree by the language's plural rules. */
export function sayCounted(number: WrittenNumber, noun: CountedNoun, language: SpokenLanguage): string {
  const form = pluralForm(number, language);
  const word = noun[form === 'zero' ? 'other' : form] ?? noun.other;
  if (noun.formsWithNumber?.includes(form) === true) return word;
  const glue = language.writtenWithoutSpaces ? '' : ' ';
  return `${sayNumber(number, language, noun.gender)}${glue}${word}`;
}

export function pluralForm(number: WrittenNumber, language: SpokenLanguage): Intl.LDMLPluralRule {
  const value = Number(`${number.whole}.${number.fraction ?? ''}`);
  // Fraction digits matter: English says "one point zero metres".
  const minimumFractionDigits = Math.min(number.fraction?.length ?? 0, 20);
  return new Intl.PluralRules(language.code, { minimumFractionDigits }).select(value);
}

/** Reads dotted or comma-separated digits that are no single number: "3.2.1", "192.168.0.1", "1,2,3". */
function sayDigitGroups(token: string, language: SpokenLanguage): string {
  const glue = language.writtenWithoutSpaces ? '' : ' ';
  const words: string[] = [];
  for (const match of token.matchAll(/\d+|[^\d]/g)) {
    if (/\d/.test(match[0])) words.push(sayWhole(match[0], language));
    else if (match[0] === '.') words.push(language.code === 'en' ? 'point' : language.address.dot);
    else if (match[0] === ',')
      words[words.length - 1] = `${words.at(-1) ?? ''}${language.sentenceStop === '。' ? '，' : ','}`;
  }
  return words.join(glue);
}

/** The rules that leave no digit unread; they come last. */
export function numberRules(language: SpokenLanguage): readonly SpeechRule[] {
  const number = numberSource(language);
  return [
    {
      name: 'signed number',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}.,)%])[-±](?=[.,]?\\d)(?<number>${number})`, 'gu'),
      speak: (match) => {
        const sign = match[0].startsWith('±') ? language.symbols['±'] : language.minus;
        return sign === undefined ? undefined : `${sign} ${sayToken(match.groups?.['number'] ?? '', language)}`;
      },
    },
    {
      name: 'fraction without a whole part',
      pattern: /(?<![\p{L}\p{N}.])\.\d+(?![\p{N}]|[.,']\d)/gu,
      speak: (match) => sayNumber({ whole: '0', fraction: match[0].slice(1) }, language),
    },
    {
      name: 'number',
      pattern: new RegExp(number, 'gu'),
      speak: (match) => sayToken(match[0], language),
    },
    {
      // Digits beside something that another rule has read.
      name: 'leftover digit',
      pattern: /\d/gu,
      speak: (match) => sayDigits(match[0], language),
    },
    {
      // Circled, superscript, Roman and other numerals that Unicode gives a plain equivalent.
      name: 'number character',
      pattern: /[\p{No}\p{Nl}]/gu,
      speak: (match) => {
        const plain = match[0].normalize('NFKC');
        const digits = /\d+/.exec(plain)?.[0];
        if (digits !== undefined) return sayWhole(digits, language);
        return romanCharacterValue(plain) === undefined ? '' : sayWhole(String(romanCharacterValue(plain)), language);
      },
    },
  ];
}

function sayToken(token: string, language: SpokenLanguage): string {
  const number = parseNumber(token, language);
  return number === undefined ? sayDigitGroups(token, language) : sayNumber(number, language);
}

function sayWhole(digits: string, language: SpokenLanguage, gender?: Gender): string {
  const isIdentifier = digits.length > MAXIMUM_DIGITS_OF_A_QUANTITY || /^0\d/.test(digits);
  return isIdentifier ? sayDigits(digits, language) : language.cardinal(BigInt(digits), gender);
}

function sayFraction(fraction: string, language: SpokenLanguage): string {
  const asNumber = language.decimal.reading === 'as a number' && fraction.length <= 3;
  if (!asNumber) return sayDigits(fraction, language);
  const zeros = /^0*/.exec(fraction)?.[0] ?? '';
  const rest = fraction.slice(zeros.length);
  return [
    ...Array.from(zeros, () => language.cardinal(0n)),
    ...(rest === '' ? [] : [language.cardinal(BigInt(rest))]),
  ].join(' ');
}

function digitsOf(text: string): string {
  return text.replaceAll(/[^\d]/g, '');
}

function romanCharacterValue(numeral: string): number | undefined {
  const values: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };
  const letters = Array.from(numeral.toUpperCase(), (letter) => values[letter] ?? 0);
  if (letters.length === 0 || letters.includes(0)) return undefined;
  return letters.reduce((sum, value, index) => sum + (value < (letters[index + 1] ?? 0) ? -value : value), 0);
}
