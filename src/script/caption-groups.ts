/** What grouping needs to know of a caption word. */
export type GroupableWord = {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly joinsPrevious: boolean;
  readonly endsSentence: boolean;
};

/** Words that stand on one line: indices into the list of words, both ends included. */
export type CaptionLine = { readonly firstWord: number; readonly lastWord: number };

/** Words that are on screen together. Groups are in order, do not overlap in time and hold every word once. */
export type CaptionGroup = {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly lines: readonly CaptionLine[];
};

export type CaptionGroupLimits = {
  /** Latin letters a line can hold; a Chinese, Japanese or Korean character takes the room of two. */
  readonly maximumCharactersPerLine: number;
  readonly maximumLines: number;
};

/** Readable at a glance: broadcasters' 32 to 42 characters, two lines. */
export const DEFAULT_CAPTION_LIMITS: CaptionGroupLimits = { maximumCharactersPerLine: 36, maximumLines: 2 };

/** A shorter group flickers. */
export const MINIMUM_GROUP_SECONDS = 0.9;

/** After the last word a group stays this long if nothing follows, so that a reader can finish. */
const LINGER_SECONDS = 0.6;

/** A silence this long inside a sentence starts a new group: what is not yet said should not yet be shown. */
const LONG_SILENCE_SECONDS = 1.2;

/** Groups caption words into what is shown together, broken where phrases end, lines of even length. */
export function groupCaptionWords(
  words: readonly GroupableWord[],
  limits: CaptionGroupLimits = DEFAULT_CAPTION_LIMITS,
): CaptionGroup[] {
  const measured = words.map((word) => ({ ...word, width: displayWidth(word.text) }));
  const groups: { first: number; end: number }[] = [];
  let first = 0;
  while (first < words.length) {
    const end = groupEnd(measured, first, limits);
    groups.push({ first, end });
    first = end;
  }
  return timed(groups, words).map((group) => ({
    startSeconds: group.startSeconds,
    endSeconds: group.endSeconds,
    lines: breakLines(measured, group.first, group.end, limits),
  }));
}

type MeasuredWord = GroupableWord & { readonly width: number };

/** The room that a text takes on a line: wide characters count two, combining marks and invisible characters nothing. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (/^[\p{Cc}\p{Cf}\p{M}]+$/u.test(segment)) continue;
    width +=
      /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60]/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return width;
}

/** The text of a line, with spaces where the writer had them. */
export function captionLineText(words: readonly GroupableWord[], line: CaptionLine): string {
  return words
    .slice(line.firstWord, line.lastWord + 1)
    .map((word, index) => (index === 0 || word.joinsPrevious ? word.text : ` ${word.text}`))
    .join('');
}

function widthOf(words: readonly MeasuredWord[], first: number, end: number): number {
  let width = 0;
  for (let index = first; index < end; index += 1) {
    const word = words[index];
    if (word !== undefined) width += word.width + (index === first || word.joinsPrevious ? 0 : 1);
  }
  return width;
}

function groupEnd(words: readonly MeasuredWord[], first: number, limits: CaptionGroupLimits): number {
  const startSeconds = words[first]?.startSeconds ?? 0;
  let fits = first + 1;
  while (fits < words.length && lineCount(words, first, fits + 1, limits) <= limits.maximumLines) {
    const before = words[fits - 1];
    const after = words[fits];
    if (before === undefined || after === undefined) break;
    // A group too short to read takes the beginning of the next sentence along.
    if (before.endsSentence && after.startSeconds - startSeconds >= MINIMUM_GROUP_SECONDS) break;
    if (after.startSeconds - before.endSeconds > LONG_SILENCE_SECONDS) break;
    fits += 1;
  }
  if (fits >= words.length || words[fits - 1]?.endsSentence === true) return fits;
  return bestBreak(words, first, fits, limits);
}

/** Breaks the group where a phrase ends; the closer to a full group, the better. */
function bestBreak(words: readonly MeasuredWord[], first: number, fits: number, limits: CaptionGroupLimits): number {
  const room = limits.maximumCharactersPerLine * limits.maximumLines;
  let best = fits;
  let bestScore = -Infinity;
  for (let end = first + 1; end <= fits; end += 1) {
    const fill = widthOf(words, first, end) / room;
    const score = breakQuality(words, end) + fill * 2 - leftover(words, end, limits);
    if (score >= bestScore) {
      bestScore = score;
      best = end;
    }
  }
  return best;
}

/** A last group of one short word would flash by alone. */
function leftover(words: readonly MeasuredWord[], end: number, limits: CaptionGroupLimits): number {
  let last = end;
  while (last < words.length && words[last]?.endsSentence !== true && last - end < 8) last += 1;
  if (last >= words.length || words[last]?.endsSentence !== true) return 0;
  return widthOf(words, end, last + 1) < limits.maximumCharactersPerLine / 3 ? 1 : 0;
}

/** How well a break before word `end` sounds: after punctuation best, after an article or inside a name worst. */
function breakQuality(words: readonly MeasuredWord[], end: number): number {
  const before = words[end - 1]?.text ?? '';
  const after = words[end];
  if (after === undefined) return 3;
  if (words[end - 1]?.endsSentence === true) return 3;
  if (HANGS_ON.test(before) || /^\p{Lu}\.$/u.test(before)) return -1.5;
  if (/[!?。！？…]["'”’)\]]*$/u.test(before)) return 2.5;
  if (/[,;:，、；：،)—–]["'”’]*$/u.test(before)) return 2;
  if (after.joinsPrevious && /[\p{L}\p{N}]$/u.test(before) && /^[\p{Script=Latin}\p{N}]/u.test(after.text)) return -1;
  if (STARTS_PHRASE.test(after.text)) return 1;
  return 0;
}

/** Words that belong to what follows them, in the languages where they are short and frequent. */
const HANGS_ON =
  /^(?:a|an|the|of|to|in|on|at|by|for|with|from|and|or|but|my|your|his|her|its|our|their|this|that|very|mr|mrs|dr|el|la|los|las|un|una|de|del|en|y|que|le|les|des|du|et|der|die|das|ein|eine|und|zu|im|am|il|lo|di|e|o|os|as|um|uma|do|da|w|i|z|na|в|на|и|с|не)\.?$/iu;
const STARTS_PHRASE =
  /^(?:and|or|but|so|because|that|which|who|when|where|while|if|for|with|from|into|to|in|on|at|by|of|than|y|pero|porque|que|con|para|et|mais|parce|avec|pour|und|aber|weil|dass|mit|für|ma|perché|con|per|mas|porque|com|en|maar|omdat|met|i|ale|bo|z|и|но|что|с)$/iu;

function lineCount(words: readonly MeasuredWord[], first: number, end: number, limits: CaptionGroupLimits): number {
  return greedyLines(words, first, end, limits.maximumCharactersPerLine).length;
}

function greedyLines(words: readonly MeasuredWord[], first: number, end: number, maximumWidth: number): CaptionLine[] {
  const lines: CaptionLine[] = [];
  let lineStart = first;
  for (let index = first + 1; index <= end; index += 1) {
    const isFull = index < end && widthOf(words, lineStart, index + 1) > maximumWidth;
    if (index === end || isFull) {
      lines.push({ firstWord: lineStart, lastWord: index - 1 });
      lineStart = index;
    }
  }
  return lines;
}

/** Fewest lines first, then lines of even length that end where phrases end. */
function breakLines(
  words: readonly MeasuredWord[],
  first: number,
  end: number,
  limits: CaptionGroupLimits,
): CaptionLine[] {
  const greedy = greedyLines(words, first, end, limits.maximumCharactersPerLine);
  if (greedy.length !== 2) return greedy;
  let best = greedy;
  let bestCost = Infinity;
  for (let cut = first + 1; cut < end; cut += 1) {
    const top = widthOf(words, first, cut);
    const bottom = widthOf(words, cut, end);
    if (Math.max(top, bottom) > limits.maximumCharactersPerLine) continue;
    const cost = Math.abs(top - bottom) / limits.maximumCharactersPerLine - breakQuality(words, cut) * 0.25;
    if (cost < bestCost) {
      bestCost = cost;
      best = [
        { firstWord: first, lastWord: cut - 1 },
        { firstWord: cut, lastWord: end - 1 },
      ];
    }
  }
  return best;
}

/** A group appears with its first word and stays until shortly after its last one, or until the next appears. */
function timed(
  groups: readonly { first: number; end: number }[],
  words: readonly GroupableWord[],
): { first: number; end: number; startSeconds: number; endSeconds: number }[] {
  return groups.map((group, index) => {
    const startSeconds = words[group.first]?.startSeconds ?? 0;
    const heardUntil = words[group.end - 1]?.endSeconds ?? startSeconds;
    const next = groups[index + 1];
    const nextStart = next === undefined ? Infinity : (words[next.first]?.startSeconds ?? Infinity);
    const wanted = Math.max(heardUntil + LINGER_SECONDS, startSeconds + MINIMUM_GROUP_SECONDS);
    return { ...group, startSeconds, endSeconds: Math.max(heardUntil, Math.min(wanted, nextStart)) };
  });
}
