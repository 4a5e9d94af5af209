import { AppError } from '../../core/errors.ts';

const MAXIMUM_PAGE = 1_000;
const MAXIMUM_ID_LENGTH = 200;

export function requirePageSize(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAXIMUM_PAGE) {
    throw invalid(`"limit" must be a whole number from 1 to ${MAXIMUM_PAGE}; got ${limit}.`);
  }
}

export function requireInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw invalid(`"${name}" must be a whole number; got ${value}.`);
}

export function requireLease(leaseMilliseconds: number): void {
  if (!Number.isSafeInteger(leaseMilliseconds) || leaseMilliseconds < 1) {
    throw invalid(`"leaseMilliseconds" must be a whole number of 1 or more; got ${leaseMilliseconds}.`);
  }
}

/** A database would store a lone surrogate or cut at a NUL, and two different ids could become one. */
export function requireId(name: string, value: string, maximumLength = MAXIMUM_ID_LENGTH): void {
  const fits = value.length >= 1 && value.length <= maximumLength && value.isWellFormed() && !value.includes('\0');
  if (!fits) {
    throw invalid(
      `"${name}" must be 1 to ${maximumLength} well-formed characters without NUL; got ${JSON.stringify(value.slice(0, maximumLength))}.`,
    );
  }
}

export function invalid(message: string): AppError {
  return new AppError({ code: 'invalid_input', kind: 'invalid_input', message });
}
