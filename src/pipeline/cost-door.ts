import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { aboveDayCap, type CostCaps, dayAround } from '../jobs/cost-caps.ts';
import type { JobStore } from '../jobs/job-store.ts';

/** Refuses what there is no money for. */
export type CostDoor = (asked: { readonly costUsd: number; readonly runAt: number | null }) => Promise<void>;

/**
 * Turns away at once what would only fail later: throws `cost_above_limit` for an estimate that no day has room for, and
 * `daily_budget_spent`, with the seconds until midnight (UTC), for one that today has none for. Nothing is set aside: what is
 * paid for is decided at each call (jobs/cost-caps.ts).
 */
export function createCostDoor(options: {
  readonly caps: CostCaps;
  readonly store: Pick<JobStore, 'heldUsd'>;
  readonly clock: Clock;
}): CostDoor {
  const { caps, store, clock } = options;
  const { perVideoUsd, perDayUsd } = caps;
  return async ({ costUsd, runAt }) => {
    if (costUsd === 0) return;
    if (perVideoUsd !== null && costUsd > perVideoUsd) throw tooDear(costUsd, perVideoUsd, 'MAX_COST_PER_VIDEO_USD');
    if (perDayUsd === null) return;
    if (costUsd > perDayUsd) throw tooDear(costUsd, perDayUsd, 'MAX_COST_PER_DAY_USD');
    const now = clock.now();
    const today = dayAround(now);
    if (runAt !== null && runAt >= today.to) return;
    const spentUsd = await store.heldUsd(today);
    if (spentUsd + costUsd <= perDayUsd) return;
    const retryAfterSeconds = Math.ceil((today.to - now) / 1000);
    throw aboveDayCap({ limitUsd: perDayUsd, spentUsd, askedUsd: costUsd, retryAfterSeconds });
  };
}

function tooDear(costUsd: number, limitUsd: number, variable: string): AppError {
  return new AppError({
    code: 'cost_above_limit',
    kind: 'over_budget',
    message: `The estimate must be at most ${limitUsd} USD (${variable}), and is ${Number(costUsd.toFixed(6))} USD.`,
  });
}
