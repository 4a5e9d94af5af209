import type { CaptionGroup, CaptionWord } from './brief.ts';
import { easeIn, easeOut, progress } from './timeline.ts';

/** What the captions show at one moment. */
export type CaptionMoment = {
  readonly groupIndex: number;
  /** The word being spoken, or the last one that was; undefined before the group's first word. */
  readonly activeWord: number | undefined;
  /** 0..1; how far the pill has grown around the word. */
  readonly pillGrown: number;
  readonly opacity: number;
  /** Of the pill and the word on it: they are there at once when a group takes another's place. */
  readonly pillOpacity: number;
  /** 1 .. 0: how far the group is still below its place. */
  readonly rise: number;
};

const ENTER_SECONDS = 0.13;
const EXIT_SECONDS = 0.15;
const PILL_GROW_SECONDS = 0.1;
/** A shorter silence between groups keeps the earlier one on screen: an empty moment would flicker. */
const LONGEST_HELD_GAP_SECONDS = 0.6;
/** A group that takes another's place starts half visible, so that the line never goes dark between them. */
const REPLACING_OPACITY = 0.5;
/** Frame times and onsets come from different sums; this much apart they mean the same moment. */
const SAME_MOMENT_SECONDS = 1e-6;

/** What is on screen at `timeSeconds`, or undefined for nothing. A word is highlighted from its onset, never before. */
export function captionMoment(
  groups: readonly CaptionGroup[],
  words: readonly CaptionWord[],
  timeSeconds: number,
  frameDurationSeconds: number,
): CaptionMoment | undefined {
  const now = timeSeconds + SAME_MOMENT_SECONDS;
  const groupIndex = lastStarted(groups, now);
  const group = groups[groupIndex];
  if (group === undefined) return undefined;
  const previous = groups[groupIndex - 1];
  const next = groups[groupIndex + 1];
  const replaces = previous !== undefined && isHeldUntil(previous, group);
  const heldByNext = next !== undefined && isHeldUntil(group, next);
  const left = heldByNext ? 0 : progress(now, group.endSeconds, EXIT_SECONDS);
  if (left >= 1) return undefined;
  // The first frame already shows something: an entrance starts one frame before it.
  const entered = easeOut(progress(now + frameDurationSeconds, group.startSeconds, ENTER_SECONDS));
  const activeWord = activeWordOf(group, words, now);
  const onset = activeWord === undefined ? 0 : (words[activeWord]?.startSeconds ?? 0);
  const leaving = 1 - easeIn(left);
  return {
    groupIndex,
    activeWord,
    pillGrown: easeOut(progress(now + frameDurationSeconds, onset, PILL_GROW_SECONDS)),
    opacity: (replaces ? REPLACING_OPACITY + (1 - REPLACING_OPACITY) * entered : entered) * leaving,
    pillOpacity: (replaces ? 1 : entered) * leaving,
    rise: replaces ? 0 : 1 - entered,
  };
}

function isHeldUntil(group: CaptionGroup, next: CaptionGroup): boolean {
  return next.startSeconds - group.endSeconds <= LONGEST_HELD_GAP_SECONDS;
}

function activeWordOf(group: CaptionGroup, words: readonly CaptionWord[], now: number): number | undefined {
  let active: number | undefined;
  for (const line of group.lines) {
    for (let index = line.firstWord; index <= line.lastWord; index++) {
      const word = words[index];
      if (word !== undefined && word.startSeconds <= now) active = index;
    }
  }
  return active;
}

/** Index of the last group that has started, or -1. */
function lastStarted(groups: readonly CaptionGroup[], now: number): number {
  let low = 0;
  let high = groups.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((groups[middle]?.startSeconds ?? Infinity) <= now) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
