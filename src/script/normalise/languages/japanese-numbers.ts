/**
 * Numbers in kana. The readings change with what follows (さんびゃく, ろっぴゃく), which a kana-only voice cannot know from
 * kanji, and a lone kanji numeral has several readings. Source: the counting tables of any grammar of Japanese.
 */
const DIGITS = ['', 'いち', 'に', 'さん', 'よん', 'ご', 'ろく', 'なな', 'はち', 'きゅう'] as const;
const HUNDREDS: Readonly<Record<number, string>> = { 1: 'ひゃく', 3: 'さんびゃく', 6: 'ろっぴゃく', 8: 'はっぴゃく' };
const THOUSANDS: Readonly<Record<number, string>> = { 1: 'せん', 3: 'さんぜん', 8: 'はっせん' };
const MYRIADS = ['', 'まん', 'おく', 'ちょう', 'けい'] as const;
/** The stop at the end of いち, はち, じゅう doubles before ちょう and けい. */
const DOUBLING = /(?:いち|はち|じゅう)$/;
const DAYS: Readonly<Record<number, string>> = {
  1: 'ついたち',
  2: 'ふつか',
  3: 'みっか',
  4: 'よっか',
  5: 'いつか',
  6: 'むいか',
  7: 'なのか',
  8: 'ようか',
  9: 'ここのか',
  10: 'とおか',
  14: 'じゅうよっか',
  20: 'はつか',
  24: 'にじゅうよっか',
};
const MINUTE_ENDINGS: readonly string[] = [
  'じゅっぷん',
  'いっぷん',
  'にふん',
  'さんぷん',
  'よんぷん',
  'ごふん',
  'ろっぷん',
  'ななふん',
  'はっぷん',
  'きゅうふん',
];

/** A whole number from 0 to 10^20 - 1; larger ones digit by digit. */
export function sayInKana(value: bigint): string {
  if (value === 0n) return 'ゼロ';
  if (value >= 10n ** 20n) return Array.from(value.toString(), (digit) => DIGITS[Number(digit)] || 'ゼロ').join('');
  let spoken = '';
  let rest = value;
  for (const myriad of MYRIADS) {
    const group = Number(rest % 10_000n);
    rest /= 10_000n;
    if (group > 0) spoken = withMyriad(group, myriad) + spoken;
  }
  return spoken;
}

function withMyriad(group: number, myriad: string): string {
  const thousand = myriad !== '' && Math.floor(group / 1000) === 1 ? 'いっ' : '';
  const spoken = thousand + sayGroup(group);
  const doubles = (myriad === 'ちょう' || myriad === 'けい') && DOUBLING.test(spoken);
  return (doubles ? `${spoken.slice(0, -1)}っ` : spoken) + myriad;
}

function sayGroup(group: number): string {
  const [thousands, hundreds] = [Math.floor(group / 1000), Math.floor(group / 100) % 10];
  const [tens, ones] = [Math.floor(group / 10) % 10, group % 10];
  return [
    thousands > 0 ? (THOUSANDS[thousands] ?? `${DIGITS[thousands]}せん`) : '',
    hundreds > 0 ? (HUNDREDS[hundreds] ?? `${DIGITS[hundreds]}ひゃく`) : '',
    tens > 0 ? `${tens === 1 ? '' : DIGITS[tens]}じゅう` : '',
    DIGITS[ones],
  ].join('');
}

/** Before a counter four, seven and nine have short readings: よねん, しちがつ, くじ. */
function withCounter(value: number, counter: string, endings: Readonly<Record<number, string>>): string {
  const ending = endings[value % 10];
  const spoken = sayInKana(BigInt(value));
  if (ending === undefined) return spoken + counter;
  return spoken.slice(0, spoken.length - (DIGITS[value % 10]?.length ?? 0)) + ending + counter;
}

export function sayYear(year: number): string {
  return withCounter(year, 'ねん', { 4: 'よ' });
}

export function sayMonth(month: number): string {
  return withCounter(month, 'がつ', { 4: 'し', 7: 'しち', 9: 'く' });
}

export function sayDay(day: number): string {
  return DAYS[day] ?? withCounter(day, 'にち', { 7: 'しち', 9: 'く' });
}

export function sayHours(hours: number): string {
  return withCounter(hours, 'じ', { 4: 'よ', 7: 'しち', 9: 'く' });
}

export function sayMinutes(minutes: number): string {
  const ending = MINUTE_ENDINGS[minutes % 10] ?? '';
  const tens = Math.floor(minutes / 10);
  // The ending of a whole ten has its own じゅっ.
  if (minutes % 10 === 0) return (tens > 1 ? (DIGITS[tens] ?? '') : '') + ending;
  return (tens > 0 ? sayInKana(BigInt(tens * 10)) : '') + ending;
}
