import type { PriceSource } from './price-source.ts';

/** US dollars for a second of video, by engine and resolution. */
export const HEYGEN_PRICES = {
  date: '2026-11-22',
  source: 'developers.heygen.com/docs/pricing',
  verified: 'vendor',
  engines: {
    'Avatar IV, digital twin or studio avatar': { '1080p': 0.0667, '4K': 0.0833 },
    'Avatar IV, photo avatar': { '1080p': 0.05, '4K': 0.0667 },
    'Avatar III': { '1080p': 0.0167, '4K': 0.02 },
  },
} as const satisfies PriceSource & {
  engines: Readonly<Record<string, Readonly<Record<'1080p' | '4K', number>>>>;
};

/** Of what we ask for unless told otherwise; a photo avatar costs less, so that an estimate is not too low. */
export const HEYGEN_USD_PER_SECOND = HEYGEN_PRICES.engines['Avatar IV, digital twin or studio avatar']['1080p'];
