/** A word of a text as it is written. `start` and `end` are UTF-16 offsets into the text. */
export type WordSpan = { readonly text: string; readonly start: number; readonly end: number };

/**
 * The words of a text in order, by the Unicode rules for the language: `isn't` is one word, `well-known` two, and
 * Chinese, Japanese and Thai are divided into words although they are written without spaces.
 */
export function wordSpans(text: string, language: string): WordSpan[] {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  const spans: WordSpan[] = [];
  for (const segment of segmenter.segment(text)) {
    if (segment.isWordLike === true) {
      spans.push({ text: segment.segment, start: segment.index, end: segment.index + segment.segment.length });
    }
  }
  return spans;
}
