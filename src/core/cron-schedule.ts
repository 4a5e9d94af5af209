import { Cron } from 'croner';

/** Moments that come again, in the time zone of this process. */
export type CronSchedule = {
  /** The next one, in milliseconds since the epoch as the argument is. */
  nextAfter(milliseconds: number): number;
};

/** Undefined for what is no expression of five fields (minute, hour, day, month, weekday), or for a day that never comes. */
export function parseCron(expression: string): CronSchedule | undefined {
  try {
    const cron = new Cron(expression, { mode: '5-part', paused: true });
    if (cron.nextRun(new Date(0)) === null) return undefined;
    return { nextAfter: (milliseconds) => cron.nextRun(new Date(milliseconds))?.getTime() ?? Infinity };
  } catch {
    return undefined;
  }
}
