import { createSpanIndex } from '../../../lip-sync/span-index.ts';

/** A movement away from rest and back: eased from start to peak, held, eased back. */
export type Pulse = {
  readonly startSeconds: number;
  readonly peakSeconds: number;
  /** Until when the peak is held; equal to `peakSeconds` for none. */
  readonly heldUntilSeconds: number;
  readonly endSeconds: number;
  readonly amount: number;
};

/** A value that a movement reaches and keeps until the next. */
export type Key = { readonly startSeconds: number; readonly moveSeconds: number; readonly value: number };

/** The minimum-jerk curve of human movement, 0..1: neither velocity nor acceleration at its ends. */
export function minimumJerk(position: number): number {
  if (!(position > 0)) return 0;
  if (position >= 1) return 1;
  return Math.min(1, position ** 3 * (10 - 15 * position + 6 * position ** 2));
}

/** The sum of all pulses at a moment. Overlapping pulses add up, so that starting one never makes a jump. */
export function createPulseTrack(pulses: readonly Pulse[]): (timeSeconds: number) => number {
  const pulsesAt = createSpanIndex(pulses, (pulse) => [pulse.startSeconds, pulse.endSeconds]);
  return (timeSeconds) => {
    let sum = 0;
    for (const pulse of pulsesAt(timeSeconds)) sum += pulse.amount * shapeAt(pulse, timeSeconds);
    return sum;
  };
}

/**
 * The value of the latest key, approached from the one before it. Keys are in order and a movement ends before the next
 * begins. Before the first key the value is the first key's.
 */
export function createKeyTrack(keys: readonly Key[]): (timeSeconds: number) => number {
  const spans = keys.map((key, index) => ({
    key,
    from: (keys[index - 1] ?? key).value,
    endSeconds: keys[index + 1]?.startSeconds ?? Number.MAX_VALUE,
    startSeconds: index === 0 ? -Number.MAX_VALUE : key.startSeconds,
  }));
  const spansAt = createSpanIndex(spans, (span) => [span.startSeconds, span.endSeconds]);
  return (timeSeconds) => {
    for (const { key, from, startSeconds, endSeconds } of spansAt(timeSeconds)) {
      if (timeSeconds < startSeconds || timeSeconds >= endSeconds) continue;
      return from + (key.value - from) * minimumJerk((timeSeconds - key.startSeconds) / key.moveSeconds);
    }
    return 0;
  };
}

function shapeAt(pulse: Pulse, timeSeconds: number): number {
  const { startSeconds, peakSeconds, heldUntilSeconds, endSeconds } = pulse;
  if (timeSeconds <= startSeconds || timeSeconds >= endSeconds) return 0;
  if (timeSeconds < peakSeconds) return minimumJerk((timeSeconds - startSeconds) / (peakSeconds - startSeconds));
  if (timeSeconds <= heldUntilSeconds) return 1;
  return minimumJerk((endSeconds - timeSeconds) / (endSeconds - heldUntilSeconds));
}
