import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { before, test } from 'node:test';
import { durationSeconds } from '../../src/media/pcm.ts';
import { parseWav } from '../../src/media/wav.ts';
import { startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

type Spoken = {
  readonly provider: string;
  readonly fallback_used: boolean;
  readonly execution_ms: number;
  readonly audio_duration_s: number;
  readonly audio_url: string;
  readonly cached: boolean;
  readonly cost_usd: number;
  readonly attempts: number;
  readonly warnings: readonly string[];
};
type Problem = {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly value: unknown }[];
};

const TEXT = 'Hello world, and good morning. This is the second sentence of the two.';

let server: TestServer;
before(async (context) => {
  server = await startTestServer(context as never);
});

async function spoken(body: object, at = server): Promise<Spoken> {
  const response = await at.postSpeech(body);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text) as Spoken;
}

async function refused(body: unknown, at = server): Promise<Problem & { readonly status: number }> {
  const response = await at.postSpeech(body);
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  return { ...((await response.json()) as Problem), status: response.status };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(5);
}

test('a text is spoken by the main provider; facts, file and log line agree', async () => {
  const answer = await spoken({ text: TEXT, userId: 'ann@example.com' });
  assert.equal(answer.provider, 'vibevoice');
  assert.equal(answer.fallback_used, false);
  assert.equal(answer.cached, false);
  assert.equal(answer.cost_usd, 0);
  assert.equal(answer.attempts, 2, 'one call for each sentence');

  const file = await server.request(answer.audio_url);
  assert.equal(file.headers.get('content-type'), 'audio/wav');
  const wav = new Uint8Array(await file.arrayBuffer());
  assert.equal(Math.round(durationSeconds(parseWav(wav)) * 1000) / 1000, answer.audio_duration_s);
  const part = await server.request(answer.audio_url, { headers: { range: 'bytes=0-3' } });
  assert.equal(part.status, 206);
  assert.equal(await part.text(), 'RIFF');

  const line = server.speechLog.at(-1);
  assert.deepEqual(
    { ...line, execution_ms: 0, audio_duration_s: 0, timestamp: '' },
    {
      provider: 'vibevoice',
      fallback_used: false,
      execution_ms: 0,
      audio_duration_s: 0,
      video_id: null,
      user_id: 'ann@example.com',
      status: 'success',
      timestamp: '',
      cached: false,
      attempts: 2,
      error_kind: null,
      cost_usd: 0,
      trace_id: null,
    },
  );
  assert.ok(line!.audio_duration_s < answer.audio_duration_s, 'the pause between the sentences is only in the file');

  const again = await spoken({ text: TEXT, userId: 'ann@example.com' });
  assert.equal(again.cached, true);
  assert.equal(again.attempts, 0);
  assert.equal(again.audio_url, answer.audio_url);
});

test('a client that asks for the sound gets the same sound, with its facts in headers', async () => {
  const { audio_url: url } = await spoken({ text: TEXT });
  const stored = await (await server.request(url)).arrayBuffer();
  for (const accept of ['audio/wav', 'audio/wav, application/json;q=0.5', 'Audio/WAV;q=1']) {
    const response = await server.postSpeech({ text: TEXT }, { accept });
    assert.equal(response.headers.get('content-type'), 'audio/wav', accept);
    assert.equal(response.headers.get('x-tts-provider'), 'vibevoice');
    assert.equal(response.headers.get('x-tts-fallback-used'), 'false');
    assert.equal(response.headers.get('x-tts-cached'), 'true');
    assert.match(response.headers.get('x-tts-execution-ms') ?? '', /^\d+$/);
    assert.deepEqual(await response.arrayBuffer(), stored);
  }
  for (const accept of ['*/*', 'application/json', 'audio/wavelet', 'text/html, */*;q=0.8']) {
    const response = await server.postSpeech({ text: TEXT }, { accept });
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/, accept);
    assert.equal(response.headers.get('vary'), 'Accept');
    await response.arrayBuffer();
  }
});

test('whoever is asked for speaks, and what cannot be had is said', async () => {
  for (const provider of ['vibevoice', 'elevenlabs', 'openai-speech', 'offline']) {
    assert.equal((await spoken({ text: 'Hello world', provider })).provider, provider);
  }
  const casual = await spoken({ text: 'Hello world', provider: 'elevenlabs', voice: { profile: 'casual' } });
  assert.ok(casual.warnings.some((warning) => warning.includes('profile')));
  const welsh = await spoken({ text: 'Bore da', language: 'cy', provider: 'elevenlabs' });
  assert.equal(welsh.provider, 'openai-speech');
  assert.match(welsh.warnings[0] ?? '', /elevenlabs does not speak the language cy; openai-speech spoke instead/);
});

test('a voice changes what is heard, and the same voice is heard again', async () => {
  const urlOf = async (voice: object): Promise<string> => (await spoken({ text: 'Hello world', voice })).audio_url;
  const plain = await urlOf({});
  assert.notEqual(await urlOf({ seed: 43 }), plain);
  assert.notEqual(await urlOf({ style: 'calm' }), plain);
  assert.equal(await urlOf({ style: 'neutral', seed: 42, profile: 'default' }), plain, 'these are the defaults');
});

test('when VibeVoice fails, the fallback speaks and says so', async (context) => {
  const own = await startTestServer(context);
  own.speech.faults?.set('vibevoice', 'silence');
  const answer = await spoken({ text: 'Hello world' }, own);
  assert.equal(answer.provider, 'elevenlabs');
  assert.equal(answer.fallback_used, true);
  assert.ok(answer.attempts >= 2);
  const sound = await own.postSpeech({ text: 'Hello world' }, { accept: 'audio/wav' });
  assert.equal(sound.headers.get('x-tts-fallback-used'), 'true');
  await sound.arrayBuffer();
});

test('when nobody can speak, the answer is a problem with its code', async (context) => {
  const own = await startTestServer(context, {
    environment: { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:9/tts', VIBEVOICE_MAX_RETRIES: '0' },
  });
  const problem = await refused({ text: 'Hello world' }, own);
  assert.equal(problem.status, 503);
  assert.equal(problem.code, 'speech_unavailable');
  assert.equal(own.speechLog[0]?.status, 'failed');
});

test('a provider that is not configured is refused with those that are', async (context) => {
  const own = await startTestServer(context, {
    environment: { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:9/tts' },
  });
  const problem = await refused({ text: 'Hello world', provider: 'elevenlabs' }, own);
  assert.equal(problem.status, 422);
  assert.equal(problem.code, 'provider_not_configured');
  assert.equal(problem.errors?.[0]?.pointer, '/provider');
  assert.match(problem.detail, /must be one of "vibevoice", "offline"; got "elevenlabs"/);
});

/** Words that take a second to say, and flags that nobody says, up to so many characters. */
const textOf = (characters: number): string => `Hello world ${'🇩🇪'.repeat(characters - 12)}`;

test('2,999 and 3,000 characters are spoken, 3,001 are not', async () => {
  for (const characters of [2999, 3000]) {
    assert.ok((await spoken({ text: textOf(characters), language: 'en' })).audio_duration_s > 0.5);
  }
  const problem = await refused({ text: textOf(3001), language: 'en' });
  assert.equal(problem.status, 422);
  assert.deepEqual(problem.errors, [
    { pointer: '/text', code: 'script_too_long', rule: 'must be at most 3000 characters', value: 3001 },
  ]);
});

test('speech may be exactly as long as the limit, and not by a sample longer', async (context) => {
  const body = { text: TEXT, provider: 'offline' };
  const { audio_url: url } = await spoken(body);
  const { samples, sampleRateHz } = parseWav(new Uint8Array(await (await server.request(url)).arrayBuffer()));
  const limitedTo = (maxSpeechSeconds: number): Promise<TestServer> => {
    const { requestRules } = server;
    const limits = { ...requestRules.limits, maxSpeechSeconds };
    return startTestServer(context, { requestRules: { ...requestRules, limits } });
  };
  const exact = await spoken(body, await limitedTo(samples.length / sampleRateHz));
  assert.equal(exact.audio_url, url);
  const problem = await refused(body, await limitedTo((samples.length - 1) / sampleRateHz));
  assert.equal(problem.status, 422);
  assert.equal(problem.code, 'speech_too_long');
});

const REFUSED: readonly [body: unknown, code: string, pointer: string][] = [
  [{}, 'missing_field', '/text'],
  [{ text: '' }, 'empty_script', '/text'],
  [{ text: ' \n\t ' }, 'empty_script', '/text'],
  [{ text: '?! …' }, 'empty_script', '/text'],
  [{ text: 42 }, 'wrong_type', '/text'],
  [{ text: ['a'] }, 'wrong_type', '/text'],
  [{ text: 'a\u0000b' }, 'invalid_text', '/text'],
  ['{"text":"a\\ud800b"}', 'invalid_text', '/text'],
  [{ text: textOf(3001) }, 'script_too_long', '/text'],
  [{ text: 'Word by word. '.repeat(200) }, 'speech_too_long', '/text'],
  [{ text: '今日は', language: 'ja' }, 'kanji_unsupported', '/text'],
  [{ text: 'Hello', language: 'tlh' }, 'unsupported_language', '/language'],
  [{ text: 'Hello', language: 'English please' }, 'invalid_value', '/language'],
  [{ text: 'Hello', provider: 'espeak' }, 'invalid_value', '/provider'],
  [{ text: 'Hello', provider: 'constructor' }, 'invalid_value', '/provider'],
  [{ text: 'Hello', provider: null }, 'wrong_type', '/provider'],
  [{ text: 'Hello', voice: { seed: -1 } }, 'invalid_value', '/voice/seed'],
  [{ text: 'Hello', voice: { seed: 1.5 } }, 'wrong_type', '/voice/seed'],
  [{ text: 'Hello', voice: { style: 'angry' } }, 'invalid_value', '/voice/style'],
  [{ text: 'Hello', voice: { pitch: 2 } }, 'unknown_field', '/voice/pitch'],
  [{ text: 'Hello', userId: '' }, 'invalid_value', '/userId'],
  [{ text: 'Hello', userId: 'x'.repeat(201) }, 'invalid_value', '/userId'],
  [{ text: 'Hello', userId: 'a\nb' }, 'invalid_value', '/userId'],
  [{ text: 'Hello', script: 'Hello' }, 'unknown_field', '/script'],
  [[], 'wrong_type', ''],
];

test('what is refused is named, and asks nothing of any vendor', async (context) => {
  const own = await startTestServer(context);
  const vendors = ['vibevoice', 'elevenlabs', 'openai-speech'];
  // Each simulator counts down with every request.
  for (const vendor of vendors) {
    const scenario = own.speech.faults?.list().find((entry) => entry.vendor.startsWith(vendor))?.scenarios[0]?.scenario;
    own.speech.faults?.set(vendor, scenario ?? '', { times: 100 });
  }
  const left = () =>
    own.speech.faults
      ?.list()
      .filter(({ active }) => active !== null)
      .map(({ active }) => active?.remaining);
  assert.deepEqual(left(), [100, 100, 100, 100]);
  for (const [body, code, pointer] of REFUSED) {
    const problem = await refused(body, own);
    assert.equal(problem.status, 422, JSON.stringify(body).slice(0, 100));
    assert.equal(problem.errors?.[0]?.code, code, JSON.stringify(body).slice(0, 100));
    assert.equal(problem.errors?.[0]?.pointer, pointer, JSON.stringify(body).slice(0, 100));
    assert.equal(problem.errors?.length, 1, JSON.stringify(body).slice(0, 100));
  }
  assert.deepEqual(left(), [100, 100, 100, 100]);
  assert.deepEqual(own.speechLog, []);
  await spoken({ text: 'Hello' }, own);
  assert.notDeepEqual(left(), [100, 100, 100, 100], 'the count must see a request');
});

test(
  'a client that leaves ends the work, and frees the server that spoke for it',
  { timeout: 60_000 },
  async (context) => {
    const own = await startTestServer(context, { environment: { VIBEVOICE_STREAM_TIMEOUT: '60' } });
    own.speech.faults?.set('vibevoice', 'slow-first-byte');
    const leave = new AbortController();
    const asked = fetch(`${own.url}/test/tts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'Hello world' }),
      signal: leave.signal,
    });
    await until(() => own.speech.gpuHealth().active_streams === 1);
    leave.abort();
    await assert.rejects(asked, { name: 'AbortError' });
    await until(() => own.speechLog.length === 1);
    assert.equal(own.speechLog[0]?.status, 'cancelled');
    await until(() => own.speech.gpuHealth().active_streams === 0);
  },
);

test('a server that closes ends the work and says so', { timeout: 60_000 }, async (context) => {
  const own = await startTestServer(context, { environment: { VIBEVOICE_STREAM_TIMEOUT: '60' } });
  own.speech.faults?.set('vibevoice', 'slow-first-byte');
  const asked = own.postSpeech({ text: 'Hello world' });
  await until(() => own.speech.gpuHealth().active_streams === 1);
  const [response] = await Promise.all([asked, own.close()]);
  assert.equal(response.status, 503);
  assert.equal(((await response.json()) as Problem).code, 'server_closing');
});

test('speech is found by its whole name alone', async () => {
  const { audio_url: url } = await spoken({ text: 'Hello world' });
  const hash = url.slice('/speech/'.length, -'.wav'.length);
  assert.equal(
    (await server.request(`${url}?download=1`)).headers.get('content-disposition')?.slice(0, 10),
    'attachment',
  );
  const names = [
    '0'.repeat(64),
    hash.slice(0, -1),
    `${hash}0`,
    hash.toUpperCase(),
    `..%2fspeech%2f${hash}`,
    '%2e%2e',
    'x',
    '%00',
    `${hash.slice(0, -1)}%0A`,
  ];
  for (const name of names) {
    const response = await server.request(`/speech/${name}.wav`);
    assert.equal(response.status, 404, name);
  }
  assert.equal((await server.request(`/speech/${hash}.mp4`)).status, 404);
});

test('no text that was spoken or refused is in the log', async () => {
  await spoken({ text: 'A planted sentence.', userId: 'planted@example.com' });
  await refused({ text: `planted ${'x'.repeat(4000)}` });
  assert.doesNotMatch(JSON.stringify(server.logLines), /planted/i);
});
