import type { PriceSource } from './price-source.ts';

/**
 * ElevenLabs charges credits: one for a character, half a one with its fast models. US dollars for 1,000 credits, and for 1,000
 * characters by model.
 */
export const ELEVENLABS_PRICES = {
  date: '2026-11-22',
  source: 'pay-as-you-go prices as users of the API quote them in May and June 2026',
  verified: 'reported',
  usdPerThousandCredits: 0.1,
  models: {
    eleven_v3: 0.1,
    eleven_multilingual_v2: 0.1,
    eleven_flash_v2_5: 0.05,
    eleven_turbo_v2_5: 0.05,
    eleven_flash_v2: 0.05,
    eleven_turbo_v2: 0.05,
  },
} as const satisfies PriceSource & { models: Readonly<Record<string, number>>; usdPerThousandCredits: number };
