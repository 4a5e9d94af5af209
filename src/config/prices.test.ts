import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { elevenLabsModel } from '../tts/providers/elevenlabs/models.ts';
import { resolveConfig, variableEntries } from './load.ts';
import { priceTableName } from './price-table-name.ts';
import { ELEVENLABS_PRICES } from './prices/elevenlabs.ts';
import { speechUsdPerThousandCharacters } from './prices/openai.ts';
import { PRICE_TABLE, PRICE_TABLE_VERSION } from './prices.ts';

/** Of the version and every price. A changed price needs a new version, and then a new line here. */
const FINGERPRINTS: Readonly<Record<string, string>> = {
  '2026-11-28': 'cac256cee9d86830',
};

test('a price never changes without a new version of the table', () => {
  const prices = PRICE_TABLE.map(({ title, unit, prices: list }) => [title, unit, list]);
  const fingerprint = createHash('sha256').update(JSON.stringify(prices)).digest('hex').slice(0, 16);
  assert.equal(fingerprint, FINGERPRINTS[PRICE_TABLE_VERSION], `of version ${PRICE_TABLE_VERSION}`);
  for (const { title, from } of PRICE_TABLE) {
    assert.match(from.date, /^\d{4}-\d{2}-\d{2}$/, title);
    assert.ok(from.date <= PRICE_TABLE_VERSION, `${title} was read on ${from.date}, after the version of the table`);
  }
});

test('every price is positive, and every variable that goes before one exists', () => {
  const names = new Set(variableEntries().map(([, { name }]) => name));
  for (const { title, prices, overrides } of PRICE_TABLE) {
    assert.ok(prices.length > 0, title);
    for (const { name, usd } of prices) assert.ok(usd > 0 && Number.isFinite(usd), `${title}: ${name}`);
    for (const override of overrides) assert.ok(names.has(override), override);
  }
});

test('the price of a model of ElevenLabs is that of the credits it is billed at', () => {
  for (const [model, usd] of Object.entries(ELEVENLABS_PRICES.models)) {
    assert.equal(usd, elevenLabsModel(model).billedPerCharacter * ELEVENLABS_PRICES.usdPerThousandCredits, model);
  }
});

test('speech of OpenAI costs what its model does, and an unknown model what the default does', () => {
  assert.deepEqual(
    ['tts-1-hd', 'tts-1', 'gpt-4o-mini-tts-2025-12-15', 'kokoro'].map(speechUsdPerThousandCharacters),
    [0.03, 0.015, 0.015, 0.015],
  );
});

test('what prices are made with is named by its version, and by the variables that go before it', () => {
  const production = { MOCK_MODE: 'False', TTS_PROVIDER: 'elevenlabs', ELEVENLABS_API_KEY: 'not-a-real-key' };
  const nameOf = (environment: Record<string, string>): string =>
    priceTableName(resolveConfig({ ...production, ...environment }, {}).config);
  assert.equal(nameOf({}), PRICE_TABLE_VERSION);

  assert.equal(
    nameOf({ HEYGEN_USD_PER_SECOND: '0.05', ELEVENLABS_USD_PER_1K_CHARACTERS: '0' }),
    `${PRICE_TABLE_VERSION}, but for ELEVENLABS_USD_PER_1K_CHARACTERS, HEYGEN_USD_PER_SECOND`,
  );
  assert.equal(nameOf({ MOCK_MODE: 'True' }), 'simulated');
});
