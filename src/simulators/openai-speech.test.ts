import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import OpenAI, { APIConnectionError, APIError, AuthenticationError, NotFoundError, RateLimitError } from 'openai';
import { createSimulatorVoice } from '../../test/fixtures/simulator-voice.ts';
import { parseWav } from '../media/wav.ts';
import { startOpenAiSpeechSimulator } from './openai-speech.ts';
import type { OpenAiSpeechFault } from './openai-speech.ts';
import type { Simulator } from './simulator.ts';

// The vendor's own client judges the simulator: it chooses its error classes by status and reads the error object.
const BODY = { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Hello there.', response_format: 'wav' } as const;
const speaker = createSimulatorVoice();
let simulator: Simulator<OpenAiSpeechFault>;
let client: OpenAI;

before(async () => {
  simulator = await startOpenAiSpeechSimulator({ voice: speaker.voice, apiKey: 'simulated-key' });
  client = new OpenAI({ apiKey: 'simulated-key', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
});
afterEach(() => simulator.faults.clear());
after(async () => {
  await simulator.close();
  await speaker.close();
});

async function refusal(work: Promise<unknown>): Promise<APIError> {
  const thrown = await work.then(
    () => assert.fail('the vendor refuses this'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof APIError, String(thrown));
  return thrown;
}

test('the vendor’s client gets WAV and the same raw samples', async () => {
  const wav = Buffer.from(await (await client.audio.speech.create(BODY)).arrayBuffer());
  const raw = await client.audio.speech.create({ ...BODY, response_format: 'pcm' });
  assert.ok(wav.subarray(44).equals(Buffer.from(await raw.arrayBuffer())));
  assert.equal(parseWav(wav).sampleRateHz, 24_000);
  assert.match(raw.headers.get('x-request-id') ?? '', /^req_simulated_/);
});

test('the vendor’s client recognises every refusal', async () => {
  const stranger = new OpenAI({ apiKey: 'another', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
  const unauthorized = await refusal(stranger.audio.speech.create(BODY));
  assert.ok(unauthorized instanceof AuthenticationError);
  assert.equal(unauthorized.code, 'invalid_api_key');
  const noModel = await refusal(client.audio.speech.create({ ...BODY, model: 'tts-9' }));
  assert.ok(noModel instanceof NotFoundError);
  assert.equal(noModel.code, 'model_not_found');
  const invalid = [
    [{ ...BODY, voice: 'nobody' }, 'voice'],
    [{ ...BODY, input: '' }, 'input'],
    [{ ...BODY, input: 'a'.repeat(4097) }, 'input'],
    [{ ...BODY, response_format: 'mp3' as const }, 'response_format'],
  ] as const;
  for (const [body, param] of invalid) {
    const { status, param: refused } = await refusal(client.audio.speech.create(body));
    assert.deepEqual([status, refused], [400, param]);
  }
});

test('a spent quota and a fast client are both 429, told apart by their code', async () => {
  simulator.faults.set('insufficient-quota', { times: 1 });
  const spent = await refusal(client.audio.speech.create(BODY));
  assert.ok(spent instanceof RateLimitError);
  assert.deepEqual([spent.code, spent.type], ['insufficient_quota', 'insufficient_quota']);
  simulator.faults.set('rate-limited-retry-after', { times: 1 });
  const fast = await refusal(client.audio.speech.create(BODY));
  assert.equal(fast.code, 'rate_limit_exceeded');
  assert.equal(fast.headers?.get('retry-after'), '7');
});

test('a connection that ends without an answer is told apart from a refusal', async () => {
  simulator.faults.set('refuse', { times: 1 });
  const thrown = await refusal(client.audio.speech.create(BODY));
  assert.ok(thrown instanceof APIConnectionError, String(thrown));
});
