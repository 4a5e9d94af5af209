import { DatabaseError } from 'pg';
import { AppError } from '../../../core/errors.ts';

/** By SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html; each is said after the name of the server. */
const BY_STATE: Readonly<Record<string, string>> = {
  '25006': 'may only be read from; is it a standby?',
  '25P03': 'ended a transaction that stood still for too long',
  '28000': 'lets nobody of this name in from here',
  '28P01': 'refused the user name or the password',
  '3D000': 'has no database of this name',
  '40001': 'could not bring changes that were made at the same time into an order',
  '40P01': 'ended a transaction that waited for another one, which waited for it',
  '42501': 'does not allow this user to do that; the user must own the tables',
  '53100': 'has no room left on its disk',
  '53200': 'has no memory left',
  '53300': 'has no connection left; raise max_connections or run fewer processes',
  '53400': 'has reached a limit that was set for it',
  '55P03': 'kept a change waiting too long for another one',
  '57014': 'ended a statement that took too long',
  '57P01': 'is shutting down',
  '57P02': 'is shutting down after a crash of one of its processes',
  '57P03': 'is starting up or shutting down',
  '57P04': 'has lost the database; somebody dropped it',
  '57P05': 'ended a connection that stood still for too long',
  '58030': 'reported an input/output error of its disk',
  XX001: 'found a damaged table',
  XX002: 'found a damaged index',
};

/** By what Node.js says of a connection; each is said after the name of the server. */
const BY_SYSTEM_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'cannot be reached: nothing listens there',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  ENOTFOUND: 'cannot be reached: there is no host of this name',
  EAI_AGAIN: 'cannot be reached: the name of the host cannot be looked up now',
  EHOSTUNREACH: 'cannot be reached: there is no way to the host',
  ENETUNREACH: 'cannot be reached: there is no way to the network',
  ETIMEDOUT: 'cannot be reached: it does not answer',
};

/** What only the driver says, and only in words. */
const BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/timeout exceeded when trying to connect/, 'has no free connection: all of this process are at work'],
  [/connection timeout|timeout expired|read timeout/i, 'cannot be reached: it does not answer'],
  [/not queryable|Connection terminated/, 'closed the connection'],
  [/not support SSL/, 'offers no encrypted connection; correct sslmode'],
  [/certificate|self.signed/i, 'has a certificate that is not trusted; correct sslmode or sslrootcert'],
  [/password must be a string|SASL/, 'asks for a password, or another one than was given'],
  [/after calling end on the pool/, 'is closed in this process'],
];

/** Problems of a connection, or of the server as a whole: what lies on this connection is lost. */
const LOSES_CONNECTION = /^(?:08|57P|25P03)/;
/** Invalid values: PostgreSQL repeats the value, and that may be a script. */
const REPEATS_VALUE = /^22/;

export const isConnectionLost = (thrown: unknown): boolean =>
  !(thrown instanceof DatabaseError) || LOSES_CONNECTION.test(thrown.code ?? '');

/** Two transactions got in each other's way: nothing was changed, and one that comes again finds the way free. */
export const isCollision = (thrown: unknown): boolean =>
  thrown instanceof DatabaseError && (thrown.code === '40001' || thrown.code === '40P01');

/**
 * What `pg` threw, as an AppError: kind `storage` when the server or the way to it is at fault, `internal` when a statement
 * is. PostgreSQL's own error tells of values in its details, so only its message and its code are kept.
 */
export function toPostgresFault(thrown: unknown, where: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (!(error instanceof DatabaseError)) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const said = BY_SYSTEM_CODE[code] ?? BY_MESSAGE.find(([pattern]) => pattern.test(error.message))?.[1];
    return storageFault(`${where} ${said ?? 'cannot be used: the connection failed'}.`, error.message);
  }
  const state = error.code ?? 'XX000';
  const text = REPEATS_VALUE.test(state) ? 'invalid value' : error.message;
  const cause = `${text} (SQLSTATE ${state}${error.constraint === undefined ? '' : `, ${error.constraint}`})`;
  const said = BY_STATE[state] ?? (state.startsWith('08') ? 'closed the connection' : undefined);
  if (said !== undefined) return storageFault(`${where} ${said}.`, cause);
  return new AppError({
    code: 'internal_error',
    kind: 'internal',
    message: 'The database refused a statement; the log has the details.',
    cause: new Error(cause),
  });
}

export function outcomeUnknown(cause: unknown, where: string): AppError {
  const message = `The connection to ${where} broke during a commit; whether the change was made is unknown.`;
  return new AppError({ code: 'storage_failed', kind: 'storage', message, cause });
}

function storageFault(message: string, cause: string): AppError {
  return new AppError({ code: 'storage_failed', kind: 'storage', message, cause: new Error(cause) });
}
