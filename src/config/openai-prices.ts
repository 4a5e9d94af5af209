/**
 * US dollars for a million tokens (read, written), by the beginning of the model's name; the longest that fits counts. OpenAI's list
 * prices as they were reported up to the date, without discounts for cached input. They change:
 * OPENAI_USD_PER_1M_INPUT_TOKENS and OPENAI_USD_PER_1M_OUTPUT_TOKENS go before.
 */
export const OPENAI_PRICES = {
  date: '2026-11-28',
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
} as const satisfies { date: string; models: Readonly<Record<string, readonly [number, number]>> };

export type TokenPrice = { readonly inputUsdPerMillionTokens: number; readonly outputUsdPerMillionTokens: number };

/** Null for a model that is not in the list. A dated name (`gpt-4o-2024-08-06`) costs what its family does. */
export function knownPrice(model: string): TokenPrice | null {
  const families = Object.entries(OPENAI_PRICES.models).filter(
    ([family]) => model === family || new RegExp(`^${RegExp.escape(family)}-(?:\\d|preview|latest)`).test(model),
  );
  const [, price] = families.toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
  return price === undefined ? null : { inputUsdPerMillionTokens: price[0], outputUsdPerMillionTokens: price[1] };
}
