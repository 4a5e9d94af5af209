import { types, type ClientConfig } from 'pg';
import { AppError } from '../../../core/errors.ts';

export const CONNECT_TIMEOUT_MILLISECONDS = 5_000;
const STATEMENT_TIMEOUT_MILLISECONDS = 10_000;
/** Between two statements of a transaction: the server ends one whose process was stopped or has vanished. */
const IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 10_000;
/** Two who wait for each other are found after a second; this is for one that waits for somebody who works. */
const LOCK_TIMEOUT_MILLISECONDS = 5_000;
/** After this we give a transaction up and drop its connection. */
export const TRANSACTION_TIMEOUT_MILLISECONDS = 20_000;
/** The server learns of a dropped connection when the statement ends, or by its own patience. */
export const LONGEST_TRANSACTION_MILLISECONDS =
  TRANSACTION_TIMEOUT_MILLISECONDS + Math.max(STATEMENT_TIMEOUT_MILLISECONDS, IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS);

const KEEP_ALIVE_MILLISECONDS = 10_000;

/** Object identifiers of PostgreSQL's types, https://www.postgresql.org/docs/current/catalog-pg-type.html. */
const BOOLEAN = 16;
const INT8 = 20;
const NUMERIC = 1700;

export type ConnectionSettings = {
  readonly client: ClientConfig;
  /** The server and the database, for people; without the user and the password. */
  readonly where: string;
};

/**
 * What every connection is opened with. `url` is `postgres://user:password@host:port/database`, with the parameters that
 * libpq knows, `sslmode` among them. Throws an AppError of kind `storage` for anything else.
 */
export function connectionSettings(options: {
  readonly url: string;
  /** The schema that holds our tables; without it, what the role's search path says. */
  readonly schema?: string;
}): ConnectionSettings {
  const url = parse(options.url);
  const settings: Readonly<Record<string, string | number>> = {
    ...(options.schema !== undefined && { search_path: `"${options.schema.replaceAll('"', '""')}"` }),
    synchronous_commit: 'on',
    // Our statements are few and each is served by an index: planning them again for other values finds nothing better.
    plan_cache_mode: 'force_generic_plan',
    statement_timeout: STATEMENT_TIMEOUT_MILLISECONDS,
    lock_timeout: LOCK_TIMEOUT_MILLISECONDS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS,
  };
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${escapeOption(String(value))}`);
  // The last one wins, and the event hub relies on ours.
  const sessionOptions = [url.searchParams.get('options') ?? '', ...ours].join(' ').trim();
  const where = `PostgreSQL at ${url.host || 'localhost'}${url.pathname}`;
  for (const name of ['options', ...Object.keys(settings), 'query_timeout']) url.searchParams.delete(name);
  return {
    where,
    client: {
      connectionString: url.href,
      options: sessionOptions,
      fallback_application_name: 'ai-video-engineer',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MILLISECONDS,
      types: { getTypeParser },
    },
  };
}

function parse(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new AppError({
      code: 'storage_failed',
      kind: 'storage',
      // The value may hold a password.
      message: 'The address of the database must look like postgres://user:password@host:5432/database.',
    });
  }
  return parsed;
}

/** Blanks separate options, https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-OPTIONS. */
function escapeOption(value: string): string {
  return value.replaceAll(/[\\\s]/g, String.raw`\$&`);
}

/** The values that SQLite gives too; no number of ours is beyond 2^53. */
const getTypeParser: typeof types.getTypeParser = (type: number, format?: 'text' | 'binary') => {
  if (format !== 'binary') {
    if (type === INT8 || type === NUMERIC) return Number;
    if (type === BOOLEAN) return (text: string) => (text === 't' ? 1 : 0);
  }
  return types.getTypeParser(type, format);
};
