import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTestRules } from '../../test/fixtures/request-rules.ts';
import { createVideoEstimates, type CostPricing } from './estimate-cost.ts';
import { parseVideoRequest } from './video-request.ts';

const RULES = createTestRules({ videoProviders: ['heygen', 'engine'] });
const SCRIPT = 'It costs $5 to say this in public.';
const requestOf = (enhance: boolean) =>
  parseVideoRequest({ script: SCRIPT, template: 'presenter1', userId: 'ada', language: 'en', enhance }, RULES);

const usd = fc.nat({ max: 1_000_000 }).map((micro) => micro / 1e6);
const speakers = fc.array(
  fc
    .record({
      provider: fc.constantFrom('vibevoice' as const, 'elevenlabs' as const, 'offline' as const),
      usd,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ share, ...price }) => ({ ...price, cachedUsd: price.usd * share })),
  { maxLength: 4 },
);
const sumOf = (items: readonly { readonly usd: number }[]): number => items.reduce((sum, item) => sum + item.usd, 0);
const isNear = (actual: number, expected: number): boolean => Math.abs(actual - expected) < 1e-8;

test('an estimate is the sum of what it lists, and is never higher than at worst', async () => {
  const prices = fc.record({ script: fc.option(usd), speakers, perSecond: usd, hasFallback: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(prices, fc.boolean(), async (prices, enhance) => {
      const { script, perSecond, hasFallback } = prices;
      const pricing: CostPricing = {
        speech: { priceScript: async () => prices.speakers },
        enhancer:
          script === null
            ? null
            : { id: 'openai', identity: { model: 'gpt', promptVersion: 1 }, estimateUsd: () => script },
        pictures: {
          estimateUsd: { engine: () => 0, heygen: (seconds) => seconds * perSecond },
          fallback: hasFallback ? 'engine' : null,
        },
        priceTable: '2026-01-01',
      };
      const request = requestOf(enhance);
      const estimate = await createVideoEstimates(pricing)(request);
      const { costUsd, items, savedByCacheUsd, ifFallback } = estimate;
      assert.ok(isNear(costUsd, sumOf(items)));
      assert.ok(isNear(ifFallback.costUsd, sumOf(ifFallback.items)));
      assert.ok(ifFallback.costUsd + 1e-8 >= costUsd + savedByCacheUsd);
      assert.ok([...items, ...ifFallback.items].every((item) => item.usd > 0));
      const [first] = prices.speakers;
      assert.ok(isNear(savedByCacheUsd, enhance ? 0 : (first?.cachedUsd ?? 0)), 'an improved script is another text');
      // The picture begins before the first word and ends after the last.
      const picture = (request.estimatedSpeechSeconds + 1.2) * perSecond;
      const plan = (enhance ? (script ?? 0) : 0) + (first?.usd ?? 0) + picture;
      assert.ok(isNear(costUsd + savedByCacheUsd, plan), `${costUsd} and ${savedByCacheUsd} of ${plan}`);
      assert.deepEqual([estimate.priceTable, estimate.durationSeconds], ['2026-01-01', request.estimatedSpeechSeconds]);
      const told = JSON.stringify(estimate);
      assert.ok(!told.includes('public'), 'it quotes nothing of the script');
    }),
    { numRuns: 60 },
  );
});
