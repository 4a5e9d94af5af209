import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';
import { AppError } from '../../core/errors.ts';

/** Files of an @fontsource package under the family name that scenes use, and the characters that call for them. */
type FontFamily = {
  readonly family: string;
  readonly packageName: string;
  readonly subset: string;
  readonly weights: readonly number[];
  readonly neededFor: RegExp;
};

/** Role lines are set in 500, all other text in 600; scripts whose files take 20 ms to open have one weight for both. */
const TEXT_WEIGHTS = [500, 600];
const HEAVY_WEIGHTS = [600];

const ALWAYS = /(?:)/u;
const LATIN_EXTENDED =
  /[\u0100-\u02BA\u02BD-\u02C5\u02C7-\u02FF\u1D00-\u1DBF\u1E00-\u1E9F\u1EF2-\u1EFF\u2113\u20A0-\u20C0\u2C60-\u2C7F\uA720-\uA7FF]/u;
const VIETNAMESE =
  /[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01A0\u01A1\u01AF\u01B0\u1EA0-\u1EF9\u20AB]|\p{Script=Inherited}/u;

/**
 * Every subset has a family name of its own: Skia looks for a missing glyph in the next family of the stack, not in the
 * next file of the same family. `Inter` and `Fraunces` come first because a file is also found under the name it carries
 * inside, where the first one registered wins.
 */
const FAMILIES: readonly FontFamily[] = [
  family('Inter', 'inter', 'latin', TEXT_WEIGHTS, ALWAYS),
  family('Inter Latin Ext', 'inter', 'latin-ext', TEXT_WEIGHTS, LATIN_EXTENDED),
  family('Inter Vietnamese', 'inter', 'vietnamese', TEXT_WEIGHTS, VIETNAMESE),
  family('Inter Cyrillic', 'inter', 'cyrillic', TEXT_WEIGHTS, /\p{Script=Cyrillic}/u),
  family(
    'Inter Cyrillic Ext',
    'inter',
    'cyrillic-ext',
    TEXT_WEIGHTS,
    /[\u0460-\u052F\u1C80-\u1C88\u2DE0-\u2DFF\uA640-\uA69F]/u,
  ),
  family('Inter Greek', 'inter', 'greek', TEXT_WEIGHTS, /\p{Script=Greek}/u),
  family('Inter Greek Ext', 'inter', 'greek-ext', TEXT_WEIGHTS, /[\u1F00-\u1FFF]/u),
  family('Fraunces', 'fraunces', 'latin', [600], ALWAYS),
  family('Fraunces Latin Ext', 'fraunces', 'latin-ext', [600], LATIN_EXTENDED),
  family('Fraunces Vietnamese', 'fraunces', 'vietnamese', [600], VIETNAMESE),
  family('Noto Sans Arabic', 'noto-sans-arabic', 'arabic', TEXT_WEIGHTS, /\p{Script=Arabic}/u),
  family('Noto Sans Hebrew', 'noto-sans-hebrew', 'hebrew', TEXT_WEIGHTS, /\p{Script=Hebrew}/u),
  family('Noto Sans Devanagari', 'noto-sans-devanagari', 'devanagari', TEXT_WEIGHTS, /\p{Script=Devanagari}/u),
  family('Noto Sans Thai', 'noto-sans-thai', 'thai', TEXT_WEIGHTS, /\p{Script=Thai}/u),
  family('Noto Sans KR', 'noto-sans-kr', 'korean', HEAVY_WEIGHTS, /\p{Script=Hangul}/u),
  family('Noto Sans JP', 'noto-sans-jp', 'japanese', HEAVY_WEIGHTS, /\p{Script=Hiragana}|\p{Script=Katakana}/u),
  family(
    'Noto Sans SC',
    'noto-sans-sc',
    'chinese-simplified',
    HEAVY_WEIGHTS,
    /\p{Script=Han}|[\u3001-\u3011\uFF01-\uFF5E]/u,
  ),
];

/**
 * Makes the fonts that a text needs known to the canvas, for the whole process. Only fonts from packages are used, so
 * that a frame looks the same on every machine. Calling it again is cheap.
 *
 * @param text everything that will be drawn; Han characters among kana are taken from the Japanese font
 * @throws AppError `font_missing` when a package file cannot be read
 */
export function registerFonts(text: string): void {
  const known = new Set(GlobalFonts.families.map((entry) => entry.family));
  const composed = text.normalize('NFC');
  const isJapanese = /\p{Script=Hiragana}|\p{Script=Katakana}/u.test(composed);
  for (const entry of FAMILIES) {
    if (known.has(entry.family) || !entry.neededFor.test(composed)) continue;
    // The Japanese font has Japanese shapes of the same characters, and opening both would cost twice.
    if (entry.subset === 'chinese-simplified' && isJapanese) continue;
    for (const weight of entry.weights) register(entry, weight);
  }
}

function register(entry: FontFamily, weight: number): void {
  const { packageName, subset } = entry;
  const manifest = createRequire(import.meta.url).resolve(`@fontsource/${packageName}/package.json`);
  const path = join(dirname(manifest), 'files', `${packageName}-${subset}-${weight}-normal.woff2`);
  if (GlobalFonts.registerFromPath(path, entry.family) !== null) return;
  throw new AppError({
    code: 'font_missing',
    kind: 'internal',
    message: `Every font of the package must be readable; ${packageName} ${subset} ${weight} is not.`,
  });
}

function family(
  name: string,
  packageName: string,
  subset: string,
  weights: readonly number[],
  neededFor: RegExp,
): FontFamily {
  return { family: name, packageName, subset, weights, neededFor };
}
