import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownTokenPrice, OPENAI_TOKEN_PRICES } from './openai.ts';

test('a model costs what its family does, and a family is not another that begins like it', () => {
  for (const [model, [input, output]] of Object.entries(OPENAI_TOKEN_PRICES.models)) {
    const price = { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output };
    for (const name of [model, `${model}-2024-08-06`, `${model}-0613`, `${model}-latest`]) {
      assert.deepEqual(knownTokenPrice(name), price, name);
    }
  }
  for (const name of ['', 'llama3', 'gpt-4.5', 'gpt-5-pro', 'gpt-5.9', 'my-gpt-4', 'gpt-4o-audio']) {
    assert.equal(knownTokenPrice(name), null, name);
  }
});
