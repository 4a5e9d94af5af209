import { pino } from 'pino';
import type { Logger } from '../core/logger.ts';

const standardError = () => pino.destination({ fd: 2, sync: true });

/** Structured lines on standard error, so that standard output is the command's own. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, standardError());
}

/** Writes records as lines of JSON with exactly their own fields, where lines of level `info` are written. */
export function createRecordLog(level: string): (record: object) => void {
  const isWritten = pino({ level }).isLevelEnabled('info');
  const destination = standardError();
  return (record) => {
    if (isWritten) destination.write(`${JSON.stringify(record)}\n`);
  };
}
