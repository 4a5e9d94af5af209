import { refuseBrokenRules } from '../pipeline/invalid-request.ts';
import type { RequestIssue } from '../pipeline/invalid-request.ts';
import { shorten } from '../pipeline/request-text.ts';

/** Milliseconds since the epoch; `from` is included, `to` is not. */
export type ReportPeriod = { readonly from?: number; readonly to?: number };

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads the bounds of a report: a date, which is its midnight in UTC, or a moment with its time zone. */
export function parsePeriod(query: { readonly from?: string; readonly to?: string }): ReportPeriod {
  const from = readMoment(query.from);
  const to = readMoment(query.to);
  const issues = [...checkMoment('/from', query.from, from), ...checkMoment('/to', query.to, to)];
  if (issues.length === 0 && from !== undefined && to !== undefined && from >= to) {
    issues.push({ pointer: '/from', code: 'invalid_value', rule: 'must be before `to`', value: query.from ?? null });
  }
  refuseBrokenRules(issues);
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** NaN for what is no moment. */
function readMoment(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!DATE.test(text) && !DATE_TIME.test(text)) return NaN;
  const day = text.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // A 30th of February would silently be a day in March.
  const exists = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return exists ? Date.parse(text) : NaN;
}

function checkMoment(pointer: string, text: string | undefined, moment: number | undefined): RequestIssue[] {
  if (text === undefined || !Number.isNaN(moment)) return [];
  const rule = 'must be a date such as 2026-11-23 or a moment such as 2026-11-23T09:30:00Z';
  return [{ pointer, code: 'invalid_value', rule, value: shorten(text) }];
}
