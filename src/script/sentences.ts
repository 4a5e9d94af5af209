import { endsWithAbbreviation } from './sentence-abbreviations.ts';

/** A sentence with the white space after it. UTF-16 offsets, half-open; sentences lie end to end and cover the text. */
export type Sentence = { readonly start: number; readonly end: number; readonly endsParagraph: boolean };

/** A line this long that ends without punctuation was wrapped by an editor; a shorter one is a title or a list item. */
const WRAPPED_LINE_CHARACTERS = 55;

/** Splits a text into sentences by the rules of Unicode, then joins what abbreviations, initials and wrapped lines tore apart. */
export function findSentences(text: string, language: string): Sentence[] {
  const segmenter = new Intl.Segmenter(segmenterLocale(language), { granularity: 'sentence' });
  const sentences: Sentence[] = [];
  let start = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    const end = index + segment.length;
    if (end < text.length && goesOn(text.slice(start, end), text.slice(end, end + 80), language)) continue;
    sentences.push({ start, end, endsParagraph: false });
    start = end;
  }
  return markParagraphs(joinBlank(sentences, text), text);
}

/** `Intl` throws for a malformed tag; a text must be splittable whatever its declared language. */
export function segmenterLocale(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

function goesOn(before: string, after: string, language: string): boolean {
  const isLineEnd = /[\n\r\u0085\u2028\u2029]\s*$/u.test(before);
  const next = after.trimStart();
  if (!isLineEnd) return isInsideSentence(before, after, language);
  if (/^(?:[-*•–]|\d+[.)])\s/u.test(next) || /\n[^\S\n]*\n\s*$/u.test(before)) return false;
  if (/^[^\S\n]*\n/u.test(after)) return false;
  const line = before.trimEnd().split('\n').at(-1) ?? '';
  const hasPunctuation = /[.!?:;。！？：；।؟…]["'”’)\]]*$/u.test(line);
  if (hasPunctuation) return endsWithAbbreviation(before, next, language);
  return /^\p{Ll}/u.test(next) || line.length >= WRAPPED_LINE_CHARACTERS;
}

function isInsideSentence(before: string, after: string, language: string): boolean {
  // Inside a web address: "a.b?c".
  if (/[.?!]$/u.test(before) && /^[\p{L}\p{N}]/u.test(after)) return true;
  // '"Yes!" she said.' goes on; "Wow! iPhones" does not.
  if (/^\p{Ll}/u.test(after)) return !/[!?。！？]\s*$/u.test(before);
  return endsWithAbbreviation(before, after, language);
}

/** Blank lines belong to the sentence before them; blank lines at the beginning to the first sentence. */
function joinBlank(sentences: readonly Sentence[], text: string): Sentence[] {
  const joined: Sentence[] = [];
  let pendingStart: number | undefined;
  for (const sentence of sentences) {
    const previous = joined.at(-1);
    if (text.slice(sentence.start, sentence.end).trim() !== '') {
      joined.push({ ...sentence, start: pendingStart ?? sentence.start });
      pendingStart = undefined;
    } else if (previous === undefined) pendingStart ??= sentence.start;
    else joined[joined.length - 1] = { ...previous, end: sentence.end };
  }
  if (joined.length === 0 && text.length > 0) joined.push({ start: 0, end: text.length, endsParagraph: false });
  return joined;
}

function markParagraphs(sentences: readonly Sentence[], text: string): Sentence[] {
  return sentences.map((sentence, index) => ({
    ...sentence,
    endsParagraph:
      index === sentences.length - 1 ||
      /\n[^\S\n]*\n\s*$|[\u2029]\s*$/u.test(text.slice(sentence.start, sentence.end).replaceAll(/\r\n?/g, '\n')),
  }));
}
