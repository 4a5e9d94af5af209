import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ROOMY_LIMITS } from '../../../test/fixtures/http-limits.ts';
import { createSimulatorVoice } from '../../../test/fixtures/simulator-voice.ts';
import { AppError } from '../../core/errors.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import { encodeWav } from '../../media/wav.ts';
import { createHttpClient } from '../../net/http-client.ts';
import type { HttpClient, HttpLimits } from '../../net/http-client.ts';
import { startOpenAiSpeechSimulator } from '../../simulators/openai-speech.ts';
import type { OpenAiSpeechFault } from '../../simulators/openai-speech.ts';
import type { Simulator } from '../../simulators/simulator.ts';
import type { Speech, Utterance } from '../speech-provider.ts';
import { createOpenAiSpeechProvider } from './openai-speech.ts';
import type { OpenAiSpeechOptions } from './openai-speech.ts';

const KEY = 'sk-very-secret';
const TEXT = 'Tell nobody about the plan, dear friend.';
const speaker = createSimulatorVoice();
const clients: HttpClient[] = [];
let simulator: Simulator<OpenAiSpeechFault>;

before(async () => {
  simulator = await startOpenAiSpeechSimulator({ voice: speaker.voice, apiKey: KEY });
});
afterEach(async () => {
  simulator.faults.clear();
  for (const client of clients.splice(0)) await client.close();
});
after(async () => {
  await simulator.close();
  await speaker.close();
});

function speak(
  changes: Partial<Utterance> = {},
  options: Partial<OpenAiSpeechOptions> & { limits?: Partial<HttpLimits>; signal?: AbortSignal } = {},
): Promise<Speech> {
  const httpClient = createHttpClient({ ...ROOMY_LIMITS, ...options.limits });
  clients.push(httpClient);
  const provider = createOpenAiSpeechProvider({
    httpClient,
    baseUrl: `${simulator.url}/v1`,
    apiKey: KEY,
    model: 'gpt-4o-mini-tts',
    voice: 'alloy',
    usdPerCharacter: 0.00001,
    ...options,
  });
  const voice = { profile: 'default', style: 'neutral', seed: 7 } as const;
  const utterance = { text: TEXT, language: 'en', voice, ...changes };
  return provider.synthesize(utterance, { signal: options.signal ?? new AbortController().signal });
}

async function failure(work: Promise<Speech>): Promise<AppError> {
  const thrown = await work.then(
    () => assert.fail('it must fail'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof AppError, String(thrown));
  assert.doesNotMatch(`${thrown.message} ${String(thrown.cause)}`, /very-secret|nobody about/);
  return thrown;
}

const KINDS: Readonly<Record<OpenAiSpeechFault, FailureKind>> = {
  unauthorized: 'auth',
  'insufficient-quota': 'quota',
  'rate-limited': 'rate_limited',
  'rate-limited-retry-after': 'rate_limited',
  'error-500': 'unavailable',
  'error-503': 'unavailable',
  refuse: 'unavailable',
  hang: 'timeout',
  'slow-first-byte': 'timeout',
  'drop-mid-body': 'unavailable',
  'lose-answer': 'unavailable',
  'empty-audio': 'bad_audio',
  silence: 'bad_audio',
  truncated: 'bad_audio',
  'wrong-content-type': 'protocol',
};

for (const [fault, kind] of Object.entries(KINDS) as [OpenAiSpeechFault, FailureKind][]) {
  test(`${fault} is ${kind}, after one request`, async () => {
    const before = simulator.requests.length;
    simulator.faults.set(fault);
    const waits = fault === 'hang' || fault === 'slow-first-byte';
    const error = await failure(speak({}, waits ? { limits: { totalSeconds: 0.5 } } : {}));
    assert.equal(error.kind, kind, error.message);
    assert.equal(error.retryAfterSeconds, fault === 'rate-limited-retry-after' ? 7 : undefined);
    assert.equal(simulator.requests.length - before, 1);
  });
}

test('every fault of the simulator is tried', () => {
  assert.deepEqual(new Set(Object.keys(KINDS)), new Set(simulator.faults.scenarios));
});

test('the style is an instruction where the model takes one, and a warning where it does not', async () => {
  const voice = { profile: 'casual', style: 'calm', seed: 7 } as const;
  const styled = await speak({ voice });
  const sent = JSON.parse(simulator.requests.at(-1)!.body) as Record<string, unknown>;
  assert.deepEqual([sent['input'], sent['response_format']], [TEXT, 'wav']);
  assert.match(String(sent['instructions']), /calmly/);
  assert.equal(styled.warnings.length, 1);
  assert.ok(Math.abs(styled.costUsd - TEXT.length * 0.00001) < 1e-12);
  assert.match(String(styled.providerMetadata['requestId']), /^req_simulated_\d+$/);
  const plain = await speak({ voice }, { model: 'tts-1' });
  assert.equal(plain.warnings.length, 2);
  assert.equal('instructions' in JSON.parse(simulator.requests.at(-1)!.body), false);
});

test('a voice or model that is not there is unsupported, a text that is too long invalid', async () => {
  assert.equal((await failure(speak({}, { voice: 'nobody' }))).kind, 'unsupported');
  assert.equal((await failure(speak({}, { model: 'tts-9' }))).kind, 'unsupported');
  assert.equal((await failure(speak({}, { baseUrl: simulator.url }))).kind, 'protocol');
  const before = simulator.requests.length;
  assert.equal((await failure(speak({ text: 'a'.repeat(4097) }))).kind, 'unsupported');
  assert.equal((await failure(speak({}, { apiKey: 'sk-very-secret\nkey' }))).kind, 'auth');
  assert.equal(simulator.requests.length, before);
});

test('a server that writes WAV on the fly, at its own rate, is understood', async () => {
  const samples = Float32Array.from({ length: 16_000 }, (_, index) => 0.3 * Math.sin(index / 5));
  const wav = encodeWav({ samples, sampleRateHz: 16_000 });
  for (const offset of [4, 40]) new DataView(wav.buffer).setUint32(offset, 0xffff_ffff, true);
  const httpClient: HttpClient = {
    send: () => Promise.resolve({ status: 200, headers: { 'content-type': 'audio/x-wav' }, bytes: wav }),
    close: () => Promise.resolve(),
  };
  const { pcm } = await speak({}, { httpClient });
  assert.deepEqual([pcm.sampleRateHz, pcm.samples.length], [24_000, 24_000]);
});

test('an abort cancels while the server is silent and while it speaks', async () => {
  for (const fault of ['hang', undefined] as const) {
    if (fault !== undefined) simulator.faults.set(fault, { times: 1 });
    const controller = new AbortController();
    const before = simulator.requests.length;
    const work = failure(speak({ text: `${TEXT} `.repeat(20) }, { signal: controller.signal }));
    while (simulator.requests.length === before) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    assert.equal((await work).kind, 'cancelled');
  }
});
