import { ELEVENLABS_PRICES } from './prices/elevenlabs.ts';
import { PRICE_TABLE_VERSION } from './prices.ts';
import type { Config } from './schema.ts';

/**
 * What estimates and receipts are made with: the version of the table, and the variables that go before it under this
 * configuration. Simulators charge nothing.
 */
export function priceTableName(
  config: Pick<
    Config,
    | 'mockMode'
    | 'elevenlabsUsdPerThousandCharacters'
    | 'heygenUsdPerSecond'
    | 'openaiSpeechUsdPerThousandCharacters'
    | 'openaiUsdPerMillionInputTokens'
    | 'openaiUsdPerMillionOutputTokens'
  >,
): string {
  if (config.mockMode) return 'simulated';
  const { openaiUsdPerMillionInputTokens: read, openaiUsdPerMillionOutputTokens: written } = config;
  const isSet = {
    'OPENAI_USD_PER_1M_*_TOKENS': read !== null && written !== null,
    OPENAI_SPEECH_USD_PER_1K_CHARACTERS: config.openaiSpeechUsdPerThousandCharacters !== null,
    ELEVENLABS_USD_PER_1K_CHARACTERS:
      config.elevenlabsUsdPerThousandCharacters !== ELEVENLABS_PRICES.usdPerThousandCredits,
    HEYGEN_USD_PER_SECOND: config.heygenUsdPerSecond !== null,
  };
  const own = Object.entries(isSet).flatMap(([name, set]) => (set ? [name] : []));
  return own.length === 0 ? PRICE_TABLE_VERSION : `${PRICE_TABLE_VERSION}, but for ${own.join(', ')}`;
}
