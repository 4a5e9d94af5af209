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

/**
 * What a second costs with the engine and resolution that are asked for. A photo avatar costs less, so that an estimate is not too
 * low; prices of the others are taken to be those of the nearest: 720p as 1080p, the fifth generation as the fourth.
 */
export function heygenUsdPerSecond(wish: {
  readonly heygenEngine: 'default' | 'avatar_iii' | 'avatar_iv' | 'avatar_v';
  readonly heygenResolution: '720p' | '1080p' | '4k';
}): number {
  const { engines } = HEYGEN_PRICES;
  const engine = wish.heygenEngine === 'avatar_iii' ? 'Avatar III' : 'Avatar IV, digital twin or studio avatar';
  return engines[engine][wish.heygenResolution === '4k' ? '4K' : '1080p'];
}
