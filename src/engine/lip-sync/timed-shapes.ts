import type { Alignment } from '../../media/alignment.ts';
import { PAUSE_SHAPE, phonemeStages, type MouthShape } from './phoneme-to-viseme.ts';

/** A mouth shape and when its sound is heard. */
export type TimedShape = {
  readonly shape: MouthShape;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly stressed: boolean;
};

/** Shorter than this is a rounding difference between two times, not a pause. */
const SHORTEST_PAUSE_SECONDS = 0.005;

/**
 * The sounds of an alignment as a gapless sequence over [0, durationSeconds]: diphthongs and affricates split into their
 * stages, gaps and silences merged into pauses, overlapping times cut at the later sound's start.
 */
export function timedShapes(alignment: Alignment, durationSeconds: number): TimedShape[] {
  const shapes: TimedShape[] = [];
  let cursorSeconds = 0;
  const pauseUntil = (untilSeconds: number): void => {
    const last = shapes.at(-1);
    if (last !== undefined && (last.shape.kind === 'pause' || untilSeconds - cursorSeconds < SHORTEST_PAUSE_SECONDS)) {
      shapes[shapes.length - 1] = { ...last, endSeconds: untilSeconds };
    } else {
      shapes.push({
        shape: PAUSE_SHAPE,
        startSeconds: cursorSeconds,
        endSeconds: untilSeconds,
        stressed: false,
      });
    }
    cursorSeconds = untilSeconds;
  };

  for (const phoneme of alignment.phonemes) {
    const startSeconds = Math.max(phoneme.startSeconds, cursorSeconds);
    if (!(phoneme.endSeconds > startSeconds)) continue;
    if (startSeconds > cursorSeconds) pauseUntil(startSeconds);
    const stages = phonemeStages(phoneme.phoneme);
    if (stages.every((stage) => stage.shape.kind === 'pause')) {
      pauseUntil(phoneme.endSeconds);
      continue;
    }
    let stageStartSeconds = cursorSeconds;
    for (const { shape, share } of stages) {
      const stageEndSeconds = stageStartSeconds + share * (phoneme.endSeconds - startSeconds);
      shapes.push({ shape, startSeconds: stageStartSeconds, endSeconds: stageEndSeconds, stressed: phoneme.stressed });
      stageStartSeconds = stageEndSeconds;
    }
    cursorSeconds = phoneme.endSeconds;
  }
  if (durationSeconds > cursorSeconds) pauseUntil(durationSeconds);
  return shapes;
}
