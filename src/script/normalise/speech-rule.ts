/**
 * A stretch of a match and the words it is read as. `end` counts UTF-16 units from the start of the match; what follows
 * the last part is left for other rules.
 */
export type SpokenPart = { readonly spoken: string; readonly end: number };

/**
 * One way in which written text differs from the words that are said. `pattern` has the flags `g` and `u` (or `v`) and
 * runs over folded text. `speak` gives the words for a match, `''` for something that is not said, or undefined when on a
 * closer look the rule does not apply.
 */
export type SpeechRule = {
  readonly name: string;
  readonly pattern: RegExp;
  readonly speak: (match: RegExpExecArray, text: string) => string | readonly SpokenPart[] | undefined;
};

/** A range of folded text, half-open, and the words it is read as. */
export type Reading = { readonly start: number; readonly end: number; readonly spoken: string };

/**
 * Applies the rules in order of priority: what an earlier rule has read is not offered to a later one. The result is
 * sorted and free of overlaps.
 */
export function readWithRules(text: string, rules: readonly SpeechRule[]): Reading[] {
  const taken = new Uint8Array(text.length);
  const readings: Reading[] = [];
  for (const rule of rules) {
    rule.pattern.lastIndex = 0;
    for (let match = rule.pattern.exec(text); match !== null; match = rule.pattern.exec(text)) {
      const start = match.index;
      const end = start + match[0].length;
      if (end === start) {
        rule.pattern.lastIndex += 1;
        continue;
      }
      const obstacle = firstTaken(taken, start, end);
      if (obstacle >= 0) {
        // The rest of the match may still hold something for this rule, for example the second of two amounts.
        rule.pattern.lastIndex = obstacle + 1;
        continue;
      }
      const spoken = rule.speak(match, text);
      if (spoken === undefined) {
        rule.pattern.lastIndex = nextStart(match);
        continue;
      }
      const parts = typeof spoken === 'string' ? [{ spoken, end: end - start }] : spoken;
      const readEnd = start + (parts.at(-1)?.end ?? 0);
      taken.fill(1, start, readEnd);
      readings.push(...partsAsReadings(parts, start));
      rule.pattern.lastIndex = Math.max(readEnd, start + 1);
    }
  }
  return readings.sort((a, b) => a.start - b.start);
}

function firstTaken(taken: Uint8Array, start: number, end: number): number {
  for (let index = start; index < end; index += 1) if (taken[index] === 1) return index;
  return -1;
}

function nextStart(match: RegExpExecArray): number {
  return match.index + Math.max(1, match[0].length);
}

function partsAsReadings(parts: readonly SpokenPart[], offset: number): Reading[] {
  let start = offset;
  return parts.map((part) => {
    const reading = { start, end: offset + part.end, spoken: part.spoken };
    start = reading.end;
    return reading;
  });
}
