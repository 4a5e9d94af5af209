import { AppError } from '../core/errors.ts';

const PREFIX = 'after:';

/** An opaque place in a newest-first list: behind the job with this number. */
export function encodeCursor(jobNumber: number): string {
  return Buffer.from(`${PREFIX}${jobNumber}`, 'utf8').toString('base64url');
}

/** The job number of a cursor. Throws `invalid_input` for anything that `encodeCursor` did not write. */
export function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const jobNumber = Number(text.slice(PREFIX.length));
  if (!Number.isSafeInteger(jobNumber) || jobNumber < 1 || encodeCursor(jobNumber) !== cursor) {
    const shown = cursor.length > 80 ? `${cursor.slice(0, 80)}…` : cursor;
    throw new AppError({
      code: 'invalid_cursor',
      kind: 'invalid_input',
      message: `"cursor" must be a next_cursor from an earlier page; got ${JSON.stringify(shown)}.`,
    });
  }
  return jobNumber;
}
