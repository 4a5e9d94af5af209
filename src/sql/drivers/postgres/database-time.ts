import { monotonicClock, type Clock } from '../../../core/clock.ts';
import type { TransactionOptions } from '../../sql-database.ts';

/** Two clocks drift apart by far less than a millisecond in this time. */
const CLOSE_MILLISECONDS = 1_000;

export type TimePrecision = NonNullable<TransactionOptions['time']>;

/** The time of the database, milliseconds since the Unix epoch, as far as this process knows it. */
export type DatabaseTime = {
  /** Undefined when it has to be read first. */
  now(precision: TimePrecision): number | undefined;
  /** That is what was read just now. */
  read(now: number): void;
};

/** Carries the last reading on for a second, so a close time is never before one that was read; it never goes back. */
export function createDatabaseTime(clock: Clock = monotonicClock): DatabaseTime {
  let readAt = -Infinity;
  let lastRead = 0;
  let newest = 0;
  return {
    now(precision) {
      const age = clock.now() - readAt;
      if (precision === 'exact' || age > CLOSE_MILLISECONDS) return undefined;
      newest = Math.max(newest, Math.floor(lastRead + age));
      return newest;
    },
    read(now) {
      readAt = clock.now();
      lastRead = now;
      newest = Math.max(newest, now);
    },
  };
}

/** Where `clock` tells the time instead of the database. */
export function timeOf(clock: Clock): DatabaseTime {
  return { now: () => clock.now(), read() {} };
}
