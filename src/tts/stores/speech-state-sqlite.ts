import { openSqliteDatabase } from '../../core/sqlite-database.ts';
import type { AuditEntry, SpeechStateStore } from '../speech-state.ts';

const MIGRATIONS = [
  `CREATE TABLE documents (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
   CREATE TABLE audit (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;`,
];

/**
 * The state in one SQLite file, which several processes may share. Its folder must exist. Throws an AppError of kind
 * `storage` when the file cannot be used.
 */
export function openSqliteSpeechState(options: { readonly path: string }): SpeechStateStore {
  // Two connections, because durability belongs to the connection and not to the commit.
  const orders = openSqliteDatabase({ ...options, migrations: MIGRATIONS });
  const observations = openSqliteDatabase({ ...options, migrations: MIGRATIONS, durability: 'process_death' });

  const load = (database: typeof orders, name: string): unknown => {
    const json = database.statement('SELECT json FROM documents WHERE name = ?').get(name)?.['json'];
    return typeof json === 'string' ? JSON.parse(json) : undefined;
  };

  return {
    async read(name) {
      // Whoever wrote the document had its type.
      return observations.read(() => load(observations, name)) as never;
    },
    async update(name, importance, change) {
      const database = importance === 'order' ? orders : observations;
      return database.transaction(() => {
        const current = load(database, name) as Parameters<typeof change>[0];
        const next = change(current);
        if (next !== current) {
          database
            .statement('INSERT INTO documents VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = excluded.json')
            .run(name, JSON.stringify(next));
        }
        return next;
      });
    },
    async appendAudit(entry) {
      orders.transaction(() => {
        orders
          .statement('INSERT INTO audit (at, entry) VALUES (?, ?)')
          .run(Math.round(entry.at), JSON.stringify(entry));
      });
    },
    async audit({ limit }) {
      const rows = orders.read(() =>
        orders.statement('SELECT entry FROM audit ORDER BY number DESC LIMIT ?').all(limit),
      );
      return rows.map((row) => JSON.parse(row['entry'] as string) as AuditEntry);
    },
    async close() {
      orders.close();
      observations.close();
    },
  };
}
