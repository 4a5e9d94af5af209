import type { SqlDatabase, SqlRow } from '../../sql/sql-database.ts';
import type { JobStore } from '../job-store.ts';
import type { Spending, SpendingSums, UserSpending } from '../provider-call.ts';
import { HELD_IN_PERIOD } from './cost-caps.ts';
import { NANO_USD } from './rows.ts';

const DAY_MILLISECONDS = 86_400_000;

const SUMS = `count(*) AS calls, sum(uncertain_repeats) AS repeats, sum(cost_nano_usd) AS cost,
  sum(CASE WHEN is_fallback = 1 THEN cost_nano_usd ELSE 0 END) AS fallback_cost`;

type SpendingFilter = Parameters<JobStore['spending']>[0];

/** What was spent, and what may still be. */
export function readSpending(
  database: Pick<SqlDatabase, 'read'>,
): Pick<JobStore, 'spending' | 'costReport' | 'heldUsd'> {
  return {
    async spending(filter) {
      const { sql, values } = spendingQuery(filter);
      return (await database.read(({ all }) => all(sql, ...values))).map(toSpending);
    },

    async costReport({ mostUsers, ...filter }) {
      const { where, values } = conditionsOf(filter);
      const ofAll = spendingQuery(filter);
      // On one state, so that users and providers add up to the same.
      return database.read(async ({ all, get }) => ({
        spending: (await all(ofAll.sql, ...ofAll.values)).map(toSpending),
        users: (
          await all(
            `SELECT user_id, ${SUMS} FROM provider_calls ${where} GROUP BY 1 ORDER BY cost DESC, user_id
             LIMIT $${values.length + 1}`,
            ...values,
            mostUsers,
          )
        ).map(toUserSpending),
        userCount: Number(
          (await get(`SELECT count(DISTINCT user_id) AS users FROM provider_calls ${where}`, ...values))?.['users'],
        ),
      }));
    },

    async heldUsd({ from, to }) {
      const row = await database.read(({ get }) => get(HELD_IN_PERIOD, from, to));
      return Number(row?.['held']) / NANO_USD;
    },
  };
}

function conditionsOf({ userId, from = 0, to = Number.MAX_SAFE_INTEGER }: SpendingFilter) {
  return {
    where: `WHERE started_at >= $1 AND started_at < $2 ${userId === null ? '' : 'AND user_id = $3'}`,
    values: userId === null ? [from, to] : [from, to, userId],
  };
}

function spendingQuery(filter: SpendingFilter) {
  const { where, values } = conditionsOf(filter);
  return {
    sql: `SELECT provider, step, started_at / ${DAY_MILLISECONDS} AS day, ${SUMS} FROM provider_calls ${where}
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    values,
  };
}

function toSpending(row: SqlRow): Spending {
  return {
    provider: row['provider'] as string,
    step: row['step'] as string,
    day: new Date((row['day'] as number) * DAY_MILLISECONDS).toISOString().slice(0, 10),
    ...toSums(row),
  };
}

function toUserSpending(row: SqlRow): UserSpending {
  return { userId: row['user_id'] as string, ...toSums(row) };
}

function toSums(row: SqlRow): SpendingSums {
  return {
    calls: Number(row['calls']),
    uncertainRepeats: Number(row['repeats']),
    costUsd: Number(row['cost']) / NANO_USD,
    fallbackCostUsd: Number(row['fallback_cost']) / NANO_USD,
  };
}
