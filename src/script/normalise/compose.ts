import type { FoldedText } from './fold.ts';
import type { Reading } from './speech-rule.ts';

/** Maps a stretch of spoken text to the stretch of the source that it stands for. UTF-16 offsets, half-open. */
export type Span = {
  readonly spokenStart: number;
  readonly spokenEnd: number;
  readonly sourceStart: number;
  readonly sourceEnd: number;
};

/** Words and the punctuation that shapes their melody, with spans for every word. Spans are in order and do not overlap. */
export type NormalisedText = { readonly text: string; readonly spans: readonly Span[] };

export type ComposeOptions = {
  /** Chinese, Japanese, Thai: a space appears only where the writer put one. */
  readonly writtenWithoutSpaces: boolean;
  readonly attachesEndings: boolean;
  /** What stands for a paragraph end that has no punctuation. */
  readonly sentenceStop: string;
  /** False when the language has no rules for numbers: digits and what is attached to them stay for the voice to read. */
  readonly digitsAreRead: boolean;
};

const WORD = String.raw`[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}\u200C\u200D]|['·・\-](?=[\p{L}\p{M}\p{N}]))*`;
const TOKEN_PATTERN = String.raw`(?<word>${WORD})|(?<space>\s+)|(?<dots>\.{2,})|(?<other>.)`;
const UNREAD_NUMBER = String.raw`(?<number>[\p{Sc}\-+#]?\p{N}(?:[^\s\p{Ps}\p{Pe}\p{Pi}\p{Pf}"]*[\p{L}\p{M}\p{N}\p{Sc}%°])?)|`;

const STRENGTH: Readonly<Record<string, number>> = {
  ',': 1,
  '،': 1,
  '、': 1,
  '，': 1,
  ';': 2,
  '؛': 2,
  '；': 2,
  ':': 2,
  '：': 2,
  '...': 3,
  '.': 4,
  '。': 4,
  '।': 4,
  '!': 5,
  '！': 5,
  '?': 6,
  '؟': 6,
  '？': 6,
};

const WESTERN_FORMS: Readonly<Record<string, string>> = {
  '。': '.',
  '．': '.',
  '、': ',',
  '，': ',',
  '；': ';',
  '：': ':',
  '！': '!',
  '？': '?',
};

/**
 * Puts the readings and the untouched words of the folded text together. Whitespace becomes one space, dashes and
 * brackets become commas (a short pause in every voice), symbols that nobody says are left out.
 */
export function composeSpeech(
  folded: FoldedText,
  readings: readonly Reading[],
  options: ComposeOptions,
): NormalisedText {
  const writer = new SpeechWriter(folded, options);
  let position = 0;
  for (const reading of readings) {
    writer.copy(position, reading.start);
    writer.read(reading);
    position = reading.end;
  }
  writer.copy(position, folded.text.length);
  return writer.finish();
}

class SpeechWriter {
  readonly #folded: FoldedText;
  readonly #options: ComposeOptions;
  readonly #token: RegExp;
  readonly #spans: Span[] = [];
  #text = '';
  #separated = false;
  #opening = '';

  constructor(folded: FoldedText, options: ComposeOptions) {
    this.#folded = folded;
    this.#options = options;
    this.#token = new RegExp((options.digitsAreRead ? '' : UNREAD_NUMBER) + TOKEN_PATTERN, 'gsu');
  }

  read(reading: Reading): void {
    this.#say(reading.spoken, reading.start, reading.end, false);
  }

  #say(spoken: string, start: number, end: number, isEnding: boolean): void {
    const words = spoken.trim();
    if (words === '') {
      this.#separated = true;
      return;
    }
    const { writtenWithoutSpaces, attachesEndings } = this.#options;
    const joins = this.#text === '' || ((writtenWithoutSpaces || (attachesEndings && isEnding)) && !this.#separated);
    if (!joins) this.#text += ' ';
    this.#text += this.#opening;
    const spokenStart = this.#text.length;
    this.#text += words;
    this.#opening = '';
    this.#separated = false;
    const written = this.#folded.text.slice(start, end);
    const first = start + written.length - written.trimStart().length;
    const last = start + written.trimEnd().length - 1;
    this.#addSpan(spokenStart, this.#folded.sourceStarts[first] ?? 0, this.#folded.sourceEnds[last] ?? 0);
  }

  /** One source character may have become several spoken words (a ligature, "½"); they then share one span. */
  #addSpan(spokenStart: number, sourceStart: number, sourceEnd: number): void {
    const last = this.#spans.at(-1);
    const spokenEnd = this.#text.length;
    if (last !== undefined && sourceStart < last.sourceEnd) {
      this.#spans[this.#spans.length - 1] = { ...last, spokenEnd, sourceEnd: Math.max(sourceEnd, last.sourceEnd) };
    } else {
      this.#spans.push({ spokenStart, spokenEnd, sourceStart, sourceEnd });
    }
  }

  copy(start: number, end: number): void {
    if (start >= end) return;
    const gap = this.#folded.text.slice(start, end);
    for (const match of gap.matchAll(this.#token)) {
      const token = match[0];
      const at = start + match.index;
      const groups = match.groups ?? {};
      if (groups['word'] !== undefined || groups['number'] !== undefined) this.#say(token, at, at + token.length, true);
      else if (groups['space'] !== undefined) this.#space(token, at + token.length);
      else if (groups['dots'] !== undefined) this.#punctuate('...');
      else this.#mark(token, at);
    }
  }

  finish(): NormalisedText {
    // A pause that nothing follows is not a pause, and a comma at the end would leave the voice hanging.
    const text = this.#text.replace(/[,،、，]$/u, '');
    return { text, spans: this.#spans };
  }

  #space(token: string, end: number): void {
    this.#separated = true;
    const newlines = token.split('\n').length - 1;
    if (newlines === 0) return;
    const startsListItem = /^(?:[-*•–]|\d+[.)])\s/u.test(this.#folded.text.slice(end, end + 6));
    if (newlines > 1 || startsListItem) this.#punctuate(this.#options.sentenceStop, true);
  }

  #mark(token: string, at: number): void {
    const before = this.#folded.text[at - 1] ?? '';
    const after = this.#folded.text[at + token.length] ?? '';
    if (token === "'" && this.#options.attachesEndings) return;
    if (/[¿¡]/u.test(token)) {
      this.#opening += token;
      this.#separated = true;
    } else if (/[-–—~〜]/u.test(token)) {
      const isPause =
        token === '—' ||
        before === '-' ||
        ((before === '' || /\s/u.test(before)) && (after === '' || /\s/u.test(after)));
      if (isPause) this.#punctuate(this.#comma());
      this.#separated = true;
    } else if (/[(（[【]/u.test(token)) {
      if (before === '' || /\s/u.test(before) || token === '（') this.#punctuate(this.#comma());
      this.#separated = true;
    } else if (/[)）\]】]/u.test(token)) {
      if (/[\s\p{L}]/u.test(after)) this.#punctuate(this.#comma());
      this.#separated = true;
    } else if (/\p{Terminal_Punctuation}/u.test(token)) {
      const western = WESTERN_FORMS[token];
      this.#punctuate(western !== undefined && !this.#options.writtenWithoutSpaces ? western : token);
    } else {
      this.#separated = true;
    }
  }

  #comma(): string {
    return this.#options.sentenceStop === '。' ? '，' : ',';
  }

  /** Attaches a mark to the last word; of several marks the strongest stays. */
  #punctuate(mark: string, onlyIfNone = false): void {
    if (!this.#options.writtenWithoutSpaces) this.#separated = true;
    if (this.#text === '') return;
    const existing = /(?:\.{3}|\p{Terminal_Punctuation})$/u.exec(this.#text)?.[0];
    if (existing === undefined) {
      this.#text += mark;
      return;
    }
    const isStronger = strength(mark) > strength(existing);
    const needsStop = onlyIfNone && strength(existing) >= 3;
    if (isStronger && !needsStop) this.#text = this.#text.slice(0, -existing.length) + mark;
  }
}

function strength(mark: string): number {
  return STRENGTH[mark] ?? 4;
}
