import { easeInOut } from './easing.ts';
import type { MouthShape } from './phoneme-to-viseme.ts';
import type { TimedShape } from './timed-shapes.ts';

/** One touch of the lips (p b m) or of lip and teeth (f v), in seconds of the speech. */
export type LipContactSpan = {
  readonly closeStartSeconds: number;
  readonly holdStartSeconds: number;
  readonly holdEndSeconds: number;
  readonly openEndSeconds: number;
  /** When the jaw, which is heavier than the lips, has dropped after them. */
  readonly jawEndSeconds: number;
};

/** Lips meet slowly and part fast: the burst opens them. Tweens of 40 ms and more read as motion at 30 frames a second. */
const CLOSE_SECONDS = 0.07;
const OPEN_SECONDS = 0.045;
const JAW_SECONDS = 0.085;
const FASTEST_MOVE_SECONDS = 0.022;
/** Two frames at 30 frames a second, and a little more so that both are hit at every phase. */
const WANTED_HOLD_SECONDS = 0.068;
/** One frame at 24 frames a second is 41.7 ms; any sampling at 24 frames a second or more hits a hold of this length. */
const SHORTEST_HOLD_SECONDS = 0.043;
/**
 * Lips look closed a little before they are: the last of the move is too small to see. A contact that lasts long enough is
 * complete this much after the onset of its sound, and so looks closed just before it.
 */
const UNSEEN_CLOSE_SECONDS = 0.01;
/** What a contact may take from the sounds beside it to be long enough to be seen. */
const SHARE_OF_PREVIOUS = 0.35;
const SHARE_OF_NEXT = 0.25;
/** Of what a short contact lacks, this much is taken from the sound before it. */
const TAKEN_BEFORE = 0.6;
/** Lips that would part for less than this stay together (two m in a row, or a swallowed vowel). */
const SHORTEST_PARTING_SECONDS = 0.03;
/** A contact counts as on time within one frame at 30 frames a second of its sound. */
const TOLERANCE_SECONDS = 1 / 30;

/**
 * Every contact of one kind as a hold during which it is complete, with the moves that lead in and out. A hold is never
 * shorter than SHORTEST_HOLD_SECONDS, and at least that much of it, shown `leadSeconds` early, lies within one frame of its
 * sound and inside [0, durationSeconds].
 */
export function planLipContacts(
  shapes: readonly TimedShape[],
  contact: Exclude<MouthShape['contact'], 'none'>,
  options: { readonly leadSeconds: number; readonly durationSeconds: number },
): LipContactSpan[] {
  const spans: LipContactSpan[] = [];
  shapes.forEach((timed, index) => {
    if (timed.shape.contact !== contact) return;
    const span = spanOf(timed, shapes[index - 1], shapes[index + 1], options);
    const previous = spans.at(-1);
    if (previous !== undefined && span.holdStartSeconds - previous.holdEndSeconds < SHORTEST_PARTING_SECONDS) {
      spans[spans.length - 1] = {
        ...previous,
        holdEndSeconds: Math.max(previous.holdEndSeconds, span.holdEndSeconds),
        openEndSeconds: Math.max(previous.openEndSeconds, span.openEndSeconds),
        jawEndSeconds: Math.max(previous.jawEndSeconds, span.jawEndSeconds),
      };
    } else spans.push(span);
  });
  return spans;
}

/** How complete the contact is, 0..1, and exactly 1 during the whole hold. */
export function contactAmount(span: LipContactSpan, seconds: number): number {
  if (seconds < span.holdStartSeconds) {
    return closing((seconds - span.closeStartSeconds) / (span.holdStartSeconds - span.closeStartSeconds));
  }
  if (seconds <= span.holdEndSeconds) return 1;
  return closing((span.openEndSeconds - seconds) / (span.openEndSeconds - span.holdEndSeconds));
}

/** How much the contact keeps the jaw from dropping, 0..1; like the lips on the way in, slower on the way out. */
export function jawRestraint(span: LipContactSpan, seconds: number): number {
  if (seconds <= span.holdEndSeconds) return contactAmount(span, seconds);
  return easeInOut((span.jawEndSeconds - seconds) / (span.jawEndSeconds - span.holdEndSeconds));
}

/** Lips set off gently, and meet and part at full speed: they collide, and the burst throws them apart. */
function closing(position: number): number {
  return 1 - Math.cos((Math.PI / 2) * Math.min(1, Math.max(0, position)));
}

function spanOf(
  timed: TimedShape,
  previous: TimedShape | undefined,
  next: TimedShape | undefined,
  { leadSeconds, durationSeconds }: { readonly leadSeconds: number; readonly durationSeconds: number },
): LipContactSpan {
  const { startSeconds, endSeconds, shape } = timed;
  const touchEndSeconds = startSeconds + shape.contactShare * (endSeconds - startSeconds);
  const wanted = shape.contact === 'lips' ? WANTED_HOLD_SECONDS : SHORTEST_HOLD_SECONDS;
  const spare = touchEndSeconds - startSeconds - wanted;
  const late = Math.min(UNSEEN_CLOSE_SECONDS, Math.max(0, spare));
  const missing = Math.max(0, -spare);
  const spareBefore = Math.min(missing, availableSeconds(previous, SHARE_OF_PREVIOUS, missing));
  const spareAfter = Math.min(missing, endSeconds - touchEndSeconds + availableSeconds(next, SHARE_OF_NEXT, missing));
  const before = Math.min(spareBefore, Math.max(TAKEN_BEFORE * missing, missing - spareAfter));
  const after = Math.min(spareAfter, missing - before);
  let holdStartSeconds = startSeconds + late - before;
  let holdEndSeconds = touchEndSeconds + after;

  const stillMissing = SHORTEST_HOLD_SECONDS - (holdEndSeconds - holdStartSeconds);
  if (stillMissing > 0) {
    holdStartSeconds -= stillMissing / 2;
    holdEndSeconds += stillMissing / 2;
  }
  const firstUsefulSeconds = Math.max(0, startSeconds - TOLERANCE_SECONDS);
  holdEndSeconds = Math.max(holdEndSeconds, firstUsefulSeconds + leadSeconds + SHORTEST_HOLD_SECONDS);
  const lastUsefulSeconds = Math.min(durationSeconds, endSeconds + TOLERANCE_SECONDS);
  holdStartSeconds = Math.min(
    holdStartSeconds,
    lastUsefulSeconds + leadSeconds - SHORTEST_HOLD_SECONDS,
    holdEndSeconds - SHORTEST_HOLD_SECONDS,
  );
  return {
    closeStartSeconds: holdStartSeconds - moveSeconds(CLOSE_SECONDS, previous),
    holdStartSeconds,
    holdEndSeconds,
    openEndSeconds: holdEndSeconds + moveSeconds(OPEN_SECONDS, next),
    jawEndSeconds: holdEndSeconds + JAW_SECONDS,
  };
}

/** What a neighbour can spare. A pause spares anything; another contact of either kind is not shortened by more than a fifth. */
function availableSeconds(neighbour: TimedShape | undefined, share: number, wanted: number): number {
  if (neighbour === undefined || neighbour.shape.kind === 'pause') return wanted;
  const length = neighbour.endSeconds - neighbour.startSeconds;
  return length * (neighbour.shape.contact === 'none' ? share : Math.min(share, 0.2));
}

/** Moves are quicker beside short sounds, so that these are still seen. */
function moveSeconds(unhurriedSeconds: number, neighbour: TimedShape | undefined): number {
  if (neighbour === undefined || neighbour.shape.kind === 'pause') return unhurriedSeconds;
  const share = neighbour.shape.contact === 'none' ? 0.6 : 0.3;
  const length = neighbour.endSeconds - neighbour.startSeconds;
  return Math.min(unhurriedSeconds, Math.max(FASTEST_MOVE_SECONDS, share * length));
}
