import { captionLineText, type CaptionGroup, type GroupableWord } from './caption-groups.ts';

/** A SubRip file (.srt): numbered cues, comma before the milliseconds, one blank line between cues. UTF-8, LF. */
export function toSubRip(words: readonly GroupableWord[], groups: readonly CaptionGroup[]): string {
  return cuesOf(words, groups)
    .map(
      (cue, index) =>
        `${index + 1}\n${stamp(cue.startMilliseconds, ',')} --> ${stamp(cue.endMilliseconds, ',')}\n${cue.lines.map(plainLine).join('\n')}\n`,
    )
    .join('\n');
}

/** A WebVTT file (.vtt). `&`, `<` and `>` are escaped, so no text can end a cue or open a tag. UTF-8, LF. */
export function toWebVtt(words: readonly GroupableWord[], groups: readonly CaptionGroup[]): string {
  const cues = cuesOf(words, groups).map(
    (cue) =>
      `${stamp(cue.startMilliseconds, '.')} --> ${stamp(cue.endMilliseconds, '.')}\n${cue.lines.map((line) => escapeVtt(plainLine(line))).join('\n')}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}

type Cue = { readonly startMilliseconds: number; readonly endMilliseconds: number; readonly lines: readonly string[] };

function cuesOf(words: readonly GroupableWord[], groups: readonly CaptionGroup[]): Cue[] {
  let clock = 0;
  return groups.map((group) => {
    // Rounding must neither let two cues overlap nor leave one without any time: players reject both.
    const startMilliseconds = Math.max(clock, Math.round(group.startSeconds * 1000));
    const endMilliseconds = Math.max(startMilliseconds + 1, Math.round(group.endSeconds * 1000));
    clock = endMilliseconds;
    return { startMilliseconds, endMilliseconds, lines: group.lines.map((line) => captionLineText(words, line)) };
  });
}

function stamp(milliseconds: number, separator: ',' | '.'): string {
  const part = (value: number, length: number) => String(value).padStart(length, '0');
  const seconds = Math.floor(milliseconds / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((value) => part(value, 2))
    .join(':');
  return `${clock}${separator}${part(milliseconds % 1000, 3)}`;
}

/** A line break or control character inside a line would end the cue. */
function plainLine(line: string): string {
  const plain = line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').toWellFormed();
  // SubRip has no escapes; a lone arrow in the text must not look like a time line.
  return plain.replaceAll('-->', '—>').trim() === '' ? '\u00A0' : plain.replaceAll('-->', '—>');
}

function escapeVtt(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
