import { setTimeout as wait } from 'node:timers/promises';
import { knownTokenPrice, OPENAI_TOKEN_PRICES } from '../config/prices/openai.ts';
import type { TokenPrice } from '../config/prices/openai.ts';
import type { Config } from '../config/schema.ts';
import { createCircuitBreakers } from '../core/circuit-breaker.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { createRetryBudget } from '../core/retry.ts';
import type { EnhancerAccess } from '../pipeline/ask-enhancer.ts';
import type { VendorRecord } from '../core/vendor-record.ts';
import { createOpenAiEnhancer } from '../script/enhancers/openai.ts';
import { watchEnhancer } from './vendor-watch.ts';

/** Where OpenAI is, with its version. */
export const OPENAI = 'https://api.openai.com/v1';
/** The simulator knows the vendor's models only, and OPENAI_MODEL may name one of another server. */
const SIMULATED_MODEL = 'gpt-4.1-mini';

/** Where to ask, and with which key; null when nobody improves scripts. */
type OpenAiAccess = { readonly baseUrl: string; readonly apiKey: string | null } | null;

/** Who improves scripts, and what guards the calls; null when nobody does. `simulated` is where the simulator of mock mode is. */
export function createEnhancerAccess(
  config: Config,
  options: {
    readonly simulated: OpenAiAccess | undefined;
    readonly clock: Clock;
    readonly logger: Logger;
    /** Hears what calls come to. */
    readonly record: VendorRecord;
  },
): EnhancerAccess | null {
  const { simulated, clock, logger, record } = options;
  const access = simulated ?? liveAccess(config);
  if (access === null) return null;
  return {
    enhancer: watchEnhancer(
      createOpenAiEnhancer({
        ...access,
        model: simulated === undefined ? config.openaiModel : SIMULATED_MODEL,
        // Simulators charge nothing.
        price: simulated === undefined ? priceOf(config, logger) : null,
        maximumOutputTokens: config.openaiMaxOutputTokens,
        timeoutSeconds: config.openaiTimeoutSeconds,
      }),
      record,
    ),
    breakers: createCircuitBreakers({ clock, random: Math.random }),
    budget: createRetryBudget({ clock }),
    random: Math.random,
    wait: async (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
    limitOf: (provider) => config.providerLimits?.[provider],
  };
}

function liveAccess({ openaiApiKey, openaiBaseUrl }: Pick<Config, 'openaiApiKey' | 'openaiBaseUrl'>): OpenAiAccess {
  if (openaiApiKey === null && openaiBaseUrl === null) return null;
  return { baseUrl: openaiBaseUrl ?? OPENAI, apiKey: openaiApiKey };
}

function priceOf(config: Config, logger: Logger): TokenPrice | null {
  const { openaiUsdPerMillionInputTokens: input, openaiUsdPerMillionOutputTokens: output, openaiModel: model } = config;
  if (input !== null && output !== null) {
    return { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output };
  }
  const price = knownTokenPrice(model);
  if (price === null) {
    const rule = 'OPENAI_USD_PER_1M_INPUT_TOKENS and OPENAI_USD_PER_1M_OUTPUT_TOKENS are not both set';
    const fields = { model, price_list: OPENAI_TOKEN_PRICES.date, rule };
    logger.warn(fields, 'The price of the model that improves scripts is not known: its calls are booked at 0');
  }
  return price;
}
