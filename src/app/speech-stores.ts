import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { systemClock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { SerialQueue } from '../core/serial-queue.ts';
import { openSqliteDriver } from '../sql/drivers/sqlite.ts';
import type { SpeechLedger } from '../tts/analytics/speech-ledger.ts';
import type { SpeechStateStore } from '../tts/speech-state.ts';
import { createSqlSpeechLedger, SPEECH_LEDGER_MIGRATIONS } from '../tts/stores/speech-ledger.ts';
import { createSqlSpeechState, SPEECH_STATE_MIGRATIONS } from '../tts/stores/speech-state.ts';

/** What speech remembers. Closing one leaves the other open. */
export type SpeechStores = { readonly state: SpeechStateStore; readonly ledger: SpeechLedger };

type SpeechFile = { readonly path: string };
type SpeechServer = {
  readonly url: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** The schema that holds the tables; without it, what the role's search path says. */
  readonly schema?: string;
};

/** Every time in these tables is the time of something that was said; none is asked of the database. */
const clock = systemClock;
/** Two transactions at a time are plenty: each is a few statements, and the jobs need connections too. */
const CONNECTIONS = 2;

/**
 * Where the configuration says: files in the data folder, which must exist, or the database that several processes share.
 * Throws AppError of kind `storage` when they cannot be used.
 */
export async function openSpeechStores(
  config: Pick<Config, 'dataDirectory' | 'databaseUrl'>,
  { logger: log }: { readonly logger: Logger },
): Promise<SpeechStores> {
  const { dataDirectory, databaseUrl: url } = config;
  await using opened = new AsyncDisposableStack();
  const state = opened.adopt(
    url === null
      ? openSqliteSpeechState({ path: join(dataDirectory, 'speech-state.sqlite') })
      : await openPostgresSpeechState({ url, log }),
    (store) => store.close(),
  );
  const ledger =
    url === null
      ? openSqliteSpeechLedger({ path: join(dataDirectory, 'speech-ledger.sqlite') })
      : await openPostgresSpeechLedger({ url, log });
  opened.move();
  return { state, ledger };
}

/** The state in one SQLite file. Its folder must exist. */
export function openSqliteSpeechState(file: SpeechFile): SpeechStateStore {
  // Two connections, because durability belongs to the connection and not to the commit.
  const both = { ...file, clock, migrations: SPEECH_STATE_MIGRATIONS, turns: new SerialQueue() };
  const order = openSqliteDriver(both);
  return createSqlSpeechState({ order, observation: openSqliteDriver({ ...both, durability: 'process_death' }) });
}

/** The ledger in one SQLite file. Like a log line, the newest operation may be lost when the power fails. */
export function openSqliteSpeechLedger(file: SpeechFile): SpeechLedger {
  return createSqlSpeechLedger(
    openSqliteDriver({ ...file, clock, migrations: SPEECH_LEDGER_MIGRATIONS, durability: 'process_death' }),
  );
}

/** The state in PostgreSQL, where an observation is as durable as an order. */
export async function openPostgresSpeechState(server: SpeechServer): Promise<SpeechStateStore> {
  const database = await openPostgres(server, 'speech-state', SPEECH_STATE_MIGRATIONS);
  return createSqlSpeechState({ order: database, observation: database });
}

/** The ledger in PostgreSQL. */
export async function openPostgresSpeechLedger(server: SpeechServer): Promise<SpeechLedger> {
  return createSqlSpeechLedger(await openPostgres(server, 'speech-ledger', SPEECH_LEDGER_MIGRATIONS));
}

async function openPostgres(server: SpeechServer, migrationSet: string, migrations: readonly string[]) {
  // Most installations have no PostgreSQL and need not wait for its driver.
  const { openPostgresDriver } = await import('../sql/drivers/postgres.ts');
  return openPostgresDriver({ ...server, migrations, migrationSet, maximumConnections: CONNECTIONS });
}
