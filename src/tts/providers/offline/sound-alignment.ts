/** A sound that a word has when spoken alone. `wordIndex` never decreases along a list. */
export type ExpectedSound = { readonly symbol: string; readonly wordIndex: number };

export type SoundKind = 'vowel' | 'consonant' | 'pause';

/** A sound added or lost in connected speech ("and" without its d). */
const GAP_COST = 0.7;
/** A vowel reduced to another ("a" as ey or ax), and a consonant changed by its neighbour. */
const VOWEL_CHANGE_COST = 0.4;
const CONSONANT_CHANGE_COST = 0.8;
/** Never cheaper than dropping one sound and adding the other. */
const KIND_CHANGE_COST = 2 * GAP_COST;
/** Pauses fall between words; one inside a word means that the words were matched wrongly. */
const PAUSE_INSIDE_WORD_COST = 2;

const MATCH = 0;
const HEARD_ONLY = 1;
const EXPECTED_ONLY = 2;

/**
 * Which expected sound each heard sound is, by the cheapest edit. The result has one entry per heard sound: an index into
 * `expected`, or -1 for a pause or a sound that no word has when spoken alone.
 */
export function matchSounds(
  heard: readonly string[],
  expected: readonly ExpectedSound[],
  kindOf: (symbol: string) => SoundKind,
): number[] {
  const width = expected.length + 1;
  const moves = new Uint8Array((heard.length + 1) * width);
  let above = new Float64Array(width);
  for (let column = 1; column < width; column++) {
    above[column] = column * GAP_COST;
    moves[column] = EXPECTED_ONLY;
  }
  const expectedKinds = expected.map((sound) => kindOf(sound.symbol));
  for (const [row, symbol] of heard.entries()) {
    const kind = kindOf(symbol);
    const current = new Float64Array(width);
    for (let column = 0; column < width; column++) {
      let best = (above[column] as number) + (kind === 'pause' ? pauseCost(expected, column) : GAP_COST);
      let move = HEARD_ONLY;
      if (column > 0) {
        const wanted = expected[column - 1] as ExpectedSound;
        const changed =
          (above[column - 1] as number) +
          changeCost(symbol, kind, wanted.symbol, expectedKinds[column - 1] as SoundKind);
        if (changed <= best) {
          best = changed;
          move = MATCH;
        }
        const dropped = (current[column - 1] as number) + GAP_COST;
        if (dropped < best) {
          best = dropped;
          move = EXPECTED_ONLY;
        }
      }
      current[column] = best;
      moves[(row + 1) * width + column] = move;
    }
    above = current;
  }
  return traceBack(moves, heard.length, expected.length);
}

function traceBack(moves: Uint8Array, heardCount: number, expectedCount: number): number[] {
  const matches = new Array<number>(heardCount).fill(-1);
  let row = heardCount;
  let column = expectedCount;
  while (row > 0) {
    const move = moves[row * (expectedCount + 1) + column];
    if (move === MATCH) {
      row--;
      column--;
      matches[row] = column;
    } else if (move === EXPECTED_ONLY) column--;
    else row--;
  }
  return matches;
}

function pauseCost(expected: readonly ExpectedSound[], column: number): number {
  const inside = expected[column - 1]?.wordIndex === expected[column]?.wordIndex && column > 0;
  return inside ? PAUSE_INSIDE_WORD_COST : 0;
}

function changeCost(heard: string, heardKind: SoundKind, expected: string, expectedKind: SoundKind): number {
  if (heardKind === 'pause' || expectedKind === 'pause') return Infinity;
  if (heard === expected) return 0;
  if (heardKind !== expectedKind) return KIND_CHANGE_COST;
  return heardKind === 'vowel' ? VOWEL_CHANGE_COST : CONSONANT_CHANGE_COST;
}

/**
 * The word of every heard sound, from its match: a sound without one belongs to the word before it, the first of all to the
 * first word; -1 for pauses.
 */
export function wordsOfSounds(
  heard: readonly string[],
  matches: readonly number[],
  expected: readonly ExpectedSound[],
  kindOf: (symbol: string) => SoundKind,
): number[] {
  const words = new Array<number>(heard.length).fill(-1);
  let current = -1;
  let afterPause = true;
  for (const [index, symbol] of heard.entries()) {
    if (kindOf(symbol) === 'pause') {
      afterPause = true;
      continue;
    }
    const match = matches[index] as number;
    if (match >= 0) current = (expected[match] as ExpectedSound).wordIndex;
    else if (afterPause || current < 0) current = nextWord(index, matches, expected) ?? Math.max(current, 0);
    words[index] = current;
    afterPause = false;
  }
  return words;
}

function nextWord(from: number, matches: readonly number[], expected: readonly ExpectedSound[]): number | undefined {
  const match = matches.find((candidate, index) => index > from && candidate >= 0);
  return match === undefined ? undefined : (expected[match] as ExpectedSound).wordIndex;
}
