import type { JobStore } from '../job-store.ts';
import { acceptJobs } from './accept-jobs.ts';
import { claimJobs } from './claim-jobs.ts';
import { JournalTransaction, type RunTransaction } from './journal-transaction.ts';
import { recordCalls } from './provider-calls.ts';
import { readJobs } from './read-jobs.ts';
import { runJobs } from './run-jobs.ts';
import type { SqlDatabase } from '../../sql/sql-database.ts';

/** The journal, in whatever database is handed in; closing the store closes it. */
export function createSqlJobStore(database: SqlDatabase): JobStore {
  const listeners = new Set<() => void>();
  const transaction: RunTransaction = async (work) => {
    let hasAppended = false;
    const result = await database.transaction(async (session) => {
      const journal = new JournalTransaction(session);
      const value = await work(session, journal);
      hasAppended = journal.hasAppended;
      return value;
    });
    // Behind the commit and outside the caller's stack: a listener that throws cannot make a durable write look failed.
    if (hasAppended) for (const listener of listeners) queueMicrotask(listener);
    return result;
  };
  return {
    ...acceptJobs(database, transaction),
    ...readJobs(database),
    ...claimJobs(database, transaction),
    ...runJobs(transaction),
    ...recordCalls(database, transaction),
    watchEvents(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    close: () => database.close(),
  };
}
