import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import OpenAI, { APIConnectionError, APIError, AuthenticationError, NotFoundError, RateLimitError } from 'openai';
import { startOpenAiChatSimulator } from './openai-chat.ts';
import type { OpenAiChatFault } from './openai-chat.ts';
import type { Simulator } from './simulator.ts';

// The vendor's own client judges the simulator: it chooses its error classes by status and reads the error object.
const SCHEMA = {
  type: 'object',
  properties: { answer: { type: 'string' }, marks: { type: 'array', items: { type: 'string' } } },
  required: ['answer', 'marks'],
  additionalProperties: false,
};
const WRITTEN = { answer: 'It was 12 euros in 2026.', marks: ['price'] };
let simulator: Simulator<OpenAiChatFault>;
let client: OpenAI;

before(async () => {
  simulator = await startOpenAiChatSimulator({ writer: () => WRITTEN, apiKey: 'simulated-key', slowSeconds: 0.01 });
  client = new OpenAI({ apiKey: 'simulated-key', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
});
afterEach(() => simulator.faults.clear());
after(() => simulator.close());

type Asked = {
  readonly model?: string;
  readonly schema?: Record<string, unknown>;
  readonly max_completion_tokens?: number;
};

function ask({ model = 'gpt-4.1', schema = SCHEMA, ...others }: Asked = {}) {
  return client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'What did it cost?' }],
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
    ...others,
  });
}

async function refusal(work: Promise<unknown>): Promise<APIError> {
  const thrown = await work.then(
    () => assert.fail('the vendor refuses this'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof APIError, String(thrown));
  return thrown;
}

test('the vendor’s client gets the content with its tokens counted', async () => {
  const { choices, usage, model } = await ask();
  const [choice] = choices;
  assert.deepEqual(JSON.parse(choice?.message.content ?? ''), WRITTEN);
  assert.deepEqual([choice?.finish_reason, choice?.message.refusal, model], ['stop', null, 'gpt-4.1']);
  assert.ok(usage && usage.prompt_tokens > 0 && usage.completion_tokens > 0);
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
});

test('requests that the vendor would not take are refused as it does', async () => {
  const { additionalProperties: _, ...open } = SCHEMA;
  const cases: readonly (readonly [Asked, string])[] = [
    [{ schema: open }, 'response_format'],
    [{ schema: { ...SCHEMA, required: ['answer'] } }, 'response_format'],
    [{ schema: { ...SCHEMA, properties: { answer: { maxLength: 5 } }, required: ['answer'] } }, 'response_format'],
    [{ model: 'gpt-4' }, 'response_format'],
    [{ model: 'gpt-4-turbo-2024-04-09' }, 'response_format'],
    [{ model: 'gpt-3.5-turbo' }, 'response_format'],
    [{ max_completion_tokens: 0 }, 'max_completion_tokens'],
  ];
  for (const [asked, param] of cases) {
    const { status, param: refused } = await refusal(ask(asked));
    assert.deepEqual([status, refused], [400, param], JSON.stringify(asked));
  }
  const noModel = await refusal(ask({ model: 'llama' }));
  assert.ok(noModel instanceof NotFoundError);
  assert.equal(noModel.code, 'model_not_found');
  const stranger = new OpenAI({ apiKey: 'another', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
  const unauthorized = await refusal(stranger.chat.completions.create({ model: 'gpt-4.1', messages: [] }));
  assert.ok(unauthorized instanceof AuthenticationError);
  assert.equal(unauthorized.code, 'invalid_api_key');
});

test('an older model answers without a response format', async () => {
  const messages = [{ role: 'user', content: 'What did it cost?' }] as const;
  const { choices } = await client.chat.completions.create({ model: 'gpt-4', messages: [...messages] });
  assert.deepEqual(JSON.parse(choices[0]?.message.content ?? ''), WRITTEN);
});

test('a spent quota and a fast client are both 429, told apart by their code', async () => {
  simulator.faults.set('insufficient-quota', { times: 1 });
  const spent = await refusal(ask());
  assert.ok(spent instanceof RateLimitError);
  assert.deepEqual([spent.code, spent.type], ['insufficient_quota', 'insufficient_quota']);
  simulator.faults.set('rate-limited-retry-after', { times: 1 });
  const fast = await refusal(ask());
  assert.deepEqual([fast.code, fast.headers?.get('retry-after')], ['rate_limit_exceeded', '7']);
  simulator.faults.set('error-500', { times: 1 });
  assert.equal((await refusal(ask())).status, 500);
  for (const cut of ['refuse', 'drop-mid-body'] as const) {
    simulator.faults.set(cut, { times: 1 });
    await assert.rejects(ask(), (thrown) => !(thrown instanceof APIError) || thrown instanceof APIConnectionError);
  }
});

test('every way in which a success is of no use', async () => {
  const contentOf = async (fault: OpenAiChatFault) => {
    simulator.faults.set(fault, { times: 1 });
    const [choice] = (await ask()).choices;
    return choice && { reason: choice.finish_reason, ...choice.message };
  };
  const refused = await contentOf('refusal');
  assert.deepEqual([refused?.content, refused?.reason], [null, 'stop']);
  assert.match(refused?.refusal ?? '', /cannot help/);
  const cut = await contentOf('length-cut');
  assert.equal(cut?.reason, 'length');
  assert.throws(() => JSON.parse(cut?.content ?? ''));
  assert.equal((await contentOf('content-filter'))?.reason, 'content_filter');
  const malformed = await contentOf('malformed-json');
  assert.throws(() => JSON.parse(malformed?.content ?? ''));
  const other = await contentOf('breaks-schema');
  assert.deepEqual(Object.keys(JSON.parse(other?.content ?? '') as object), ['text']);
  const changed = await contentOf('changed-facts');
  assert.match(changed?.content ?? '', /It was 23 euros in 3137\./);
  const long = await contentOf('rambling');
  assert.ok((long?.content?.length ?? 0) > 4 * WRITTEN.answer.length);
  assert.equal(await contentOf('no-choices'), undefined);
  const short = (await ask({ max_completion_tokens: 3 })).choices[0];
  assert.deepEqual([short?.finish_reason, short?.message.content?.length], ['length', 12]);
});
