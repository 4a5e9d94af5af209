import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import type { Simulator, SimulatorVoice } from './simulator.ts';
import { startVibeVoiceSimulator, type VibeVoiceSimulatorOptions } from './vibevoice.ts';
import type { VibeVoiceScenario } from './vibevoice/scenarios.ts';

const TWO_AND_A_HALF_FRAMES = 8000;

const voice: SimulatorVoice = async () => ({
  pcm: { samples: new Float32Array(TWO_AND_A_HALF_FRAMES).fill(0.5), sampleRateHz: 24_000 },
  alignment: { words: [], phonemes: [] },
});

async function withSimulator(
  work: (simulator: Simulator<VibeVoiceScenario>, address: string) => Promise<void>,
  options: Partial<VibeVoiceSimulatorOptions> = {},
): Promise<void> {
  const clock = { now: () => Date.UTC(2026, 10, 22, 14, 42, 20, 123) };
  const simulator = await startVibeVoiceSimulator({ voice, clock, lingerSeconds: 0, ...options });
  try {
    await work(simulator, simulator.url.replace('http', 'ws'));
  } finally {
    await simulator.close();
  }
}

/** What happens on the wire, in order: events, sizes of binary frames, and the close. */
async function listen(address: string, first?: string): Promise<readonly string[]> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  const heard: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  if (first !== undefined) socket.on('open', () => socket.send(first));
  socket.on('message', (data, isBinary) => {
    const bytes = data as Buffer;
    if (isBinary) return heard.push(`${bytes.length} bytes`);
    const { type, event } = JSON.parse(bytes.toString()) as { type: string; event?: string };
    return heard.push(event ?? type);
  });
  socket.on('error', (error) => heard.push(error.message));
  socket.on('close', (code, reason) => {
    heard.push(`${code} ${reason.toString()}`.trim());
    resolve();
  });
  await promise;
  return heard;
}

/** A handshake on a plain socket, for what ws does not show or would not send. */
function connectRaw(url: string, target: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const headers = 'Host: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n';
  socket.write(`GET ${target} HTTP/1.1\r\n${headers}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`);
  return socket;
}

test('it lists the voices that the vendor ships', async () => {
  await withSimulator(async ({ url }) => {
    const config = (await (await fetch(`${url}/config`)).json()) as { voices: string[]; default_voice: string };
    assert.equal(config.voices.length, 25);
    assert.equal(config.default_voice, 'en-Carter_man');
    assert.equal((await fetch(`${url}/health`)).status, 404);
  });
});

test('/stream sends events and frames in the order of the vendor and closes with 1000', async () => {
  await withSimulator(async (_simulator, address) => {
    assert.deepEqual(await listen(`${address}/stream?text=Hello&voice=unknown&cfg=no`), [
      'backend_request_received',
      '6400 bytes',
      'model_progress',
      'backend_first_chunk_sent',
      '6400 bytes',
      'model_progress',
      '3200 bytes',
      'model_progress',
      'backend_stream_complete',
      '1000',
    ]);
    const silent = ['backend_request_received', 'backend_stream_complete', '1000'];
    assert.deepEqual(await listen(`${address}/stream?text=%20`), silent);
  });
});

test('an event carries the time of UTC+8 without a zone', async () => {
  await withSimulator(async (_simulator, address) => {
    const socket = new WebSocket(`${address}/stream?text=Hi`);
    const data = await new Promise<Buffer>((resolve) => socket.once('message', (bytes) => resolve(bytes as Buffer)));
    assert.deepEqual(JSON.parse(data.toString()), {
      type: 'log',
      event: 'backend_request_received',
      data: { text_length: 2, cfg_scale: 1.5, inference_steps: null, voice: null },
      timestamp: '2026-11-22 22:42:20.123',
    });
    socket.terminate();
  });
});

test('a failure is told in events and closed like a success; busy is accepted and closed with 1013', async () => {
  await withSimulator(async ({ faults }, address) => {
    faults.set('error-frame', { times: 1 });
    assert.deepEqual(await listen(`${address}/stream?text=Hi`), [
      'backend_request_received',
      'generation_error',
      'backend_error',
      'backend_stream_complete',
      '1000',
    ]);
    faults.set('stall-mid-utterance', { times: 1 });
    const stalled = new WebSocket(`${address}/stream?text=Hi`);
    await new Promise((resolve) => stalled.once('message', resolve));
    assert.deepEqual(await listen(`${address}/stream?text=Hi`), ['backend_busy', '1013 Service busy']);
    stalled.terminate();
  });
});

test('/config fails while the server is down or loads its model, and each failure counts', async () => {
  await withSimulator(async ({ url, faults }, address) => {
    faults.set('refuse', { times: 1 });
    assert.equal((await fetch(`${url}/config`)).status, 503);
    assert.equal((await fetch(`${url}/config`)).status, 200);
    faults.set('loading', { times: 3 });
    await assert.rejects(fetch(`${url}/config`), /fetch failed/);
    assert.deepEqual(await listen(`${address}/stream?text=Hi`), ['socket hang up', '1006']);
    assert.deepEqual(await listen(`${address}/tts`), ['socket hang up', '1006']);
    assert.equal(faults.active(), undefined);
    faults.set('voices-removed');
    const { voices } = (await (await fetch(`${url}/config`)).json()) as { voices: string[] };
    assert.deepEqual(voices, ['en-Carter_man']);
  });
});

test('a voice that it does not have is silently the default one', async () => {
  const languages: string[] = [];
  const noting: SimulatorVoice = (request, signal) => {
    languages.push(request.language);
    return voice(request, signal);
  };
  await withSimulator(
    async ({ faults }, address) => {
      for (const scenario of [undefined, 'voices-removed'] as const) {
        if (scenario !== undefined) faults.set(scenario);
        assert.equal((await listen(`${address}/stream?text=Hi&voice=fr-Spk0_man`)).at(-1), '1000');
      }
    },
    { voice: noting },
  );
  assert.deepEqual(languages, ['fr', 'en']);
});

test('frames may be short, and messages come that no client knows', async () => {
  await withSimulator(async ({ faults }, address) => {
    faults.set('short-frames', { times: 1 });
    const sizes = (await listen(`${address}/stream?text=Hi`)).filter((heard) => heard.endsWith('bytes'));
    assert.equal(sizes.length, 25);
    assert.equal(sizes[0], '642 bytes');
    faults.set('unknown-events', { times: 2 });
    const wish = JSON.stringify({ type: 'synthesize', text: 'Hi' });
    for (const [path, first] of [
      ['stream?text=Hi', undefined],
      ['tts', wish],
    ] as const) {
      const heard = await listen(`${address}/${path}`, first);
      assert.ok(heard.includes('backend_cache_warmed') && heard.includes('progress'), heard.join());
      assert.equal(heard.at(-1), '1000');
    }
  });
});

test('the connection is reset half-way, or refused from the start', async () => {
  await withSimulator(async ({ url, faults }, address) => {
    faults.set('drop-mid-utterance', { times: 2 });
    const heard = await listen(`${address}/stream?text=Hi`);
    assert.deepEqual([heard[0], heard.at(-1)], ['backend_request_received', '1006']);
    assert.equal(heard.includes('backend_stream_complete'), false);
    // To ws a reset and an ended connection are the same, so the socket beneath it is asked.
    const socket = connectRaw(url, '/stream?text=Hi');
    const error = await new Promise((resolve) => socket.once('error', resolve).once('end', resolve));
    assert.equal((error as NodeJS.ErrnoException | undefined)?.code, 'ECONNRESET');
    faults.set('forbidden', { times: 1 });
    assert.deepEqual(await listen(`${address}/tts`), ['Unexpected server response: 403', '1006']);
  });
});

test('a simulator that runs for long keeps the latest requests only', async () => {
  await withSimulator(
    async ({ requests }, address) => {
      for (const text of ['One', 'Two', 'Three']) await listen(`${address}/stream?text=${text}`);
      assert.deepEqual(
        requests.map(({ target }) => target),
        ['/stream?text=Two', '/stream?text=Three'],
      );
    },
    { keptRequests: 2 },
  );
});

test('whoever watches is told how many utterances are spoken', async () => {
  const counts: number[] = [];
  await withSimulator(
    async ({ faults }, address) => {
      await listen(`${address}/stream?text=Hi`);
      faults.set('error-frame');
      const wish = JSON.stringify({ type: 'synthesize', text: 'Hi' });
      await Promise.all([listen(`${address}/tts`, wish), listen(`${address}/tts`, wish)]);
    },
    { onSpeaking: (count) => counts.push(count) },
  );
  assert.deepEqual(counts, [1, 0, 1, 0, 1, 0]);
});

test('a path that it does not have is answered 403, an address too long for it not at all', async () => {
  await withSimulator(async ({ url }, address) => {
    assert.deepEqual(await listen(`${address}/other`), ['Unexpected server response: 403', '1006']);
    const socket = connectRaw(url, `/stream?text=${'a'.repeat(8200)}`);
    let received = 0;
    socket.on('data', (data) => (received += data.length));
    socket.on('error', () => {});
    const longest = `${address}/stream?text=${'a'.repeat(8160)}`;
    assert.equal((await listen(longest)).at(-1), '1000');
    assert.equal(received, 0);
    socket.destroy();
  });
});

test('speech ends without a word where the model’s context ends', async () => {
  await withSimulator(
    async (_simulator, address) => {
      const heard = await listen(`${address}/stream?text=Hi`);
      assert.deepEqual(heard.slice(-4), ['1600 bytes', 'model_progress', 'backend_stream_complete', '1000']);
    },
    { longestSpeechSeconds: 7200 / 24_000 },
  );
});

test('/tts accepts, queues, speaks and says how much it sent; a client may cancel', async () => {
  await withSimulator(async ({ faults, requests }, address) => {
    const wish = JSON.stringify({ type: 'synthesize', request_id: 'a', text: 'Hi', seed: 2 });
    const spoken = ['6400 bytes', '6400 bytes', '3200 bytes', 'alignment', 'done', '1000'];
    assert.deepEqual(await listen(`${address}/tts`, wish), ['accepted', ...spoken]);
    assert.equal(requests.at(-1)?.body, wish);
    assert.deepEqual(await listen(`${address}/tts`, '{"type":"cancel"}'), ['error', '1000']);
    assert.deepEqual(await listen(`${address}/tts`, 'nonsense'), ['error', '1000']);

    faults.set('stall-mid-utterance', { times: 1 });
    const first = new WebSocket(`${address}/tts`);
    await new Promise((resolve) => first.once('open', resolve));
    first.send(wish);
    await new Promise((resolve) => first.once('message', resolve));
    const second = listen(`${address}/tts`, wish);
    while (requests.length < 5) await new Promise(setImmediate);
    first.send('{"type":"cancel"}');
    const code = await new Promise((resolve) => first.once('close', resolve));
    assert.equal(code, 1000);
    assert.deepEqual(await second, ['accepted', 'queued', ...spoken]);
  });
});
