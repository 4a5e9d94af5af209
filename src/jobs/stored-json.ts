import { AppError } from '../core/errors.ts';
import type { Json } from './job.ts';

/**
 * The text that the journal keeps for a value. Values that JSON would silently change (undefined, NaN, infinities,
 * functions) are refused, because a resumed job would then read something else than the first run saw.
 */
export function toStoredJson(value: Json, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, (key, entry: unknown) => {
      if (typeof entry === 'number' && !Number.isFinite(entry)) {
        throw new TypeError(`${key === '' ? 'the value' : `"${key}"`} is ${entry}`);
      }
      return entry;
    });
  } catch (error) {
    throw notJson(what, error instanceof Error ? error.message : String(error), error);
  }
  if (text === undefined) throw notJson(what, `the value is ${typeof value}`, undefined);
  return text;
}

function notJson(what: string, reason: string, cause: unknown): AppError {
  return new AppError({
    code: 'internal_error',
    kind: 'internal',
    message: `${what} must be plain JSON: ${reason}.`,
    cause,
  });
}
