import type { JournalTransaction } from './journal-transaction.ts';
import type { SqlDatabase, SqlRow, SqlSession } from '../../sql/sql-database.ts';

/** So that a claim stays short when very many jobs become due at once; the next claims go on. */
const DUE_AT_ONCE = 100;

/**
 * Fair queuing between users, in the manner of start-time fair queuing (Goyal, Vin and Cheng, 1996). A queued job holds a turn:
 * one behind the last of its user, and never before the newest turn that was taken. So a user's thousandth job is a thousand
 * turns away, and another user's first is next. Turns belong to the user: whichever of its jobs goes first takes the lowest.
 */
export async function nextTurn({ get }: SqlSession, userId: string): Promise<number> {
  const row = await get(
    `SELECT (SELECT max(turn) FROM jobs WHERE user_id = $1) AS given,
       (SELECT max(turn) FROM jobs WHERE started_at IS NOT NULL) AS taken`,
    userId,
  );
  return Math.max((row?.['given'] as number | null) ?? 0, (row?.['taken'] as number | null) ?? 0) + 1;
}

/** Delayed jobs whose time has come join the line now, not when they were accepted. */
export async function queueDueJobs(
  session: SqlSession,
  journal: JournalTransaction,
  { lockFreeRow }: Pick<SqlDatabase, 'lockFreeRow'>,
): Promise<void> {
  const due = await session.all(
    `SELECT id, user_id, run_at FROM jobs WHERE state = 'waiting' AND started_at IS NULL AND run_at <= $1
     ORDER BY run_at, number LIMIT ${DUE_AT_ONCE} ${lockFreeRow}`,
    session.now,
  );
  for (const row of due) {
    const jobId = row['id'] as string;
    const turn = await nextTurn(session, row['user_id'] as string);
    await session.run('UPDATE jobs SET turn = $1 WHERE id = $2', turn, jobId);
    await journal.queue(jobId, row['run_at'] as number);
  }
}

/** The number of the queued job whose turn it is; it has taken that turn. */
export async function takeTurn(
  { get, send }: SqlSession,
  { lockFreeRow }: Pick<SqlDatabase, 'lockFreeRow'>,
): Promise<SqlRow | undefined> {
  const first = await get(
    `SELECT number, user_id, turn FROM jobs WHERE state = 'queued' ORDER BY turn, number LIMIT 1 ${lockFreeRow}`,
  );
  if (first === undefined) return undefined;
  const best =
    (await get(
      `SELECT number, turn FROM jobs WHERE state = 'queued' AND user_id = $1
       ORDER BY priority DESC, run_at, number LIMIT 1 ${lockFreeRow}`,
      first['user_id'] as string,
    )) ?? first;
  if (best['number'] !== first['number']) {
    send('UPDATE jobs SET turn = $1 WHERE number = $2', best['turn'] as number, first['number'] as number);
    send('UPDATE jobs SET turn = $1 WHERE number = $2', first['turn'] as number, best['number'] as number);
  }
  return best;
}
