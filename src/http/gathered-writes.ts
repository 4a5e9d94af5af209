import type { ServerResponse } from 'node:http';
import { systemTimer, type Timer } from '../core/timer.ts';

/** Faster than anyone reads. With many clients, how often each is sent something is what a server's time goes to. */
const PAUSE_MILLISECONDS = 100;

export type GatheredWrites = {
  /** False when the client does not keep up; `drain` tells when it does again. */
  write(text: string): boolean;
  /** Sends what is left now, and gathers nothing more. */
  stop(): void;
};

/** The first text goes out at once; those that follow within a tenth of a second go out together. */
export function gatherWrites(
  response: Pick<ServerResponse, 'write' | 'cork' | 'uncork' | 'writableNeedDrain'>,
  timer: Timer = systemTimer,
): GatheredWrites {
  let stopTimer: (() => void) | undefined;
  let hasGathered = false;

  function pause(): void {
    response.cork();
    hasGathered = false;
    stopTimer = timer.start(PAUSE_MILLISECONDS, () => {
      stopTimer = undefined;
      response.uncork();
      if (hasGathered) pause();
    });
  }

  function stop(): void {
    if (stopTimer === undefined) return;
    stopTimer();
    stopTimer = undefined;
    response.uncork();
  }

  return {
    write(text) {
      const keepsUp = response.write(text);
      hasGathered = true;
      if (!keepsUp) {
        stop();
        return !response.writableNeedDrain;
      }
      if (stopTimer === undefined) pause();
      return true;
    },
    stop,
  };
}
