/**
 * The script with look-alike characters folded to one form, so that the reading rules see `'`, `-`, `5` and a plain space
 * whatever the writer's keyboard produced. For every UTF-16 unit of `text`, `sourceStarts` and `sourceEnds` hold the
 * half-open range of source units that it came from.
 */
export type FoldedText = {
  readonly text: string;
  readonly sourceStarts: Uint32Array;
  readonly sourceEnds: Uint32Array;
};

/** Stands for a no-break or thin space between two digits, which groups thousands and therefore is not a word boundary. */
export const GROUPING_SPACE = '\u00A0';

const CHUNK = /\p{RGI_Emoji}|[0-9#*]\uFE0F?\u20E3|\p{L}\p{M}+|\r\n|./gsv;
const KEYCAP = /^[0-9]\uFE0F?\u20E3$/v;
const EMOJI = /^(?:\p{RGI_Emoji}|[#*]\uFE0F?\u20E3)$/v;
const EMOJI_LEFTOVER = /^[\p{Emoji_Modifier}\p{Regional_Indicator}\u{FE00}-\u{FE0F}\u20E3\u{E0000}-\u{E0FFF}]$/v;
// The combining grapheme joiner (U+034F) is invisible like the others; it is meant alone here.
// oxlint-disable-next-line no-misleading-character-class
const INVISIBLE = /^[\u00AD\u034F\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]$/v;
const JOINER = /^[\u200C\u200D]$/v;
const JOINED_SCRIPT =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Sinhala}\p{M}]$/v;
const COMPATIBILITY_FORM =
  /^[\u{FF01}-\u{FF9F}\u{FFE0}-\u{FFEE}\u{1D400}-\u{1D7FF}\uFB00-\uFB06\uFB50-\uFDFB\uFE50-\uFEFC\u{1F130}-\u{1F149}\u24B6-\u24E9\u{1FBF0}-\u{1FBF9}]/v;
const WIDE_PUNCTUATION = /^[，．！？：；（）［］｛｝]$/v;
const WIDE_DIGIT = /^[\uFF10-\uFF19]/v;
const DIGIT = /^\p{Nd}$/v;

const SINGLE_CHARACTERS: ReadonlyMap<string, string> = new Map([
  ...pairs('‘’‛´ʼ＇', "'"),
  ...pairs('“”„‟«»‹›＂', '"'),
  ...pairs('‐‑﹣', '-'),
  ...pairs('−', '-'),
  ...pairs('‒–', '–'),
  ...pairs('—―⸺⸻', '—'),
  ...pairs('⁄∕', '/'),
  ...pairs('\u2028\u2029\u0085\v\f\r', '\n'),
  ...pairs('٫', '.'),
  ...pairs('٬', ','),
  ...pairs('٪', '%'),
  ...pairs('\u037E', '?'),
  ['…', '...'],
  ['‥', '..'],
  ['\r\n', '\n'],
]);

/** Folds any string, also one with lone surrogates; never throws. */
export function foldCharacters(source: string): FoldedText {
  const units: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let previous = '';
  let previousSource = '';
  for (const match of source.matchAll(CHUNK)) {
    const chunk = match[0];
    const end = match.index + chunk.length;
    const folded = foldChunk(chunk, { previous, previousSource, next: source.slice(end, end + 2) });
    previousSource = chunk;
    for (const unit of folded.split('')) {
      units.push(unit);
      starts.push(match.index);
      ends.push(end);
    }
    if (folded !== '') previous = folded;
  }
  return { text: units.join(''), sourceStarts: Uint32Array.from(starts), sourceEnds: Uint32Array.from(ends) };
}

/** The decimal digit that a character of any script stands for, as an ASCII character. */
export function toAsciiDigit(character: string): string {
  const compatible = character.normalize('NFKC');
  if (/^[0-9]$/.test(compatible)) return compatible;
  // Every other set of ten digits is contiguous, so the distance to the nearest non-digit below is the value.
  const codePoint = character.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(codePoint - value - 1))) value += 1;
  return String(value);
}

function foldChunk(chunk: string, context: { previous: string; previousSource: string; next: string }): string {
  const { previous, previousSource, next } = context;
  if (chunk.length === 1 && chunk >= ' ' && chunk <= '~') return chunk;
  if (KEYCAP.test(chunk)) return chunk.charAt(0);
  if (/^[©®™]/v.test(chunk)) return chunk.charAt(0);
  if (EMOJI.test(chunk)) return ' ';
  if (EMOJI_LEFTOVER.test(chunk) || INVISIBLE.test(chunk)) return '';
  if (JOINER.test(chunk)) return JOINED_SCRIPT.test(previous) ? chunk : '';
  const single = SINGLE_CHARACTERS.get(chunk);
  if (single !== undefined) return single;
  if (DIGIT.test(chunk)) return toAsciiDigit(chunk);
  if (/^\p{Zs}$/v.test(chunk)) return isDigit(previous) && isDigit(next) ? GROUPING_SPACE : ' ';
  // Between digits of ordinary width a wide comma separates two numbers; between wide digits it groups thousands.
  if (WIDE_PUNCTUATION.test(chunk))
    return WIDE_DIGIT.test(previousSource) && WIDE_DIGIT.test(next) ? chunk.normalize('NFKC') : chunk;
  if (COMPATIBILITY_FORM.test(chunk)) return chunk.normalize('NFKC');
  if (/^(?:\p{Cc}|\p{Cs})$/v.test(chunk)) return chunk === '\n' ? chunk : ' ';
  return chunk.normalize('NFC');
}

function isDigit(text: string): boolean {
  return /^\p{Nd}/v.test(text);
}

function pairs(characters: string, replacement: string): [string, string][] {
  return Array.from(characters, (character) => [character, replacement]);
}
