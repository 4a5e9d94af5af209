/**
 * When things on the page come and go. Durations follow the art direction: entrances 250-400 ms with ease-out, exits
 * 150-200 ms with ease-in.
 */

/** Seconds. Without an exit the thing stays until the end of the video. */
export type Presence = {
  readonly enterSeconds: number;
  readonly enterDurationSeconds: number;
  readonly exit: { readonly startSeconds: number; readonly durationSeconds: number } | undefined;
};

/** `entered` and `left` are eased, 0..1. Undefined while the thing is not on the page at all. */
export type PresenceState = { readonly entered: number; readonly left: number } | undefined;

export type Timeline = {
  readonly title: Presence;
  /** Later lines of the title follow one another by this much. */
  readonly titleLineDelaySeconds: number;
  readonly lowerThird: Presence;
};

const TITLE_ENTER_SECONDS = 0.15;
const LOWER_THIRD_ENTER_SECONDS = 1;
const ENTER_DURATION_SECONDS = 0.36;
const EXIT_DURATION_SECONDS = 0.18;
/** Slow reading, 15 characters a second, after a moment to notice the card. */
const READING_CHARACTERS_PER_SECOND = 15;
const NOTICE_SECONDS = 2;
const SHORTEST_READING_SECONDS = 4;
const LONGEST_READING_SECONDS = 7;
/** A card that would leave this close to the end stays: leaving and ending together looks like a fault. */
const QUIET_END_SECONDS = 1;

/** Plans a video of any length above 0; in short ones everything comes sooner and nothing leaves. */
export function planTimeline(durationSeconds: number, lowerThirdCharacters: number): Timeline {
  const enterDurationSeconds = Math.min(ENTER_DURATION_SECONDS, durationSeconds / 3);
  const titleEnterSeconds = Math.min(TITLE_ENTER_SECONDS, durationSeconds * 0.05);
  const lowerThirdEnterSeconds = Math.min(LOWER_THIRD_ENTER_SECONDS, durationSeconds * 0.2);
  const readingSeconds = Math.min(
    LONGEST_READING_SECONDS,
    Math.max(SHORTEST_READING_SECONDS, NOTICE_SECONDS + lowerThirdCharacters / READING_CHARACTERS_PER_SECOND),
  );
  const exitStartSeconds = lowerThirdEnterSeconds + enterDurationSeconds + readingSeconds;
  const exitFits = exitStartSeconds + EXIT_DURATION_SECONDS + QUIET_END_SECONDS <= durationSeconds;
  return {
    title: { enterSeconds: titleEnterSeconds, enterDurationSeconds, exit: undefined },
    titleLineDelaySeconds: enterDurationSeconds / 4,
    lowerThird: {
      enterSeconds: lowerThirdEnterSeconds,
      enterDurationSeconds,
      exit: exitFits ? { startSeconds: exitStartSeconds, durationSeconds: EXIT_DURATION_SECONDS } : undefined,
    },
  };
}

/** Where a thing is on its way in and out. `delaySeconds` shifts the entrance only. */
export function presenceAt(presence: Presence, timeSeconds: number, delaySeconds = 0): PresenceState {
  const entered = progress(timeSeconds, presence.enterSeconds + delaySeconds, presence.enterDurationSeconds);
  if (entered <= 0) return undefined;
  const left =
    presence.exit === undefined ? 0 : progress(timeSeconds, presence.exit.startSeconds, presence.exit.durationSeconds);
  if (left >= 1) return undefined;
  return { entered: easeOut(entered), left: easeIn(left) };
}

/** 0 before `startSeconds`, 1 after the duration, linear between. A duration of 0 is a cut. */
export function progress(timeSeconds: number, startSeconds: number, durationSeconds: number): number {
  if (timeSeconds <= startSeconds) return 0;
  if (timeSeconds >= startSeconds + durationSeconds) return 1;
  return (timeSeconds - startSeconds) / durationSeconds;
}

/** Cubic: fast, then settling. */
export function easeOut(share: number): number {
  return 1 - (1 - share) ** 3;
}

/** Cubic: slow, then away. */
export function easeIn(share: number): number {
  return share ** 3;
}

/** The moment at which a frame is shown. */
export function frameSeconds(frameIndex: number, frameRate: number): number {
  return frameIndex / frameRate;
}
