import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ROOMY_LIMITS } from '../../../test/fixtures/http-limits.ts';
import { createSimulatorVoice } from '../../../test/fixtures/simulator-voice.ts';
import { AppError } from '../../core/errors.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import { createHttpClient } from '../../net/http-client.ts';
import type { HttpClient, HttpLimits } from '../../net/http-client.ts';
import { startElevenLabsSimulator } from '../../simulators/elevenlabs.ts';
import type { ElevenLabsFault } from '../../simulators/elevenlabs-faults.ts';
import type { Simulator } from '../../simulators/simulator.ts';
import type { Speech, Utterance } from '../speech-provider.ts';
import { createElevenLabsProvider } from './elevenlabs.ts';
import type { ElevenLabsOptions } from './elevenlabs.ts';

const KEY = 'sk-very-secret';
const TEXT = 'Tell nobody about the plan, dear friend.';
const speaker = createSimulatorVoice();
const clients: HttpClient[] = [];
let simulator: Simulator<ElevenLabsFault>;

before(async () => {
  simulator = await startElevenLabsSimulator({
    voice: speaker.voice,
    apiKey: KEY,
    voiceIds: ['anna'],
    clock: { now: () => 0 },
  });
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
  options: Partial<ElevenLabsOptions> & { limits?: Partial<HttpLimits>; signal?: AbortSignal } = {},
): Promise<Speech> {
  const httpClient = createHttpClient({ ...ROOMY_LIMITS, ...options.limits });
  clients.push(httpClient);
  const provider = createElevenLabsProvider({
    httpClient,
    baseUrl: simulator.url,
    apiKey: KEY,
    voiceId: 'anna',
    modelId: 'eleven_flash_v2_5',
    usdPerBilledCharacter: 0.0001,
    ...options,
  });
  const voice = { profile: 'default', style: 'neutral', seed: 7 } as const;
  const utterance = { text: TEXT, language: 'en-GB', voice, ...changes };
  return provider.synthesize(utterance, { signal: options.signal ?? new AbortController().signal });
}

async function failure(work: Promise<Speech>): Promise<AppError> {
  const thrown = await work.then(
    () => assert.fail('it must fail'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof AppError, String(thrown));
  const shown = `${thrown.message} ${String(thrown.cause)}`;
  assert.doesNotMatch(shown, /very-secret|nobody about/, 'neither key nor text is shown');
  return thrown;
}

function lastRequest(): { body: Record<string, unknown>; target: string } {
  const { body, target } = simulator.requests.at(-1)!;
  return { body: JSON.parse(body) as Record<string, unknown>, target };
}

/** What is missing here does not keep the speech from being used. */
const HARMLESS = ['null-alignment', 'missing-headers'] as const;

const KINDS: Readonly<Record<Exclude<ElevenLabsFault, (typeof HARMLESS)[number]>, FailureKind>> = {
  unauthorized: 'auth',
  forbidden: 'auth',
  'quota-401': 'quota',
  'quota-402': 'quota',
  'validation-422': 'unsupported',
  'rate-limited': 'rate_limited',
  'rate-limited-retry-after': 'rate_limited',
  'concurrent-limit': 'rate_limited',
  'too-many-concurrent-requests': 'rate_limited',
  'system-busy': 'rate_limited',
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
  'malformed-json': 'protocol',
  'wrong-content-type': 'protocol',
};

for (const [fault, kind] of Object.entries(KINDS) as [ElevenLabsFault, FailureKind][]) {
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
  assert.deepEqual(new Set([...Object.keys(KINDS), ...HARMLESS]), new Set(simulator.faults.scenarios));
});

test('speech without times is speech, with a warning', async () => {
  simulator.faults.set('null-alignment');
  const { pcm, alignment, warnings } = await speak();
  assert.ok(pcm.samples.length > 24_000);
  assert.equal(alignment, undefined);
  assert.deepEqual(warnings, ['ElevenLabs gave no times for this speech.']);
});

test('speech without the vendor’s headers is billed by its own length', async () => {
  simulator.faults.set('missing-headers');
  const { pcm, costUsd, providerMetadata } = await speak();
  assert.ok(pcm.samples.length > 24_000);
  assert.equal('requestId' in providerMetadata, false);
  assert.ok(Math.abs(costUsd - (TEXT.length / 2) * 0.0001) < 1e-12);
});

test('the vendor is asked for raw samples with the seed, and for a language only where the model obeys it', async () => {
  const { costUsd, providerMetadata } = await speak({ voice: { profile: 'default', style: 'calm', seed: 7 } });
  const { body, target } = lastRequest();
  assert.equal(target, '/v1/text-to-speech/anna/with-timestamps?output_format=pcm_24000');
  assert.deepEqual(
    [body['text'], body['model_id'], body['seed'], body['language_code']],
    [TEXT, 'eleven_flash_v2_5', 7, 'en'],
  );
  assert.ok(body['voice_settings']);
  assert.equal(providerMetadata['characterCost'], TEXT.length / 2);
  assert.match(String(providerMetadata['requestId']), /^simulated-\d+$/);
  assert.ok(Math.abs(costUsd - (TEXT.length / 2) * 0.0001) < 1e-12);
  await speak({ voice: { profile: 'casual', style: 'neutral', seed: 7 } }, { modelId: 'eleven_multilingual_v2' });
  assert.equal('language_code' in lastRequest().body || 'voice_settings' in lastRequest().body, false);
});

test('what the model cannot do is refused before anything is sent', async () => {
  const before = simulator.requests.length;
  const cases = [
    [speak({ language: 'sw' }), 'unsupported'],
    [speak({ language: 'not a tag' }), 'unsupported'],
    [speak({ language: 'vi' }, { modelId: 'eleven_multilingual_v2' }), 'unsupported'],
    [speak({ text: 'word '.repeat(601) }, { modelId: 'eleven_v3' }), 'unsupported'],
    [speak({ text: ' ... ' }), 'invalid_input'],
    [speak({}, { apiKey: 'sk-very-secret\nkey' }), 'auth'],
  ] as const;
  for (const [work, kind] of cases) assert.equal((await failure(work)).kind, kind);
  assert.equal(simulator.requests.length, before);
});

test('an unknown voice is unsupported, a wrong key auth, a closed port unavailable', async () => {
  assert.equal((await failure(speak({}, { voiceId: 'no/body' }))).kind, 'unsupported');
  assert.equal((await failure(speak({}, { apiKey: 'sk-very-secret-2' }))).kind, 'auth');
  assert.equal((await failure(speak({}, { baseUrl: 'http://127.0.0.1:1' }))).kind, 'unavailable');
  assert.equal((await failure(speak({}, { limits: { responseBytes: 1000 } }))).kind, 'protocol');
});

test('an abort cancels while the vendor is silent and while it speaks, and leaves no connection behind', async () => {
  for (const fault of ['hang', undefined] as const) {
    if (fault !== undefined) simulator.faults.set(fault, { times: 1 });
    const controller = new AbortController();
    const before = simulator.requests.length;
    const work = failure(speak({ text: `${TEXT} `.repeat(20) }, { signal: controller.signal }));
    while (simulator.requests.length === before) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    assert.equal((await work).kind, 'cancelled');
  }
  for (const client of clients.splice(0)) await client.close();
  const open = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap');
  for (let turn = 0; turn < 50 && open.length > 0; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    open.splice(0, open.length, ...process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap'));
  }
  assert.deepEqual(open, []);
});
