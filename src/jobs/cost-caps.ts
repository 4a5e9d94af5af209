import { AppError } from '../core/errors.ts';

/** The most that may be spent, in US dollars; null for no cap. A day is one in UTC, and of all users together. */
export type CostCaps = { readonly perVideoUsd: number | null; readonly perDayUsd: number | null };

export const NO_CAPS: CostCaps = { perVideoUsd: null, perDayUsd: null };

const DAY_MILLISECONDS = 86_400_000;

/** The day in UTC that holds a moment: milliseconds since the epoch, `to` not included. */
export function dayAround(moment: number): { readonly from: number; readonly to: number } {
  const from = Math.floor(moment / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  return { from, to: from + DAY_MILLISECONDS };
}

/** What is asked for does not fit under the cap of a video, whatever is done first. */
export function aboveVideoCap(asked: {
  readonly limitUsd: number;
  /** What its calls have cost or may still cost. */
  readonly spentUsd: number;
  readonly askedUsd: number;
}): AppError {
  const { limitUsd, spentUsd, askedUsd } = asked;
  return new AppError({
    code: 'cost_above_limit',
    kind: 'over_budget',
    message: `A video may cost at most ${usd(limitUsd)} (MAX_COST_PER_VIDEO_USD); ${usd(spentUsd)} are spent, and this would cost ${usd(askedUsd)}.`,
  });
}

/** The day has no room for it; the next one may have. */
export function aboveDayCap(asked: {
  readonly limitUsd: number;
  /** What the calls of the day have cost or may still cost. */
  readonly spentUsd: number;
  readonly askedUsd: number;
  /** Only for a client that can come again: a job must not be kept waiting for midnight. */
  readonly retryAfterSeconds?: number;
}): AppError {
  const { limitUsd, spentUsd, askedUsd, retryAfterSeconds } = asked;
  return new AppError({
    code: 'daily_budget_spent',
    kind: 'over_budget',
    message: `A day (UTC) may cost at most ${usd(limitUsd)} (MAX_COST_PER_DAY_USD); ${usd(spentUsd)} are spent today, and this would cost ${usd(askedUsd)}.`,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function usd(value: number): string {
  return `${Number(value.toFixed(6))} USD`;
}
