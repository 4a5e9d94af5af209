import { AppError } from './errors.ts';

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html. */
const CAUSES: Readonly<Record<number, { readonly code: string; readonly message: string }>> = {
  5: { code: 'storage_busy', message: 'Another process holds the database' },
  6: { code: 'storage_busy', message: 'Another connection holds the database' },
  8: { code: 'storage_failed', message: 'The database may not be written to (read-only)' },
  10: { code: 'storage_failed', message: 'The disk reported an input/output error' },
  11: { code: 'storage_corrupt', message: 'The database file is damaged' },
  13: { code: 'storage_failed', message: 'The disk is full' },
  14: { code: 'storage_failed', message: 'The database file cannot be opened or created' },
  26: { code: 'storage_corrupt', message: 'The database file is not a SQLite database' },
};

/** Errors of node:sqlite that the disk or the file caused become AppErrors of kind `storage`; all others stay as they are. */
export function toStorageError(thrown: unknown, where?: string): unknown {
  const extendedCode = sqliteResultCode(thrown);
  const cause = extendedCode === undefined ? undefined : CAUSES[extendedCode & 0xff];
  if (cause === undefined) return thrown;
  const message = where === undefined ? `${cause.message}.` : `${cause.message}: ${where}.`;
  return new AppError({ code: cause.code, kind: 'storage', message, cause: thrown });
}

/** SQLITE_BUSY: some other connection holds the lock. */
export function isBusy(thrown: unknown): boolean {
  const extendedCode = sqliteResultCode(thrown);
  return extendedCode !== undefined && (extendedCode & 0xff) === 5;
}

/** The extended result code of an error that node:sqlite threw; undefined for any other value. */
function sqliteResultCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined;
  return typeof thrown.errcode === 'number' ? thrown.errcode : undefined;
}
