/** Calls of one arm for one yes-or-no measure, and how many of them were bad. */
export type ArmCounts = { readonly calls: number; readonly bad: number };

export type Evidence = { readonly canary: ArmCounts; readonly baseline: ArmCounts };

/** Rates below this are treated as this: a baseline without one failure must not make the canary's second one a verdict. */
export const SMALLEST_RATE = 0.005;
const LARGEST_RATE = 0.5;

/** Steps of about 11 % in the odds, about what 10,000 calls can tell apart at 1 %. */
const GRID_POINTS = 48;

/**
 * How many times the odds of a bad call may have grown in a bad canary, and how much each case weighs. Most of the weight
 * is on slow poison (1 % that became 4 or 5 %), which takes longest to see; the last row is a total outage. There is
 * nothing below four: a canary that is a little worse is for people to judge.
 */
const ODDS_RATIOS: readonly { readonly ratio: number; readonly weight: number }[] = [
  { ratio: 4, weight: 0.87 },
  { ratio: 10, weight: 0.08 },
  { ratio: 40, weight: 0.03 },
  { ratio: 5_000, weight: 0.02 },
];

/** Natural logarithms of a rate and of its complement, with the prior weight. */
type Hypothesis = { readonly logWeight: number; readonly logBad: number; readonly logGood: number };

type RatePair = { readonly alike: Hypothesis; readonly worse: readonly Hypothesis[] };

// Computed once, because a simulation weighs a million counts.
const RATE_PAIRS = createRatePairs();

/**
 * How many times better "the canary's odds are worse" explains what was seen than "both arms are alike", as a natural
 * logarithm: a mixture likelihood ratio with the baseline's rate unknown (mixed over a grid, even in log odds) and learnt
 * from its calls. Under "alike" the ratio is a martingale that starts at 1, so looking after every call is allowed: by
 * Ville's inequality it ever reaches 1 / alpha with a chance of at most alpha. That holds on average over the grid of
 * rates, and for independent calls; the tests measure single rates. Counts are sufficient: their order does not matter.
 */
export function logLikelihoodRatio({ canary, baseline }: Evidence): number {
  const alike: number[] = [];
  const worse: number[] = [];
  for (const pair of RATE_PAIRS) {
    const ofBaseline = logLikelihood(baseline, pair.alike);
    alike.push(ofBaseline + logLikelihood(canary, pair.alike));
    for (const hypothesis of pair.worse) worse.push(ofBaseline + logLikelihood(canary, hypothesis));
  }
  return logSum(worse) - logSum(alike);
}

/** True when the evidence against the canary has reached 1 / alpha. */
export function isProvenWorse(evidence: Evidence, alpha: number): boolean {
  const { canary, baseline } = evidence;
  // A canary that did not do worse needs no weighing.
  if (canary.bad * baseline.calls <= baseline.bad * canary.calls) return false;
  return logLikelihoodRatio(evidence) >= -Math.log(alpha);
}

function logLikelihood({ calls, bad }: ArmCounts, { logWeight, logBad, logGood }: Hypothesis): number {
  return logWeight + bad * logBad + (calls - bad) * logGood;
}

function createRatePairs(): readonly RatePair[] {
  const first = Math.log(SMALLEST_RATE / (1 - SMALLEST_RATE));
  const last = Math.log(LARGEST_RATE / (1 - LARGEST_RATE));
  return Array.from({ length: GRID_POINTS }, (_, index) => {
    const logOdds = first + ((last - first) * index) / (GRID_POINTS - 1);
    return {
      alike: toHypothesis(logOdds, 1),
      worse: ODDS_RATIOS.map(({ ratio, weight }) => toHypothesis(logOdds + Math.log(ratio), weight)),
    };
  });
}

function toHypothesis(logOdds: number, weight: number): Hypothesis {
  return {
    logWeight: Math.log(weight),
    logBad: -Math.log1p(Math.exp(-logOdds)),
    logGood: -Math.log1p(Math.exp(logOdds)),
  };
}

function logSum(logarithms: readonly number[]): number {
  let largest = -Infinity;
  for (const value of logarithms) if (value > largest) largest = value;
  let sum = 0;
  // Below e^-40 a term is lost in the rounding of the sum.
  for (const value of logarithms) if (value > largest - 40) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}
