import type { SqlSession } from './sql-database.ts';

/**
 * Runs the work of a transaction. Once it has returned or thrown, its session takes no more statements: one that comes late,
 * from a branch that nobody waited for, would run outside the transaction and stay.
 */
export async function runSession<T>(session: SqlSession, work: (session: SqlSession) => Promise<T>): Promise<T> {
  let isOver = false;
  const requireOpen = (): void => {
    if (isOver) throw new Error('A statement must be asked for before its transaction is over.');
  };
  try {
    return await work({
      now: session.now,
      async all(sql, ...values) {
        requireOpen();
        return session.all(sql, ...values);
      },
      async get(sql, ...values) {
        requireOpen();
        return session.get(sql, ...values);
      },
      async run(sql, ...values) {
        requireOpen();
        return session.run(sql, ...values);
      },
      send(sql, ...values) {
        requireOpen();
        session.send(sql, ...values);
      },
    });
  } finally {
    isOver = true;
  }
}
