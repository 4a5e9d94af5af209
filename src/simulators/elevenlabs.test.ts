import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ElevenLabsClient, ElevenLabsError } from '@elevenlabs/elevenlabs-js';
import { createSimulatorVoice } from '../../test/fixtures/simulator-voice.ts';
import { parseWav } from '../media/wav.ts';
import { characterAlignment } from './elevenlabs-alignment.ts';
import { startElevenLabsSimulator } from './elevenlabs.ts';
import type { ElevenLabsFault } from './elevenlabs-faults.ts';
import type { Simulator } from './simulator.ts';

// The vendor's own client judges the simulator: it throws when a required field is missing or has another type.
const KEY = 'simulated-key';
const TEXT = 'Hello there, dear friend of mine. How are you today?';
const speaker = createSimulatorVoice();
let simulator: Simulator<ElevenLabsFault>;
let client: ElevenLabsClient;

before(async () => {
  const clock = { now: () => 1_700_000_000_000 };
  simulator = await startElevenLabsSimulator({ voice: speaker.voice, apiKey: KEY, voiceIds: ['anna'], clock });
  client = new ElevenLabsClient({ apiKey: KEY, baseUrl: simulator.url, maxRetries: 0 });
});
afterEach(() => simulator.faults.clear());
after(async () => {
  await simulator.close();
  await speaker.close();
});

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(stream).arrayBuffer());
}

async function refusal(work: Promise<unknown>): Promise<ElevenLabsError> {
  const thrown = await work.then(
    () => assert.fail('the vendor refuses this'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof ElevenLabsError, String(thrown));
  return thrown;
}

test('the vendor’s client reads all four speech routes, and they say the same', async () => {
  const body = { text: TEXT, modelId: 'eleven_flash_v2_5', outputFormat: 'pcm_24000' } as const;
  const { data, rawResponse } = await client.textToSpeech.convert('anna', body).withRawResponse();
  const whole = await bytesOf(data);
  assert.equal(rawResponse.headers.get('character-cost'), String(TEXT.length / 2));
  assert.match(rawResponse.headers.get('request-id') ?? '', /^simulated-/);
  assert.ok(whole.equals(await bytesOf(await client.textToSpeech.stream('anna', body))));

  const wav = await bytesOf(await client.textToSpeech.convert('anna', { ...body, outputFormat: 'wav_24000' }));
  assert.equal(parseWav(wav).samples.length, whole.length / 2);

  const timed = await client.textToSpeech.convertWithTimestamps('anna', body);
  assert.ok(whole.equals(Buffer.from(timed.audioBase64, 'base64')));
  assert.equal(timed.alignment?.characters.join(''), TEXT);
  const ends = timed.alignment.characterEndTimesSeconds;
  assert.ok(ends.every((end, index) => end >= (ends[index - 1] ?? 0) && end <= whole.length / 48_000 + 0.001));

  const pieces: Buffer[] = [];
  let characters = '';
  for await (const piece of await client.textToSpeech.streamWithTimestamps('anna', body)) {
    pieces.push(Buffer.from(piece.audioBase64, 'base64'));
    characters += piece.alignment?.characters.join('') ?? '';
  }
  assert.ok(pieces.length > 1 && whole.equals(Buffer.concat(pieces)));
  assert.equal(characters, TEXT);
});

test('the vendor’s client reads the lists, the subscription and the history, from which speech can be had again', async () => {
  const before = await client.user.subscription.get();
  assert.deepEqual(
    (await client.voices.getAll()).voices.map((voice) => voice.voiceId),
    ['anna'],
  );
  assert.ok((await client.models.list()).some((model) => model.modelId === 'eleven_v3' && model.canDoTextToSpeech));
  for (const text of ['First.', 'Second.']) {
    await bytesOf(await client.textToSpeech.convert('anna', { text, outputFormat: 'pcm_24000' }));
  }
  assert.equal((await client.user.subscription.get()).characterCount, before.characterCount + 13);
  const page = await client.history.list({ pageSize: 1 });
  assert.equal(page.history[0]?.text, 'Second.');
  assert.equal(page.hasMore, true);
  const older = await client.history.list({ startAfterHistoryItemId: page.lastHistoryItemId! });
  assert.equal(older.history[0]?.text, 'First.');
  assert.equal(older.history[0].dateUnix, 1_700_000_000);
  const again = await bytesOf(await client.history.getAudio(older.history[0].historyItemId));
  assert.ok(parseWav(again).samples.length > 2000);
});

test('a wrong request is refused in the vendor’s shapes', async () => {
  const stranger = new ElevenLabsClient({ apiKey: 'another', baseUrl: simulator.url, maxRetries: 0 });
  const body = { text: TEXT, outputFormat: 'pcm_24000' } as const;
  const cases = [
    [stranger.voices.getAll(), 401, 'invalid_api_key'],
    [client.textToSpeech.convert('nobody', body), 404, 'voice_not_found'],
    [client.textToSpeech.convert('anna', { ...body, modelId: 'eleven_v9' }), 400, 'model_not_found'],
    [
      client.textToSpeech.convert('anna', { ...body, modelId: 'eleven_v3', text: 'a'.repeat(3001) }),
      400,
      'max_character_limit_exceeded',
    ],
  ] as const;
  for (const [work, status, name] of cases) {
    const { statusCode, body: answer } = await refusal(work);
    assert.equal(statusCode, status);
    const { detail } = answer as { detail: { code: string; status: string; message: string; request_id: string } };
    assert.deepEqual([detail.code, detail.status], [name, name]);
    assert.match(detail.request_id, /^simulated-/);
  }
  const invalid = [
    client.textToSpeech.convert('anna', { text: TEXT }),
    client.textToSpeech.stream('anna', { text: TEXT, outputFormat: 'mp3_44100_128' }),
    client.textToSpeech.convert('anna', { ...body, seed: -1 }),
  ];
  for (const work of invalid) {
    const { statusCode, body: answer } = await refusal(work);
    assert.equal(statusCode, 422);
    assert.equal((answer as { detail: { loc: string[] }[] }).detail[0]?.loc.length, 2);
  }
  assert.equal((await fetch(`${simulator.url}/v1/none`, { headers: { 'xi-api-key': KEY } })).status, 404);
});

test('more requests at once than the plan allows are refused, and a spent plan is a spent plan', async () => {
  const small = await startElevenLabsSimulator({
    voice: speaker.voice,
    apiKey: KEY,
    voiceIds: ['anna'],
    clock: { now: () => 0 },
    maxConcurrentRequests: 1,
    creditLimit: 150,
  });
  const limited = new ElevenLabsClient({ apiKey: KEY, baseUrl: small.url, maxRetries: 0 });
  const body = { text: TEXT, outputFormat: 'pcm_24000' } as const;
  const speak = async () => bytesOf(await limited.textToSpeech.convert('anna', body));
  const settled = await Promise.allSettled([speak(), speak()]);
  assert.deepEqual(settled.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  const busy = settled.find((result) => result.status === 'rejected')?.reason as ElevenLabsError;
  assert.equal((busy.body as { detail: { code: string } }).detail.code, 'concurrent_limit_exceeded');
  await speak();
  const spent = await refusal(speak());
  assert.equal(spent.statusCode, 401);
  assert.equal((spent.body as { detail: { status: string } }).detail.status, 'quota_exceeded');
  await small.close();
});

test('the vendor’s client reads refusals of both generations', async () => {
  const body = { text: TEXT, outputFormat: 'pcm_24000' } as const;
  const today = ['code', 'status', 'message', 'type', 'request_id'];
  const cases = [
    ['rate-limited', 'rate_limit_exceeded', today],
    ['concurrent-limit', 'concurrent_limit_exceeded', today],
    ['too-many-concurrent-requests', 'too_many_concurrent_requests', ['status', 'message']],
    ['system-busy', 'system_busy', ['status', 'message']],
  ] as const;
  for (const [fault, name, fields] of cases) {
    simulator.faults.set(fault, { times: 1 });
    const { statusCode, body: answer } = await refusal(client.textToSpeech.convert('anna', body));
    const { detail } = answer as { detail: { status: string } };
    assert.deepEqual([statusCode, detail.status], [429, name]);
    assert.deepEqual(Object.keys(detail).toSorted(), fields.toSorted());
  }
  simulator.faults.set('validation-422', { times: 1 });
  const invalid = await refusal(client.textToSpeech.convert('anna', body));
  assert.equal(invalid.statusCode, 422);
  const { detail } = invalid.body as { detail: object[] };
  assert.deepEqual(detail, [{ loc: ['body', 'text'], msg: 'Input should be a valid string', type: 'string_type' }]);
});

test('speech without the vendor’s headers is still speech', async () => {
  simulator.faults.set('missing-headers', { times: 1 });
  const body = { text: TEXT, outputFormat: 'pcm_24000' } as const;
  const { data, rawResponse } = await client.textToSpeech.convertWithTimestamps('anna', body).withRawResponse();
  assert.ok(Buffer.from(data.audioBase64, 'base64').length > 48_000);
  for (const name of ['request-id', 'character-cost', 'current-concurrent-requests', 'maximum-concurrent-requests']) {
    assert.equal(rawResponse.headers.get(name), null, name);
  }
});

test('a refused, a dropped and a hanging answer end with the client or the simulator', async () => {
  const body = { text: TEXT, outputFormat: 'pcm_24000' } as const;
  simulator.faults.set('drop-mid-body', { times: 1 });
  await assert.rejects(async () => bytesOf(await client.textToSpeech.convert('anna', body)));
  simulator.faults.set('refuse', { times: 1 });
  // Not by the vendor’s client, which leaves its timer of 240 s running when nothing answers.
  await assert.rejects(fetch(`${simulator.url}/v1/voices`), /fetch failed/);
  simulator.faults.set('hang', { times: 1 });
  await assert.rejects(client.textToSpeech.convert('anna', body, { timeoutInSeconds: 0.05 }), /timeout/);
  assert.ok((await client.voices.getAll()).voices.length === 1, 'the next request is served');
});

test('letters follow the sounds of their word, and signs the pauses', () => {
  const sound = (phoneme: string, startSeconds: number, endSeconds: number) => {
    return { phoneme, startSeconds, endSeconds, stressed: false };
  };
  const aligned = characterAlignment(
    'No, 𝄞',
    {
      words: [{ text: 'No', start: 0, end: 2, startSeconds: 0.1, endSeconds: 1.1 }],
      phonemes: [sound('n', 0.1, 0.3), sound('o', 0.3, 1.1)],
    },
    2,
  );
  assert.deepEqual(aligned, {
    characters: ['N', 'o', ',', ' ', '𝄞'],
    character_start_times_seconds: [0.1, 0.3, 1.1, 1.4, 1.7],
    character_end_times_seconds: [0.3, 1.1, 1.4, 1.7, 2],
  });
});
