import { createRandomSequence } from './noise.ts';
import { createPulseTrack, type Pulse } from './pulses.ts';
import type { Span } from './speech-rhythm.ts';

/** Rest between two blinks; a double blink counts as one. */
export const SHORTEST_BLINK_INTERVAL_SECONDS = 2;
export const LONGEST_BLINK_INTERVAL_SECONDS = 6;
const PHRASE_END_SHARE = 0.75;
const DOUBLE_SHARE = 0.12;
/** Lids fall faster than they rise; together 120-180 ms. The closed time spans one frame at 30 frames a second. */
const CLOSING_SECONDS = [0.042, 0.052] as const;
const CLOSED_SECONDS = [0.034, 0.042] as const;
const OPENING_SECONDS = [0.06, 0.084] as const;
/** Blinks are laid out this far beyond both ends of the speech. */
const MARGIN_SECONDS = 20;

/** The blinks of a performance in order, each with its moments; at phrase ends where one is due, sometimes double. */
export function planBlinks(phrases: readonly Span[], durationSeconds: number, seed: number, stream: number): Pulse[] {
  const random = createRandomSequence(seed, stream);
  const blinks: Pulse[] = [];
  let lastSeconds = -MARGIN_SECONDS;
  while (lastSeconds < durationSeconds + MARGIN_SECONDS) {
    const earliest = lastSeconds + SHORTEST_BLINK_INTERVAL_SECONDS;
    const latest = lastSeconds + LONGEST_BLINK_INTERVAL_SECONDS - 0.3;
    // The square leans towards short intervals, whose mean of 3.3 s is that of people who talk.
    const due = earliest + (latest - earliest) * random() ** 2;
    const delay = 0.02 + 0.1 * random();
    const wantsPhraseEnd = random() < PHRASE_END_SHARE;
    const phraseEnd = phrases.find(
      (phrase) => phrase.endSeconds + delay >= earliest && phrase.endSeconds < latest - 0.1,
    );
    const startSeconds = wantsPhraseEnd && phraseEnd !== undefined ? phraseEnd.endSeconds + delay : due;
    blinks.push(blinkAt(startSeconds, random));
    if (random() < DOUBLE_SHARE) blinks.push(blinkAt(startSeconds + 0.24 + 0.06 * random(), random));
    lastSeconds = startSeconds;
  }
  return blinks;
}

/** How far the lids are closed, 0..1, for each eye. The left lid is a few milliseconds late: no face is a mirror. */
export function createBlinks(
  phrases: readonly Span[],
  durationSeconds: number,
  seed: number,
  stream: number,
): (timeSeconds: number) => { readonly left: number; readonly right: number } {
  const lids = createPulseTrack(planBlinks(phrases, durationSeconds, seed, stream));
  return (timeSeconds) => ({ left: lids(timeSeconds - 0.004), right: lids(timeSeconds) });
}

function blinkAt(startSeconds: number, random: () => number): Pulse {
  const between = ([least, most]: readonly [number, number]): number => least + (most - least) * random();
  const peakSeconds = startSeconds + between(CLOSING_SECONDS);
  const heldUntilSeconds = peakSeconds + between(CLOSED_SECONDS);
  return {
    startSeconds,
    peakSeconds,
    heldUntilSeconds,
    endSeconds: heldUntilSeconds + between(OPENING_SECONDS),
    amount: 1,
  };
}
