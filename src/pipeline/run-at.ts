import type { RequestIssue } from './invalid-request.ts';

/** RFC 3339: a date and a time with their zone, so that nobody has to guess it. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/i;
/** A later date is a typing mistake. */
const LATEST = Date.UTC(2100, 0, 1);

export function checkRunAt(runAt: string | undefined): readonly RequestIssue[] {
  if (runAt === undefined || readRunAt(runAt) !== null) return [];
  const rule = 'must be a date and time with a zone before the year 2100, such as "2027-03-01T09:00:00Z"';
  return [{ pointer: '/runAt', code: 'invalid_value', rule, value: runAt.slice(0, 40) }];
}

/** Milliseconds since the epoch; null when the text is no such time. */
export function readRunAt(runAt: string): number | null {
  const milliseconds = DATE_TIME.test(runAt) ? Date.parse(runAt) : Number.NaN;
  return milliseconds >= 0 && milliseconds < LATEST ? milliseconds : null;
}
