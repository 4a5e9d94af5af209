import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';
import { AppError } from '../../core/errors.ts';
import { scriptsOf } from '../scene/writing-system.ts';
import type { Script } from '../scene/writing-system.ts';

/** A file of an @fontsource package under the family name that scenes use. */
type FontFile = { readonly family: string; readonly package: string; readonly subset: string; readonly weight: number };

/**
 * Every subset has a family name of its own: Skia looks for a missing glyph in the next family of the stack, not in the
 * next file of the same family. `Inter` and `Fraunces` come first because a file is also found under the name it carries
 * inside, where the first one registered wins.
 */
const LATIN_FILES: readonly FontFile[] = [
  ...family('Inter', 'inter', 'latin', [400, 500, 600, 700]),
  ...family('Inter Latin Ext', 'inter', 'latin-ext', [500, 600]),
  ...family('Inter Cyrillic', 'inter', 'cyrillic', [500, 600]),
  ...family('Inter Greek', 'inter', 'greek', [500, 600]),
  ...family('Inter Vietnamese', 'inter', 'vietnamese', [500, 600]),
  ...family('Fraunces', 'fraunces', 'latin', [600, 700]),
  ...family('Fraunces Latin Ext', 'fraunces', 'latin-ext', [600]),
  ...family('Fraunces Vietnamese', 'fraunces', 'vietnamese', [600]),
];

/** The large ones in one weight: each takes about 20 ms to open. */
const FILES_OF_SCRIPT: Readonly<Record<Exclude<Script, 'latin'>, readonly FontFile[]>> = {
  arabic: family('Noto Sans Arabic', 'noto-sans-arabic', 'arabic', [500, 600]),
  hebrew: family('Noto Sans Hebrew', 'noto-sans-hebrew', 'hebrew', [500, 600]),
  devanagari: family('Noto Sans Devanagari', 'noto-sans-devanagari', 'devanagari', [500, 600]),
  thai: family('Noto Sans Thai', 'noto-sans-thai', 'thai', [500, 600]),
  hangul: family('Noto Sans KR', 'noto-sans-kr', 'korean', [600]),
  kana: family('Noto Sans JP', 'noto-sans-jp', 'japanese', [600]),
  han: family('Noto Sans SC', 'noto-sans-sc', 'chinese-simplified', [600]),
};

/**
 * Makes the fonts that a text needs known to the canvas of this thread's process. Only fonts from packages are used, so
 * that a frame looks the same on every machine. Calling it again is cheap.
 *
 * @param text everything that will be drawn; Han characters among kana are taken from the Japanese font
 * @throws AppError `font_missing` when a package file cannot be read
 */
export function registerFonts(text: string): void {
  const needed = [...LATIN_FILES];
  const scripts = scriptsOf(text);
  for (const script of scripts) {
    if (script === 'latin') continue;
    if (script === 'han' && scripts.includes('kana')) continue;
    needed.push(...FILES_OF_SCRIPT[script]);
  }
  for (const file of needed) register(file);
}

function register(file: FontFile): void {
  const known = GlobalFonts.families.find((entry) => entry.family === file.family);
  if (known?.styles.some((style) => style.weight === file.weight) === true) return;
  const path = pathOf(file);
  if (GlobalFonts.registerFromPath(path, file.family) !== null) return;
  throw new AppError({
    code: 'font_missing',
    kind: 'internal',
    message: `Every font of the package must be readable; ${file.package} ${file.subset} ${file.weight} is not.`,
  });
}

function pathOf(file: FontFile): string {
  const manifest = createRequire(import.meta.url).resolve(`@fontsource/${file.package}/package.json`);
  return join(dirname(manifest), 'files', `${file.package}-${file.subset}-${file.weight}-normal.woff2`);
}

function family(name: string, packageName: string, subset: string, weights: readonly number[]): FontFile[] {
  return weights.map((weight) => ({ family: name, package: packageName, subset, weight }));
}
