/** A stretch of text that is formatting, not content. UTF-16 offsets, half-open. */
export type MarkupRange = { readonly start: number; readonly end: number };

const MARKUP_PATTERNS: readonly RegExp[] = [
  // Code fences, headings, quotes and list bullets at the start of a line.
  /^[ \t]*(?:```[^\n]*|#{1,6}(?=[ \t])|>+(?=[ \t])|[-*+•](?=[ \t]+\S)|[-*_]{3,}[ \t]*$)/gmu,
  // The frame of a link or an image: [text](address), ![text](address).
  /!?\[(?=[^\]\n]{1,200}\]\([^\s()]{1,2000}\))/gu,
  /(?<=\[[^\]\n]{1,200})\]\([^\s()]{1,2000}\)/gu,
  // Emphasis and code that opens and closes: **bold**, __bold__, *italic*, _italic_, ~~struck~~, `code`.
  /(?<![\p{L}\p{N}*])\*{1,3}(?=[^\s*][^*\n]{0,300}\*)|(?<=\*[^*\n]{0,300}[^\s*])\*{1,3}(?![\p{L}\p{N}*])/gu,
  /(?<![\p{L}\p{N}_])_{1,3}(?=[^\s_][^_\n]{0,300}_)|(?<=_[^_\n]{0,300}[^\s_])_{1,3}(?![\p{L}\p{N}_])/gu,
  /~~(?=\S[^~\n]{0,300}~~)|(?<=~~[^~\n]{0,300}\S)~~/gu,
  /`{1,3}(?=[^`\n]{1,300}`)|(?<=`[^`\n]{1,300})`{1,3}/gu,
  // Simple HTML tags.
  /<\/?[a-z][a-z0-9]{0,15}(?:\s[^<>\n]{0,200})?\/?>/giu,
];

/** Finds leftovers of Markdown and HTML that a script may carry. Sorted, no overlaps. */
export function findMarkup(text: string): MarkupRange[] {
  const ranges: MarkupRange[] = [];
  for (const pattern of MARKUP_PATTERNS) {
    for (const match of text.matchAll(pattern)) ranges.push({ start: match.index, end: match.index + match[0].length });
  }
  ranges.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return ranges.filter((range) => {
    if (range.start < end) return false;
    end = range.end;
    return true;
  });
}
