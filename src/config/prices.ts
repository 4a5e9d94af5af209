import { ELEVENLABS_PRICES } from './prices/elevenlabs.ts';
import { HEYGEN_PRICES } from './prices/heygen.ts';
import { OPENAI_SPEECH_PRICES, OPENAI_TOKEN_PRICES } from './prices/openai.ts';
import type { PriceSource } from './prices/price-source.ts';
import { STORAGE_PRICES } from './prices/storage.ts';

/** The version of the price table, which estimates and receipts name: the day of its last change. A changed price is a new version. */
export const PRICE_TABLE_VERSION = '2026-11-28';

/** One vendor's part of the table as people read it. */
export type PriceSection = {
  readonly title: string;
  /** Variables that go before it. */
  readonly overrides: readonly string[];
  readonly from: PriceSource;
  /** What one of `prices` is for. */
  readonly unit: string;
  readonly prices: readonly { readonly name: string; readonly usd: number }[];
};

/** Every price that estimates, receipts and caps are made with. */
export const PRICE_TABLE: readonly PriceSection[] = [
  {
    title: 'OpenAI, improving scripts',
    overrides: ['OPENAI_USD_PER_1M_INPUT_TOKENS', 'OPENAI_USD_PER_1M_OUTPUT_TOKENS'],
    from: OPENAI_TOKEN_PRICES,
    unit: 'a million tokens',
    prices: Object.entries(OPENAI_TOKEN_PRICES.models).flatMap(([model, [read, written]]) => [
      { name: `${model}, read`, usd: read },
      { name: `${model}, written`, usd: written },
    ]),
  },
  {
    title: 'OpenAI, speech',
    overrides: ['OPENAI_SPEECH_USD_PER_1K_CHARACTERS'],
    from: OPENAI_SPEECH_PRICES,
    unit: '1,000 characters',
    prices: entries(OPENAI_SPEECH_PRICES.models),
  },
  {
    title: 'ElevenLabs, speech',
    overrides: ['ELEVENLABS_USD_PER_1K_CHARACTERS'],
    from: ELEVENLABS_PRICES,
    unit: '1,000 characters',
    prices: entries(ELEVENLABS_PRICES.models),
  },
  {
    title: 'HeyGen, picture',
    overrides: ['HEYGEN_USD_PER_SECOND'],
    from: HEYGEN_PRICES,
    unit: 'a second of video',
    prices: Object.entries(HEYGEN_PRICES.engines).flatMap(([engine, resolutions]) =>
      Object.entries(resolutions).map(([resolution, usd]) => ({ name: `${engine}, ${resolution}`, usd })),
    ),
  },
  {
    title: 'Storage',
    overrides: [],
    from: STORAGE_PRICES,
    unit: 'a GB for a month',
    prices: entries(STORAGE_PRICES.classes),
  },
];

function entries(prices: Readonly<Record<string, number>>): PriceSection['prices'] {
  return Object.entries(prices).map(([name, usd]) => ({ name, usd }));
}
