import type { JobStore } from '../job-store.ts';
import { acceptJobs } from './accept-jobs.ts';
import { claimJobs } from './claim-jobs.ts';
import { JournalTransaction, type RunTransaction } from './journal-transaction.ts';
import { recordCalls } from './provider-calls.ts';
import { readJobs } from './read-jobs.ts';
import { readStoredTexts } from './read-stored-texts.ts';
import { runJobs } from './run-jobs.ts';
import type { SqlDatabase } from '../../sql/sql-database.ts';

/** The journal, in whatever database is handed in; closing the store closes it. */
export function createSqlJobStore(database: SqlDatabase): JobStore {
  const listeners = new Set<() => void>();
  // Outside the caller's stack: a listener that throws cannot make a durable write look failed.
  const tellListeners = (): void => {
    for (const listener of listeners) queueMicrotask(listener);
  };
  let stopHearing: (() => void) | undefined;
  const transaction: RunTransaction = async (work, options) => {
    let hasAppended = false;
    const result = await database.transaction(async (session) => {
      const journal = new JournalTransaction(session);
      const value = await work(session, journal);
      hasAppended = journal.hasAppended;
      return value;
    }, options);
    // Behind the commit: before it, nobody could read them.
    if (hasAppended) {
      tellListeners();
      database.announce();
    }
    return result;
  };
  return {
    ...acceptJobs(database, transaction),
    ...readJobs(database),
    ...readStoredTexts(database),
    ...claimJobs(database, transaction),
    ...runJobs(transaction),
    ...recordCalls(database, transaction),
    eventsSettleMilliseconds: database.longestTransactionMilliseconds,
    watchEvents(listener) {
      const own = (): void => listener();
      listeners.add(own);
      // Only for whoever watches: each announcement wakes every process that hears it.
      stopHearing ??= database.onAnnouncement(tellListeners);
      return () => listeners.delete(own);
    },
    async close() {
      stopHearing?.();
      await database.close();
    },
  };
}
