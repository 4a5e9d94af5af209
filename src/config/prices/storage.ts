import type { PriceSource } from './price-source.ts';

/** US dollars for a GB (10^9 bytes) that lies there for a month. Each object is charged for 90 days at least. */
export const STORAGE_PRICES = {
  date: '2026-11-22',
  source: 'pay-as-you-go price of Wasabi from July 2026 (7.99 for 1,024 GB) as others quote it',
  verified: 'reported',
  classes: { Wasabi: 0.0078 },
} as const satisfies PriceSource & { classes: Readonly<Record<string, number>> };
