import { AppError } from '../../../core/errors.ts';
import type { BorrowedConnection } from './borrowed-connection.ts';
import { toPostgresSchema } from './schema.ts';

/** Any number, as long as every release takes the same. */
const LOCK_NUMBER = 718_281_828;
/** A migration may rewrite a table, and whoever starts meanwhile waits for it. */
export const MIGRATION_TIMEOUT_MILLISECONDS = 600_000;

/** The migrations of one module; several share a database. */
export type MigrationSet = { readonly name: string; readonly migrations: readonly string[] };

/**
 * Brings our tables up to date, in the one transaction that is open on `connection`. Of several processes that start together
 * one does it, and the others wait. Throws an AppError of kind `storage` when a newer release wrote the database.
 */
export async function migrate(
  connection: BorrowedConnection,
  options: { readonly set: MigrationSet; readonly schema: string | undefined; readonly where: string },
): Promise<void> {
  const { set, schema, where } = options;
  const first = async (sql: string, ...values: (string | number)[]) =>
    (await connection.query(sql, values)).rows[0]?.['value'] ?? null;

  await connection.script(
    `SET LOCAL lock_timeout = ${MIGRATION_TIMEOUT_MILLISECONDS}; SET LOCAL statement_timeout = ${MIGRATION_TIMEOUT_MILLISECONDS}`,
  );
  await connection.query('SELECT pg_advisory_xact_lock($1)', [LOCK_NUMBER]);
  const encoding = await first(`SELECT current_setting('server_encoding') AS value`);
  if (encoding !== 'UTF8') throw unusable(`The database must be encoded in UTF8; ${where} is in ${String(encoding)}.`);
  // Looked for first: IF NOT EXISTS asks for the right to create even what is there.
  if (
    schema !== undefined &&
    (await first('SELECT to_regnamespace(quote_ident($1))::text AS value', schema)) === null
  ) {
    await connection.script(`CREATE SCHEMA "${schema.replaceAll('"', '""')}"`);
  }
  if ((await first(`SELECT to_regclass('schema_migrations')::text AS value`)) === null) {
    await connection.script('CREATE TABLE schema_migrations (name TEXT PRIMARY KEY, version BIGINT NOT NULL)');
  }
  const version = Number(await first('SELECT version AS value FROM schema_migrations WHERE name = $1', set.name));
  if (version > set.migrations.length) {
    throw unusable(
      `The database must have schema version ${set.migrations.length} or less; ${where} has version ${version}, written by a newer release.`,
    );
  }
  if (version === set.migrations.length) return;
  for (const migration of set.migrations.slice(version)) await connection.script(toPostgresSchema(migration));
  await moveIdentitiesOn(connection);
  await connection.query(
    `INSERT INTO schema_migrations (name, version) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET version = excluded.version`,
    [set.name, set.migrations.length],
  );
}

/** Rows that a migration copied with their identities do not count as handed out; SQLite sees that by itself. */
async function moveIdentitiesOn(connection: BorrowedConnection): Promise<void> {
  const { rows } = await connection.query(
    `SELECT quote_ident(table_name) AS table_name, quote_ident(column_name) AS column_name,
       pg_get_serial_sequence(quote_ident(table_name), column_name) AS sequence
     FROM information_schema.columns WHERE is_identity = 'YES' AND table_schema = current_schema()`,
    [],
  );
  for (const { table_name: table, column_name: column, sequence } of rows) {
    await connection.script(
      `SELECT setval('${String(sequence).replaceAll("'", "''")}', greatest) FROM (SELECT max(${column}) AS greatest FROM ${table}) AS kept
       WHERE greatest >= (SELECT last_value FROM ${sequence})`,
    );
  }
}

function unusable(message: string): AppError {
  return new AppError({ code: 'storage_failed', kind: 'storage', message });
}
