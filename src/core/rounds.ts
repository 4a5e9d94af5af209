import type { Timer } from './timer.ts';

/** Work that is done now and then again and again. */
export type Rounds = {
  /** Begins no further round, and waits for the one under way. */
  stop(): Promise<void>;
};

/**
 * One round at a time, the next that long after the last has ended. The first of a row of failures is told; the next round
 * tries again in any case.
 */
export function startRounds(options: {
  /** The signal aborts when the rounds are to stop. */
  readonly work: (signal: AbortSignal) => Promise<unknown>;
  readonly intervalMilliseconds: number;
  readonly timer: Timer;
  readonly onFailure: (error: unknown) => void;
}): Rounds {
  const { work, intervalMilliseconds, timer, onFailure } = options;
  const stopping = new AbortController();
  let isFailing = false;
  let stopTimer: (() => void) | undefined;
  let round: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    try {
      await work(stopping.signal);
      isFailing = false;
    } catch (error) {
      if (!isFailing) onFailure(error);
      isFailing = true;
    }
    if (!stopping.signal.aborted) stopTimer = timer.start(intervalMilliseconds, begin);
  }

  function begin(): void {
    round = run();
  }

  begin();
  return {
    async stop() {
      stopping.abort();
      stopTimer?.();
      await round;
    },
  };
}
