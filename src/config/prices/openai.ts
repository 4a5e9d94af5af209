import type { PriceSource } from './price-source.ts';

/**
 * US dollars for a million tokens (read, written), by the beginning of the model's name; the longest that fits counts. List prices,
 * without discounts for cached input.
 */
export const OPENAI_TOKEN_PRICES = {
  date: '2026-11-28',
  source: 'price lists of OpenAI as others quote them',
  verified: 'reported',
  models: {
    'gpt-3.5-turbo': [0.5, 1.5],
    'gpt-4': [30, 60],
    'gpt-4-turbo': [10, 30],
    'gpt-4o': [2.5, 10],
    'gpt-4o-2024-05-13': [5, 15],
    'gpt-4o-mini': [0.15, 0.6],
    'gpt-4.1': [2, 8],
    'gpt-4.1-mini': [0.4, 1.6],
    'gpt-4.1-nano': [0.1, 0.4],
    'gpt-5': [1.25, 10],
    'gpt-5-mini': [0.25, 2],
    'gpt-5-nano': [0.05, 0.4],
    'gpt-5.1': [1.25, 10],
    'gpt-5.4': [2.5, 15],
    'gpt-5.4-mini': [0.75, 4.5],
    'gpt-5.4-nano': [0.2, 1.25],
    'gpt-5.5': [5, 30],
  },
} as const satisfies PriceSource & { models: Readonly<Record<string, readonly [number, number]>> };

/** US dollars for 1,000 characters that are spoken. gpt-4o-mini-tts is charged by tokens: that is about what its minute comes to. */
export const OPENAI_SPEECH_PRICES = {
  date: '2026-11-28',
  source: 'price lists of OpenAI as others quote them',
  verified: 'reported',
  models: { 'gpt-4o-mini-tts': 0.015, 'tts-1': 0.015, 'tts-1-hd': 0.03 },
} as const satisfies PriceSource & { models: Readonly<Record<string, number>> };

export type TokenPrice = { readonly inputUsdPerMillionTokens: number; readonly outputUsdPerMillionTokens: number };

/** Null for a model that is not in the list. A dated name (`gpt-4o-2024-08-06`) costs what its family does. */
export function knownTokenPrice(model: string): TokenPrice | null {
  const price = priceOfFamily(OPENAI_TOKEN_PRICES.models, model);
  return price === null ? null : { inputUsdPerMillionTokens: price[0], outputUsdPerMillionTokens: price[1] };
}

/** That of the vendor's default model for a model that is not in the list, which no caller has to set a price for. */
export function speechUsdPerThousandCharacters(model: string): number {
  const { models } = OPENAI_SPEECH_PRICES;
  return priceOfFamily(models, model) ?? models['gpt-4o-mini-tts'];
}

function priceOfFamily<Price>(models: Readonly<Record<string, Price>>, model: string): Price | null {
  const families = Object.entries(models).filter(
    ([family]) => model === family || new RegExp(`^${RegExp.escape(family)}-(?:\\d|preview|latest)`).test(model),
  );
  const [, price] = families.toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
  return price ?? null;
}
