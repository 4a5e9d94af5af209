import { pino } from 'pino';
import type { Logger } from '../core/logger.ts';

/** Structured lines on standard error, so that standard output is the command's own. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
