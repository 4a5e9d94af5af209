import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { startOpenAiChatSimulator } from '../../simulators/openai-chat.ts';
import type { OpenAiChatFault } from '../../simulators/openai-chat.ts';
import type { Simulator } from '../../simulators/simulator.ts';
import { createOpenAiEnhancer } from './openai.ts';
import type { OpenAiEnhancerOptions } from './openai.ts';
import { readAnswer } from './openai/answer.ts';

const KEY = 'simulated-key';
const ASKED = { script: 'In 2026 we sold 12 units. What a year it was for all of us!', language: 'en-GB' };
const WRITTEN = { spokenText: ASKED.script, title: 'A good year', keyPoints: ['12 units sold'], language: 'en' };
const PRICE = { inputUsdPerMillionTokens: 30, outputUsdPerMillionTokens: 60 };

let simulator: Simulator<OpenAiChatFault>;
before(async () => {
  simulator = await startOpenAiChatSimulator({ writer: () => WRITTEN, apiKey: KEY, slowSeconds: 0.2 });
});
afterEach(() => simulator.faults.clear());
after(() => simulator.close());

function createEnhancer(options: Partial<OpenAiEnhancerOptions> = {}) {
  return createOpenAiEnhancer({
    baseUrl: `${simulator.url}/v1`,
    apiKey: KEY,
    model: 'gpt-4.1',
    price: PRICE,
    maximumOutputTokens: 4096,
    timeoutSeconds: 60,
    ...options,
  });
}

const ask = (options: Partial<OpenAiEnhancerOptions> = {}, signal = new AbortController().signal) =>
  createEnhancer(options).enhance(ASKED, { signal });

test('an answer is read, and its tokens are priced', async () => {
  const answer = await ask();
  assert.deepEqual(answer.enhanced, { spokenText: ASKED.script, title: 'A good year', keyPoints: ['12 units sold'] });
  assert.ok(answer.promptTokens > 100 && answer.completionTokens > 10);
  assert.equal(answer.costUsd, (answer.promptTokens * 30 + answer.completionTokens * 60) / 1e6);
  const [request] = simulator.requests.slice(-1);
  const sent = JSON.parse(request?.body ?? '') as Record<string, unknown>;
  assert.equal(sent['max_completion_tokens'], 4096);
  assert.equal((sent['response_format'] as { type: string }).type, 'json_schema');
  const estimate = createEnhancer().estimateUsd(ASKED);
  assert.ok(estimate > answer.costUsd * 0.5 && estimate < answer.costUsd * 3, `${estimate} for ${answer.costUsd}`);
  assert.equal((await ask({ price: null })).costUsd, 0);
});

test('a model without structured output is asked without it, and from then on at once', async () => {
  const enhancer = createEnhancer({ model: 'gpt-4' });
  const { signal } = new AbortController();
  const before = simulator.requests.length;
  for (let call = 0; call < 2; call++) assert.ok((await enhancer.enhance(ASKED, { signal })).enhanced);
  const formats = simulator.requests.slice(before).map(({ body }) => body.includes('response_format'));
  assert.deepEqual(formats, [true, false, false]);
});

const USELESS: Partial<Record<OpenAiChatFault, RegExp>> = {
  refusal: /^refused/,
  'length-cut': /ran out of tokens/,
  'content-filter': /^filtered/,
  'malformed-json': /other than JSON/,
  'breaks-schema': /another shape/,
};
for (const [fault, reason] of Object.entries(USELESS)) {
  test(`${fault}: charged, told, and of no use`, async () => {
    simulator.faults.set(fault as OpenAiChatFault);
    const { enhanced, uselessBecause, costUsd } = await ask();
    assert.equal(enhanced, null);
    assert.match(uselessBecause ?? '', reason);
    assert.ok(costUsd > 0);
  });
}

const FAILURES: Partial<Record<OpenAiChatFault, object>> = {
  unauthorized: { kind: 'auth', code: 'enhancer_key_refused', message: /status 401 \(invalid_api_key\)/ },
  'insufficient-quota': { kind: 'quota', code: 'enhancer_quota_used_up', retryAfterSeconds: undefined },
  'rate-limited': { kind: 'rate_limited', retryAfterSeconds: undefined },
  'rate-limited-retry-after': { kind: 'rate_limited', code: 'enhancer_rate_limited', retryAfterSeconds: 7 },
  'error-500': { kind: 'unavailable', neverSent: false },
  'error-503': { kind: 'unavailable' },
  refuse: { kind: 'unavailable', neverSent: false },
  'drop-mid-body': { kind: 'unavailable', neverSent: false },
  'no-choices': { kind: 'protocol', code: 'enhancer_unreadable' },
};
for (const [fault, failure] of Object.entries(FAILURES)) {
  test(`${fault} is a failure of its kind, after one request`, async () => {
    simulator.faults.set(fault as OpenAiChatFault);
    const before = simulator.requests.length;
    await assert.rejects(ask(), failure);
    assert.equal(simulator.requests.length, before + 1, 'The client repeats nothing by itself.');
  });
}

test('an unknown model and a wrong address are refused for good; nothing there at all was never sent', async () => {
  await assert.rejects(ask({ model: 'llama' }), { kind: 'unsupported', message: /404 \(model_not_found\)/ });
  await assert.rejects(ask({ baseUrl: simulator.url }), { kind: 'unsupported' });
  const closed = await startOpenAiChatSimulator({ writer: () => WRITTEN, apiKey: KEY });
  await closed.close();
  await assert.rejects(ask({ baseUrl: `${closed.url}/v1` }), { kind: 'unavailable', neverSent: true });
});

test('a slow answer meets the deadline, and a caller who leaves is not kept', async () => {
  simulator.faults.set('hang');
  await assert.rejects(ask({ timeoutSeconds: 0.05 }), { kind: 'timeout' });
  const leaving = new AbortController();
  const asking = ask({}, leaving.signal);
  leaving.abort();
  await assert.rejects(asking, { kind: 'cancelled' });
  simulator.faults.set('slow-first-byte');
  assert.ok((await ask()).enhanced);
});

async function serve(t: TestContext, status: number, body: string, headers: Record<string, string> = {}) {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body)).listen(0, '127.0.0.1');
  t.after(() => server.close().closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

test('what a server may send instead: a page, a redirect, a flood, nonsense in its own numbers', async (t) => {
  const page = await serve(t, 200, '<h1>Please sign in</h1>', { 'content-type': 'text/html' });
  await assert.rejects(ask({ baseUrl: page }), { kind: 'protocol' });
  const broken = await serve(t, 200, '{"choices":', { 'content-type': 'application/json' });
  await assert.rejects(ask({ baseUrl: broken }), { kind: 'protocol' });
  const redirect = await serve(t, 307, '', { location: simulator.url });
  await assert.rejects(ask({ baseUrl: redirect }), { kind: 'protocol' });
  const flood = await serve(t, 200, `"${'x'.repeat(2 ** 20)}"`, { 'content-type': 'application/json' });
  await assert.rejects(ask({ baseUrl: flood }), { kind: 'protocol', message: /must have at most 1048576 bytes/ });
  const choices = [{ finish_reason: 'stop', message: { content: JSON.stringify(WRITTEN) } }];
  const odd = JSON.stringify({ choices, usage: { prompt_tokens: -5, completion_tokens: 'many' } });
  const baseUrl = await serve(t, 200, odd, { 'content-type': 'application/json' });
  const { enhanced, costUsd } = await ask({ baseUrl, apiKey: null });
  assert.ok(enhanced);
  assert.equal(costUsd, 0);
});

test('an answer is data: whatever it holds, it is sound or of no use', () => {
  const read = (changes: object) => readAnswer(JSON.stringify({ ...WRITTEN, ...changes }), ASKED);
  assert.match(read({ language: 'de' }).uselessBecause ?? '', /another language/);
  assert.match(read({ language: 'not a tag' }).uselessBecause ?? '', /another language/);
  assert.match(read({ spokenText: 'Hi\u0007 there' }).uselessBecause ?? '', /cannot be spoken/);
  assert.match(read({ spokenText: '… !' }).uselessBecause ?? '', /without a letter/);
  assert.match(read({ spokenText: 'x'.repeat(40_001) }).uselessBecause ?? '', /another shape/);
  assert.match(read({ extra: 1 }).uselessBecause ?? '', /another shape/);
  assert.equal(read({ title: 'two\nlines' }).enhanced?.title, '');
  assert.deepEqual(read({ keyPoints: ['a', ' ', 'x'.repeat(81), 'b\u0000'] }).enhanced?.keyPoints, ['a']);
  assert.ok(readAnswer(`\`\`\`json\n${JSON.stringify(WRITTEN)}\n\`\`\``, ASKED).enhanced);
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.record({ spokenText: fc.string({ unit: 'binary' }) }).map((text) => JSON.stringify({ ...WRITTEN, ...text })),
  );
  fc.assert(
    fc.property(anything, (content) => {
      const { enhanced } = readAnswer(content, ASKED);
      assert.ok(
        enhanced === null || (enhanced.spokenText.isWellFormed() && !/(?![\t\n\r])\p{Cc}/u.test(enhanced.spokenText)),
      );
    }),
  );
});
