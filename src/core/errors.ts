import type { FailureKind } from './failure-policy.ts';

/**
 * An error that a user may be shown. `code` is stable and documented in docs/reference/errors.md;
 * `message` states the rule and the value that broke it; it never contains script text, speech or a key.
 */
export class AppError extends Error {
  readonly code: string;
  readonly kind: FailureKind;
  readonly retryAfterSeconds: number | undefined;
  /** True when the request is known not to have reached whoever was asked, so that nothing can have been charged for it. */
  readonly neverSent: boolean;

  constructor(options: {
    code: string;
    kind: FailureKind;
    message: string;
    cause?: unknown;
    retryAfterSeconds?: number;
    neverSent?: boolean;
  }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = options.code;
    this.kind = options.kind;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.neverSent = options.neverSent ?? false;
  }
}

const STORAGE_CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'The disk quota is used up',
  EACCES: 'The data folder may not be written to (permission denied)',
  EPERM: 'The data folder may not be written to (operation not permitted)',
  EROFS: 'The data folder is on a read-only file system',
  EIO: 'The disk reported an input/output error',
  EMFILE: 'Too many files are open in this process',
};

/** The one place where an unknown thrown value becomes an AppError. Aborts become `cancelled`, disk faults `storage`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error.name === 'AbortError') {
    return new AppError({ code: 'cancelled', kind: 'cancelled', message: 'The work was cancelled.', cause: error });
  }
  if (error.name === 'TimeoutError') {
    return new AppError({ code: 'timeout', kind: 'timeout', message: 'The work ran past its deadline.', cause: error });
  }
  const systemCode = (error as NodeJS.ErrnoException).code ?? '';
  const storageCause = STORAGE_CAUSES[systemCode] ?? sqliteStorageCause(error);
  if (storageCause !== undefined) {
    return new AppError({ code: 'storage_failed', kind: 'storage', message: `${storageCause}.`, cause: error });
  }
  return new AppError({
    code: 'internal_error',
    kind: 'internal',
    message: 'An unexpected error stopped the work; the log has the details.',
    cause: error,
  });
}

function sqliteStorageCause(error: Error): string | undefined {
  const message = error.message.toLowerCase();
  if (message.includes('database or disk is full')) return STORAGE_CAUSES['ENOSPC'];
  if (message.includes('attempt to write a readonly database')) return STORAGE_CAUSES['EACCES'];
  if (message.includes('disk i/o error')) return STORAGE_CAUSES['EIO'];
  return undefined;
}
