import { AppError } from '../core/errors.ts';

/** One broken rule of a request. */
export type RequestIssue = {
  /** JSON Pointer (RFC 6901) to the value in the body; for a query, a path or a header: to its name. */
  readonly pointer: string;
  /** Stable, documented in docs/reference/errors.md. */
  readonly code: string;
  /** The condition that was not met, in words. */
  readonly rule: string;
  /** What broke it: a short value, or a measure of it (never script text). */
  readonly value: string | number | boolean | null;
};

/** A request that breaks rules. Every issue that could be found is in it; the first gives the error its code. */
export class InvalidRequestError extends AppError {
  readonly issues: readonly RequestIssue[];

  constructor(issues: readonly [RequestIssue, ...RequestIssue[]]) {
    super({
      code: issues[0].code,
      kind: 'invalid_input',
      message: issues.map(describeIssue).join(' '),
    });
    this.name = 'InvalidRequestError';
    this.issues = issues;
  }
}

/** Throws InvalidRequestError when there is an issue. */
export function refuseBrokenRules(issues: readonly RequestIssue[]): void {
  const [first, ...others] = issues;
  if (first !== undefined) throw new InvalidRequestError([first, ...others]);
}

/** Codes of issues about the field itself, not about what it holds. */
const FIELD_CODES: ReadonlySet<string> = new Set([
  'missing_field',
  'unknown_field',
  'unsupported_field',
  'callbacks_not_configured',
  'enhancement_not_configured',
]);

function describeIssue(issue: RequestIssue): string {
  const subject = issue.pointer === '' ? 'The body' : issue.pointer.slice(1).replaceAll('/', '.');
  const value = FIELD_CODES.has(issue.code) ? '' : `; got ${JSON.stringify(issue.value)}`;
  return `${subject} ${issue.rule}${value}.`;
}
