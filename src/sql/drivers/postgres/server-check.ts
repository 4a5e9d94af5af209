import { Client, DatabaseError } from 'pg';
import { AppError } from '../../../core/errors.ts';
import { connectionSettings } from './connection-settings.ts';
import { toPostgresFault } from './faults.ts';

/** Names, passwords, databases and rights: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const TO_BE_CORRECTED = /^(?:28|3D|42501)/;
const ASKS_FOR_PASSWORD = /SASL|password must be a string/;

export type PostgresServer = {
  /** Such as `15.4`. */
  readonly version: string;
  /** A standby cannot hold the journal. */
  readonly isReadOnly: boolean;
  /** Host and database, without user and password. */
  readonly where: string;
};

/**
 * Connects and asks who answers; nothing is written. Throws AppError of kind `auth` when name, password, database or rights have to
 * be corrected, else of kind `storage`.
 */
export async function checkPostgresServer(
  url: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<PostgresServer> {
  const { client: settings, where } = connectionSettings({ url });
  const client = new Client(settings);
  // Without a listener a server that goes away would end the process; the statement under way tells of it all the same.
  client.on('error', () => {});
  const cut = (): void => void client.end().catch(() => {});
  signal.addEventListener('abort', cut, { once: true });
  try {
    await client.connect();
    const sql = "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby";
    const { rows } = await client.query<{ readonly version: string; readonly standby: number }>(sql);
    const [row] = rows;
    return { version: row?.version.split(' ')[0] ?? '', isReadOnly: row?.standby === 1, where };
  } catch (thrown) {
    const { code, message, cause } = toPostgresFault(thrown, where);
    throw new AppError({ code, kind: mustBeCorrected(thrown) ? 'auth' : 'storage', message, cause });
  } finally {
    signal.removeEventListener('abort', cut);
    await client.end().catch(() => {});
  }
}

function mustBeCorrected(thrown: unknown): boolean {
  if (thrown instanceof DatabaseError) return TO_BE_CORRECTED.test(thrown.code ?? '');
  return thrown instanceof Error && ASKS_FOR_PASSWORD.test(thrown.message);
}
