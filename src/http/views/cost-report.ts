import type { CostReport, Spending, SpendingSums } from '../../jobs/provider-call.ts';
import type { CostReportAnswer } from '../cost-contract.ts';
import { toUsd } from './cost.ts';

/** What `GET /costs` says of what the journal has summed up. */
export function toCostReport({
  spending,
  users,
  userCount,
}: CostReport): Omit<CostReportAnswer, 'user_id' | 'from' | 'to' | 'caps'> {
  const groupsOf = (keyOf: (entry: Spending) => string): Spending[][] => [...Map.groupBy(spending, keyOf).values()];
  return {
    totals: toSums(spending),
    providers: groupsOf(({ provider, step }) => JSON.stringify([provider, step]))
      .flatMap(([first, ...others]) =>
        first === undefined ? [] : [{ provider: first.provider, step: first.step, ...toSums([first, ...others]) }],
      )
      .toSorted((a, b) => b.usd - a.usd),
    days: groupsOf(({ day }) => day)
      .flatMap(([first, ...others]) => (first === undefined ? [] : [{ day: first.day, ...toSums([first, ...others]) }]))
      .toSorted((a, b) => (a.day < b.day ? 1 : -1)),
    users: users.map((user) => ({ user_id: user.userId, ...toSums([user]) })),
    users_left_out: userCount - users.length,
  };
}

function toSums(entries: readonly SpendingSums[]): CostReportAnswer['totals'] {
  const total = (valueOf: (entry: SpendingSums) => number): number =>
    toUsd(entries.reduce((sum, entry) => sum + valueOf(entry), 0));
  return {
    calls: total(({ calls }) => calls),
    usd: total(({ costUsd }) => costUsd),
    cost_of_fallback_usd: total(({ fallbackCostUsd }) => fallbackCostUsd),
    uncertain_repeats: total(({ uncertainRepeats }) => uncertainRepeats),
  };
}
