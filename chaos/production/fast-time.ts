import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';
import type { Timer } from '../../src/core/timer.ts';

/** A clock that runs fast, and timers and pauses that keep to it: minutes of patience pass in seconds. */
export type FastTime = {
  readonly clock: Clock;
  readonly timer: Timer;
  /** Resolves after that time of the clock, rejects when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
};

/** `speed`: how many of its seconds pass in one. */
export function createFastTime(speed: number): FastTime {
  const startedAt = Date.now();
  const origin = performance.now();
  return {
    clock: { now: () => Math.floor(startedAt + (performance.now() - origin) * speed) },
    timer: {
      start(delayMilliseconds, ring) {
        const handle = setTimeout(ring, delayMilliseconds / speed);
        return () => clearTimeout(handle);
      },
    },
    wait: async (milliseconds, signal) => wait(milliseconds / speed, undefined, { signal }),
  };
}
