import { createRequire } from 'node:module';
import type { detect } from 'tinyld';

/** Loaded when a language has to be detected: its dictionaries would be a quarter of the time that a start takes. */
const loadDetector = () => createRequire(import.meta.url)('tinyld') as { readonly detect: typeof detect };

/** Below this a Latin text says too little about its language: "Hello" looks Italian. */
const MINIMUM_LATIN_LETTERS = 12;

/** Writing systems that one of the languages owns, or shares with others that `refine` tells apart. */
const SCRIPTS: readonly { readonly pattern: RegExp; readonly language: string }[] = [
  { pattern: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu, language: 'ja' },
  { pattern: /\p{Script=Hangul}/gu, language: 'ko' },
  { pattern: /\p{Script=Han}/gu, language: 'zh' },
  { pattern: /\p{Script=Arabic}/gu, language: 'ar' },
  { pattern: /\p{Script=Devanagari}/gu, language: 'hi' },
  { pattern: /\p{Script=Cyrillic}/gu, language: 'ru' },
  { pattern: /\p{Script=Thai}/gu, language: 'th' },
  { pattern: /\p{Script=Hebrew}/gu, language: 'he' },
  { pattern: /\p{Script=Greek}/gu, language: 'el' },
  { pattern: /\p{Script=Armenian}/gu, language: 'hy' },
  { pattern: /\p{Script=Georgian}/gu, language: 'ka' },
  { pattern: /\p{Script=Bengali}/gu, language: 'bn' },
  { pattern: /\p{Script=Tamil}/gu, language: 'ta' },
  { pattern: /\p{Script=Telugu}/gu, language: 'te' },
  { pattern: /\p{Script=Gujarati}/gu, language: 'gu' },
  { pattern: /\p{Script=Gurmukhi}/gu, language: 'pa' },
  { pattern: /\p{Script=Kannada}/gu, language: 'kn' },
  { pattern: /\p{Script=Malayalam}/gu, language: 'ml' },
  { pattern: /\p{Script=Sinhala}/gu, language: 'si' },
  { pattern: /\p{Script=Ethiopic}/gu, language: 'am' },
  { pattern: /\p{Script=Khmer}/gu, language: 'km' },
  { pattern: /\p{Script=Lao}/gu, language: 'lo' },
  { pattern: /\p{Script=Myanmar}/gu, language: 'my' },
];

/**
 * The base language that a script is most likely written in, one of `supported`, else `fallback`. A writing system that
 * belongs to one language decides alone; among languages that share one, their words do. Only for scripts whose author
 * has not said the language. `supported` holds base languages ("en", "zh").
 */
export function detectLanguage(
  text: string,
  options: { readonly supported: readonly string[]; readonly fallback: string },
): string {
  const { supported, fallback } = options;
  const counts = SCRIPTS.map(({ pattern, language }) => ({ language, count: text.match(pattern)?.length ?? 0 }));
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const byScript = dominantScript(counts, latin);
  if (byScript !== undefined) {
    const refined = refine(byScript, text, supported);
    return refined !== undefined && supported.includes(refined) ? refined : fallback;
  }
  if (latin < MINIMUM_LATIN_LETTERS) return fallback;
  const latinLanguages = supported.filter((language) => !SCRIPTS.some((script) => script.language === language));
  return detectAmong(text, latinLanguages) ?? fallback;
}

function dominantScript(counts: readonly { language: string; count: number }[], latin: number): string | undefined {
  const kana = counts.find(({ language }) => language === 'ja')?.count ?? 0;
  const han = counts.find(({ language }) => language === 'zh')?.count ?? 0;
  // Every Japanese sentence has kana between its kanji; a Chinese text has them only in a quoted name.
  if (kana > 0 && kana * 8 >= han && (kana + han) * 2 >= latin) return 'ja';
  const best = counts.toSorted((a, b) => b.count - a.count)[0];
  // A Chinese or Korean character weighs as much as several letters of a product name beside it.
  const weight = best !== undefined && ['zh', 'ko'].includes(best.language) ? 3 : 1;
  return best !== undefined && best.count > 0 && best.count * weight >= latin ? best.language : undefined;
}

function refine(language: string, text: string, supported: readonly string[]): string | undefined {
  if (language === 'ru') {
    if (/[іїєґ]/iu.test(text) && !/[ыэёъ]/iu.test(text) && supported.includes('uk')) return 'uk';
    if (/[ыэё]/iu.test(text)) return 'ru';
    return detectAmong(text, intersection(['ru', 'uk', 'bg', 'sr', 'mk', 'be', 'kk'], supported)) ?? 'ru';
  }
  if (language === 'ar') {
    if (/[ٹڈڑےں]/u.test(text) && supported.includes('ur')) return 'ur';
    if (/[پچژگ]/u.test(text) && supported.includes('fa')) return 'fa';
    return 'ar';
  }
  if (language === 'hi') return detectAmong(text, intersection(['hi', 'mr', 'ne'], supported)) ?? 'hi';
  return language;
}

function detectAmong(text: string, languages: readonly string[]): string | undefined {
  if (languages.length <= 1) return languages[0];
  const detected = loadDetector().detect(text, { only: [...languages] });
  return languages.includes(detected) ? detected : undefined;
}

function intersection(candidates: readonly string[], supported: readonly string[]): string[] {
  return candidates.filter((candidate) => supported.includes(candidate));
}
