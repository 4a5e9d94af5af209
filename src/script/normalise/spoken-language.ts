export type Gender = 'masculine' | 'feminine' | 'neuter';

/** A noun that can be counted, in the forms that `Intl.PluralRules` of the language tells apart. */
export type CountedNoun = {
  readonly gender?: Gender;
  readonly one: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
  /** The noun contains its own number word in these forms (Arabic "one" and "two"), so no number is said before it. */
  readonly formsWithNumber?: readonly Intl.LDMLPluralRule[];
};

/** `afterMagnitude` is the form after "million" where it is neither `many` nor `other`. */
export type CurrencyNouns = {
  readonly major: CountedNoun;
  readonly minor?: CountedNoun;
  readonly afterMagnitude?: string;
};

export type CalendarDate = { readonly year: number | undefined; readonly month: number; readonly day: number };
export type ClockTime = { readonly hours: number; readonly minutes: number };

/**
 * All that the reading rules know about one language. Words come in the form in which they stand in a sentence, without
 * digits. `cardinal` with a gender is the form before a noun ("un", "una"), without one the form for counting ("uno").
 */
export type SpokenLanguage = {
  /** The base language, for `Intl.PluralRules`. */
  readonly code: string;
  readonly decimalSeparator: '.' | ',';
  /** True when a plain space groups thousands: "1 000 000". */
  readonly spaceGroupsThousands: boolean;
  /** 'month-first' only where 12/05/2024 is the fifth of December. */
  readonly dateOrder: 'day-first' | 'month-first' | 'year-first';
  readonly writtenWithoutSpaces: boolean;
  /** Endings written right after a number belong to its last word: "3개는", "2024'te". */
  readonly attachesEndings: boolean;
  readonly sentenceStop: string;

  cardinal(value: bigint, gender?: Gender): string;
  /** Undefined where a written ordinal cannot be recognised or said safely. */
  readonly ordinal: { readonly pattern: RegExp; say(value: bigint, suffix: string): string | undefined } | undefined;
  readonly decimal: {
    readonly word: string;
    readonly reading: 'digit by digit' | 'as a number';
    /** Where a fraction is more than words in a row: "три целых пять десятых". */
    readonly say?: (whole: string, fraction: string) => string | undefined;
  };
  year(value: number): string;
  /** `before` is the text in front of the date, which may decide its case. */
  date(date: CalendarDate, before: string): string;
  time(time: ClockTime): string;
  /** How times are written besides 10:30: "10h30", "10.30 Uhr". `words` follow a time and are part of what `time` says. */
  readonly clock: { readonly letter?: string; readonly words: readonly string[] };

  readonly minus: string;
  /** Between the ends of a range; empty where the second number would have to change its case, and a rest is clearer. */
  readonly to: string;
  /** `before` when the word precedes the number (Turkish, Chinese). */
  readonly percent: { readonly noun: CountedNoun; readonly position: 'before' | 'after' };
  /** The currency of a plain `$`, if not the United States dollar. */
  readonly dollarSign?: string;
  readonly currencies: Readonly<Record<string, CurrencyNouns>>;
  /** Between major and minor currency, with its spaces: "dollars and cents". */
  readonly currencyJoin: string;
  /** Keyed by what is written: "million", "Mio.", "M". */
  readonly magnitudes: Readonly<Record<string, CountedNoun>>;
  /** Keyed by what is written: "km", "°C". */
  readonly units: Readonly<Record<string, CountedNoun>>;
  /** Words for single characters in running text: "&", "+", "=", "°", "@", "%", ... */
  readonly symbols: Readonly<Record<string, string>>;
  readonly address: {
    readonly dot: string;
    readonly slash: string;
    readonly dash: string;
    readonly underscore: string;
    readonly at: string;
  };
  /** Written with their full stops. English has rules of its own and leaves this empty. */
  readonly abbreviations: Readonly<Record<string, string>>;
};
