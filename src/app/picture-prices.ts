import { heygenUsdPerSecond } from '../config/prices/heygen.ts';
import type { Config } from '../config/schema.ts';
import type { PicturePrices } from '../pipeline/estimate-cost.ts';

/** What the makers of pictures charge; nobody has to be asked, and nothing of them is loaded. A simulated account charges nothing. */
export function picturePrices(config: Config): PicturePrices {
  const usdPerSecond = config.mockMode ? 0 : (config.heygenUsdPerSecond ?? heygenUsdPerSecond(config));
  return {
    estimateUsd: { engine: () => 0, heygen: (seconds) => seconds * usdPerSecond },
    fallback: config.videoFallback === 'engine' ? 'engine' : null,
  };
}
