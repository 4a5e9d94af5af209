import type { ProviderCall } from '../../jobs/provider-call.ts';
import type { VideoEstimate } from '../../pipeline/estimate-cost.ts';
import type { Cost, Estimate } from '../cost-contract.ts';

/** The receipt of a video, from the journal: one item for each provider that charged in each step. */
export function toCost(
  calls: readonly ProviderCall[],
  facts: {
    readonly estimate: { readonly costUsd: number; readonly priceTable: string } | undefined;
    /** Undefined until the video is finished. */
    readonly savedByCacheUsd: number | undefined;
  },
): Cost {
  const items = new Map<string, Cost['items'][number]>();
  for (const { step, provider, costUsd, estimatedUsd } of calls) {
    const key = `${step} ${provider}`;
    const { calls: earlier, usd, estimated_usd } = items.get(key) ?? { calls: 0, usd: 0, estimated_usd: 0 };
    items.set(key, {
      step,
      provider,
      calls: earlier + 1,
      usd: toUsd(usd + costUsd),
      estimated_usd: toUsd(estimated_usd + estimatedUsd),
    });
  }
  const charged = [...items.values()].filter(({ usd }) => usd > 0);
  const sumOf = (valueOf: (call: ProviderCall) => number): number =>
    toUsd(calls.reduce((sum, call) => sum + valueOf(call), 0));
  return {
    total_usd: sumOf(({ costUsd }) => costUsd),
    estimated_usd: facts.estimate?.costUsd ?? null,
    open_usd: sumOf(({ state, estimatedUsd }) => (state === 'intent' ? estimatedUsd : 0)),
    uncertain_repeats: sumOf(({ uncertainRepeats }) => uncertainRepeats),
    saved_by_cache_usd: facts.savedByCacheUsd === undefined ? null : toUsd(facts.savedByCacheUsd),
    cost_of_fallback_usd: sumOf(({ isFallback, costUsd }) => (isFallback ? costUsd : 0)),
    price_table: facts.estimate?.priceTable ?? null,
    items: charged,
  };
}

export function toEstimate(estimate: VideoEstimate): Estimate {
  const { ifFallback } = estimate;
  return {
    duration_seconds: estimate.durationSeconds,
    cost_usd: estimate.costUsd,
    items: [...estimate.items],
    saved_by_cache_usd: estimate.savedByCacheUsd,
    if_fallback: { cost_usd: ifFallback.costUsd, items: [...ifFallback.items] },
    price_table: estimate.priceTable,
  };
}

/** Sums of decimals without the dust of binary fractions. */
export function toUsd(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
