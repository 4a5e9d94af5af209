import type { Clock } from './clock.ts';
import type { CronSchedule } from './cron-schedule.ts';
import type { Rounds } from './rounds.ts';
import type { Timer } from './timer.ts';

/** A clock may be set and a machine may sleep, so the time is looked at again this often. */
const LONGEST_WAIT_MILLISECONDS = 15 * 60_000;

/** Does the work at each moment of the schedule, one round at a time: a moment that comes while one is under way is left out. */
export function startCronRounds(options: {
  readonly schedule: CronSchedule;
  /** The signal aborts when the rounds are to stop. */
  readonly work: (signal: AbortSignal) => Promise<unknown>;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly onFailure: (error: unknown) => void;
}): Rounds {
  const { schedule, work, clock, timer, onFailure } = options;
  const stopping = new AbortController();
  let due = schedule.nextAfter(clock.now());
  let stopTimer: (() => void) | undefined;
  let round: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    try {
      await work(stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) onFailure(error);
    }
    due = schedule.nextAfter(clock.now());
    wait();
  }

  function wait(): void {
    if (stopping.signal.aborted) return;
    const now = clock.now();
    // Set back by more than the way to the next moment, the clock says another one.
    due = Math.min(due, schedule.nextAfter(now));
    stopTimer = timer.start(Math.max(0, Math.min(due - now, LONGEST_WAIT_MILLISECONDS)), () => {
      if (clock.now() < due) wait();
      else round = run();
    });
  }

  wait();
  return {
    async stop() {
      stopping.abort();
      stopTimer?.();
      await round;
    },
  };
}
