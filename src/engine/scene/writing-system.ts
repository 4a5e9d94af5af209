/** The scripts that need a font or a treatment of their own; `latin` also stands for Cyrillic and Greek. */
export type Script = 'latin' | 'arabic' | 'hebrew' | 'devanagari' | 'thai' | 'han' | 'kana' | 'hangul';

export type Direction = 'ltr' | 'rtl';

const SCRIPT_PATTERNS: readonly (readonly [Script, RegExp])[] = [
  ['arabic', /\p{Script=Arabic}/gu],
  ['hebrew', /\p{Script=Hebrew}/gu],
  ['devanagari', /\p{Script=Devanagari}/gu],
  ['thai', /\p{Script=Thai}/gu],
  ['kana', /\p{Script=Hiragana}|\p{Script=Katakana}/gu],
  ['hangul', /\p{Script=Hangul}/gu],
  ['han', /\p{Script=Han}/gu],
  ['latin', /\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Greek}/gu],
];

const RIGHT_TO_LEFT_LETTER = /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;
const LETTER = /\p{L}/u;
const LETTERS = /\p{L}/gu;
const LATIN_LETTER = /\p{Script=Latin}/u;

/**
 * A family per subset: a name that covers several files would use the first of them only. Those with ready-made accented
 * letters come before the basic one, which would otherwise build them from parts that do not fit.
 */
const LATIN_FALLBACKS = [
  'Inter Vietnamese',
  'Inter Latin Ext',
  'Inter',
  'Inter Cyrillic',
  'Inter Cyrillic Ext',
  'Inter Greek',
  'Inter Greek Ext',
];
const DISPLAY = ['Fraunces Vietnamese', 'Fraunces Latin Ext', 'Fraunces'];
const OTHER_SCRIPTS = ['Noto Sans Arabic', 'Noto Sans Hebrew', 'Noto Sans Devanagari', 'Noto Sans Thai'];

/** The scripts of a text, the most used first. A text without letters counts as `latin`. */
export function scriptsOf(text: string): readonly Script[] {
  const counts = SCRIPT_PATTERNS.map(([script, pattern]) => ({ script, count: text.match(pattern)?.length ?? 0 }));
  const used = counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  return used.length === 0 ? ['latin'] : used.map(({ script }) => script);
}

/**
 * The script that decides how a text is set. A Japanese text is mostly Han with some kana between, so kana decide; a few
 * foreign words do not change the rest.
 */
export function mainScript(text: string): Script {
  const scripts = scriptsOf(text);
  const first = scripts[0] ?? 'latin';
  return first === 'han' && scripts.includes('kana') ? 'kana' : first;
}

/** Direction of a paragraph: that of its first letter (rule P2 of the Unicode bidirectional algorithm). */
export function paragraphDirection(text: string): Direction {
  return strongDirection(text) ?? 'ltr';
}

/** Direction of the first letter, or undefined for digits and punctuation alone. */
export function strongDirection(text: string): Direction | undefined {
  for (const character of text) {
    if (RIGHT_TO_LEFT_LETTER.test(character)) return 'rtl';
    if (LETTER.test(character)) return 'ltr';
  }
  return undefined;
}

/**
 * The CSS font families for a text, the first that has a glyph wins. `language` (BCP 47) decides the shape of Han
 * characters, which differ between Chinese, Japanese and Korean.
 */
export function fontFamilies(role: 'text' | 'display', language: string): string {
  const families = [
    ...(role === 'display' ? DISPLAY : []),
    ...LATIN_FALLBACKS,
    ...OTHER_SCRIPTS,
    ...hanFamilies(language),
  ];
  // No generic family at the end: what it means differs from machine to machine.
  return families.map((family) => `"${family}"`).join(', ');
}

/** Whether the display face has every letter; digits or single words in another face would tear a title apart. */
export function isSetInDisplayFace(text: string): boolean {
  return text.match(LETTERS)?.every((letter) => LATIN_LETTER.test(letter)) ?? true;
}

/** Chinese and Japanese need no spaces; breaking is allowed at every word border. Thai has none either. */
export function isWrittenWithoutSpaces(script: Script): boolean {
  return script === 'han' || script === 'kana' || script === 'thai';
}

function hanFamilies(language: string): readonly string[] {
  const base = language.toLowerCase().split('-')[0];
  if (base === 'ja') return ['Noto Sans JP', 'Noto Sans SC', 'Noto Sans KR'];
  if (base === 'ko') return ['Noto Sans KR', 'Noto Sans JP', 'Noto Sans SC'];
  return ['Noto Sans SC', 'Noto Sans JP', 'Noto Sans KR'];
}

/**
 * A text as it is drawn: accented letters composed, white space joined, and without pictographs, which have no glyph in our
 * fonts and are not spoken either.
 */
export function drawableText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(
      /\p{RGI_Emoji}|[\p{Extended_Pictographic}--[©®™]]|\p{Emoji_Modifier}|\p{Regional_Indicator}|\uFE0F/gv,
      '',
    )
    .replaceAll(/\s+/g, ' ')
    .trim();
}
