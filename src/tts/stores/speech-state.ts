import type { SqlDatabase, SqlRow } from '../../sql/sql-database.ts';
import type { AuditEntry, Importance, SpeechStateStore } from '../speech-state.ts';

/** Forward-only: an entry that has been released never changes. */
export const SPEECH_STATE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE documents (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
   CREATE TABLE audit (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;`,
];

/** Never seen by others: it stands only until the end of the transaction that writes the document for the first time. */
const NOTHING_YET = 'null';

/**
 * The state in whatever database is handed in: one for both kinds of importance, or two on the same tables where durability
 * belongs to the connection. Closing the store closes them.
 */
export function createSqlSpeechState(databases: Readonly<Record<Importance, SqlDatabase>>): SpeechStateStore {
  return {
    async read(name) {
      const row = await databases.observation.read(({ get }) =>
        get('SELECT json FROM documents WHERE name = $1', name),
      );
      // Whoever wrote the document had its type.
      return toDocument(row) as never;
    },
    async update(name, importance, change) {
      const database = databases[importance];
      return database.transaction(async ({ get, send }) => {
        const take = () => get(`SELECT json FROM documents WHERE name = $1 ${database.lockRow}`, name);
        let row = await take();
        if (row === undefined) {
          // A row that is not there cannot be locked, and two would both find nothing.
          send('INSERT INTO documents (name, json) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', name, NOTHING_YET);
          row = await take();
        }
        const current = toDocument(row) as Parameters<typeof change>[0];
        const next = change(current);
        if (next !== current) {
          send('UPDATE documents SET json = $1 WHERE name = $2', JSON.stringify(next), name);
        }
        return next;
      });
    },
    async appendAudit(entry) {
      await databases.order.transaction(({ run }) =>
        run('INSERT INTO audit (at, entry) VALUES ($1, $2)', Math.round(entry.at), JSON.stringify(entry)),
      );
    },
    async audit({ limit }) {
      const rows = await databases.order.read(({ all }) =>
        all('SELECT entry FROM audit ORDER BY number DESC LIMIT $1', limit),
      );
      return rows.map((row) => JSON.parse(row['entry'] as string) as AuditEntry);
    },
    async close() {
      for (const database of new Set(Object.values(databases))) await database.close();
    },
  };
}

function toDocument(row: SqlRow | undefined): unknown {
  const json = row?.['json'];
  return typeof json === 'string' && json !== NOTHING_YET ? JSON.parse(json) : undefined;
}
