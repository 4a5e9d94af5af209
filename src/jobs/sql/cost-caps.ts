import type { SqlDatabase, SqlSession } from '../../sql/sql-database.ts';
import { aboveDayCap, aboveVideoCap, type CostCaps, dayAround } from '../cost-caps.ts';
import { NANO_USD } from './rows.ts';

/** The one row that whoever spends under the cap of a day has to himself. */
const DAY_GATE = 'day';

/** What the calls of a job, whose row this transaction holds, have cost or may still cost. */
const OF_JOB = 'SELECT sum(held_nano_usd) AS held FROM provider_calls WHERE job_id = $1';
/** The same of the calls that began in [$1, $2). */
export const HELD_IN_PERIOD =
  'SELECT sum(held_nano_usd) AS held FROM provider_calls WHERE started_at >= $1 AND started_at < $2';

/**
 * Throws `cost_above_limit` or `daily_budget_spent` when a call does not fit under the caps beside all that was spent and may
 * still be. The job's own row must be locked: the fence does that. Over all jobs and processes callers take turns here, because
 * two that sum up at once would both find room; without a cap of the day nobody waits. What costs nothing always fits.
 */
export async function requireRoom(
  session: SqlSession,
  asked: { readonly jobId: string; readonly nanoUsd: number },
  { caps, lockRow }: { readonly caps: CostCaps } & Pick<SqlDatabase, 'lockRow'>,
): Promise<void> {
  const { jobId, nanoUsd } = asked;
  const { perVideoUsd, perDayUsd } = caps;
  if (nanoUsd === 0) return;
  const { now, get, send } = session;
  const heldBy = async (sql: string, ...values: (string | number)[]) => Number((await get(sql, ...values))?.['held']);
  if (perVideoUsd !== null) {
    const held = await heldBy(OF_JOB, jobId);
    if (!fits(held, nanoUsd, perVideoUsd)) throw aboveVideoCap(inUsd(held, nanoUsd, perVideoUsd));
  }
  if (perDayUsd === null) return;
  send('INSERT INTO spending_gates (name) VALUES ($1) ON CONFLICT (name) DO NOTHING', DAY_GATE);
  await get(`SELECT name FROM spending_gates WHERE name = $1 ${lockRow}`, DAY_GATE);
  const { from, to } = dayAround(now);
  const held = await heldBy(HELD_IN_PERIOD, from, to);
  if (!fits(held, nanoUsd, perDayUsd)) throw aboveDayCap(inUsd(held, nanoUsd, perDayUsd));
}

export function toNanoUsd(usd: number): number {
  return Math.round(usd * NANO_USD);
}

function fits(held: number, asked: number, capUsd: number): boolean {
  return held + asked <= toNanoUsd(capUsd);
}

function inUsd(held: number, asked: number, limitUsd: number) {
  return { limitUsd, spentUsd: held / NANO_USD, askedUsd: asked / NANO_USD };
}
