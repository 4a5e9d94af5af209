/** Keeps the rate of predicted frames within a budget, by raising their quantiser while many of them are too large. */
export type RateGuard = {
  /** What to add to the quantiser of the next predicted frame: 0 unless the frames before it overran the budget. */
  readonly quantiserIncrease: number;
  /** Forgets the past: called with each keyframe, so that groups of pictures do not depend on one another. */
  reset(): void;
  /** The size of the predicted frame just coded. */
  record(byteCount: number): void;
};

/**
 * The share of the level's limit that predicted frames may take in the long run; keyframes and the frames before the guard
 * has reacted need the rest.
 */
const BUDGET_SHARE = 0.75;
/** An overrun of the budget of so many seconds ... */
const RESERVE_SECONDS = 0.5;
/** ... raises the quantiser by this much: two octaves, about a quarter of the bits. */
const INCREASE_PER_RESERVE = 12;

/**
 * Ordinary frames are a twentieth of the budget and never feel the guard. A whole picture that changes (a fade, a slide, film grain)
 * overruns it, and the increase grows with the sum of the overruns until the frames fit. Proportional, so it settles.
 */
export function createRateGuard(limitKilobitsPerSecond: number, frameRate: number): RateGuard {
  const budgetBytes = (limitKilobitsPerSecond * 1000 * BUDGET_SHARE) / 8 / frameRate;
  const reserveBytes = budgetBytes * frameRate * RESERVE_SECONDS;
  let overrunBytes = 0;
  return {
    get quantiserIncrease() {
      return Math.round((overrunBytes / reserveBytes) * INCREASE_PER_RESERVE);
    },
    reset() {
      overrunBytes = 0;
    },
    record(byteCount) {
      overrunBytes = Math.max(0, overrunBytes + byteCount - budgetBytes);
    },
  };
}
