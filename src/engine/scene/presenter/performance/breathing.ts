import { createSpanIndex } from '../../../lip-sync/span-index.ts';
import { createRandomSequence } from './noise.ts';
import { minimumJerk } from './pulses.ts';
import type { Span } from './speech-rhythm.ts';

/** One breath: in until `fullSeconds`, then out until the next begins. */
export type Breath = {
  readonly startSeconds: number;
  readonly fullSeconds: number;
  readonly endSeconds: number;
  readonly depth: number;
};

/** 0.2-0.3 breaths a second. */
export const SHORTEST_BREATH_SECONDS = 1 / 0.3;
export const LONGEST_BREATH_SECONDS = 1 / 0.2;
const QUIET_INHALE_SECONDS = 1.2;
/** Speakers catch their breath quickly, and are full just after they begin to speak. */
const SPEECH_INHALE_SECONDS = 0.75;
const FULL_AFTER_ONSET_SECONDS = 0.05;
const MARGIN_SECONDS = 20;

/** Breaths over a performance; whenever a phrase starts at about the right time, the chest is full at its onset. */
export function planBreaths(phrases: readonly Span[], durationSeconds: number, seed: number, stream: number): Breath[] {
  const random = createRandomSequence(seed, stream);
  const onsets = phrases.map((phrase) => phrase.startSeconds + FULL_AFTER_ONSET_SECONDS - SPEECH_INHALE_SECONDS);
  const starts: { startSeconds: number; inhaleSeconds: number; depth: number }[] = [];
  let startSeconds = -MARGIN_SECONDS;
  let inhaleSeconds = QUIET_INHALE_SECONDS;
  while (startSeconds < durationSeconds + MARGIN_SECONDS) {
    starts.push({ startSeconds, inhaleSeconds, depth: 0.8 + 0.2 * random() });
    const earliest = startSeconds + SHORTEST_BREATH_SECONDS;
    const due = earliest + (LONGEST_BREATH_SECONDS - SHORTEST_BREATH_SECONDS) * random();
    const onset = onsets.find(
      (candidate) => candidate >= earliest && candidate <= startSeconds + LONGEST_BREATH_SECONDS,
    );
    startSeconds = onset ?? due;
    inhaleSeconds = onset === undefined ? QUIET_INHALE_SECONDS : SPEECH_INHALE_SECONDS;
  }
  return starts.flatMap((breath, index) => {
    const next = starts[index + 1];
    if (next === undefined) return [];
    const fullSeconds = breath.startSeconds + breath.inhaleSeconds;
    return [{ startSeconds: breath.startSeconds, fullSeconds, endSeconds: next.startSeconds, depth: breath.depth }];
  });
}

/** How full the chest is, 0..1. */
export function createBreathing(
  phrases: readonly Span[],
  durationSeconds: number,
  seed: number,
  stream: number,
): (timeSeconds: number) => number {
  const breaths = planBreaths(phrases, durationSeconds, seed, stream);
  const breathsAt = createSpanIndex(breaths, (breath) => [breath.startSeconds, breath.endSeconds]);
  return (timeSeconds) => {
    for (const { startSeconds, fullSeconds, endSeconds, depth } of breathsAt(timeSeconds)) {
      if (timeSeconds < startSeconds || timeSeconds >= endSeconds) continue;
      return timeSeconds < fullSeconds
        ? depth * minimumJerk((timeSeconds - startSeconds) / (fullSeconds - startSeconds))
        : depth * (1 - minimumJerk((timeSeconds - fullSeconds) / (endSeconds - fullSeconds)));
    }
    return 0;
  };
}
