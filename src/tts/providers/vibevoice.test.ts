import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import type { Pcm } from '../../media/pcm.ts';
import { wordSpans } from '../../media/words.ts';
import { createHttpClient, type HttpClient } from '../../net/http-client.ts';
import type { Simulator, SimulatorVoice } from '../../simulators/simulator.ts';
import { startVibeVoiceSimulator, type VibeVoiceSimulatorOptions } from '../../simulators/vibevoice.ts';
import type { VibeVoiceScenario } from '../../simulators/vibevoice/scenarios.ts';
import type { Speech, SpeechProvider, Utterance } from '../speech-provider.ts';
import { createVibeVoiceProvider } from './vibevoice.ts';

const PROTOCOLS = ['stream', 'tts'] as const;
type Protocol = (typeof PROTOCOLS)[number];

const TEXT = 'Five words and a half.';
const RATE = 24_000;

/** A tone of a quarter of a second for each word. */
const tone: SimulatorVoice = async ({ text, language }) => {
  const spans = wordSpans(text, language);
  const samples = new Float32Array(spans.length * 6000).map((_, index) => 0.3 * Math.sin(index * 0.05));
  const words = spans.map((span, index) => ({ ...span, startSeconds: index / 4, endSeconds: (index + 1) / 4 }));
  return { pcm: { samples, sampleRateHz: RATE }, alignment: { words, phonemes: [] } };
};

let http: HttpClient;
before(() => {
  const limits = { connectSeconds: 5, headersSeconds: 30, bodyGapSeconds: 30, totalSeconds: 30, responseBytes: 65_536 };
  http = createHttpClient(limits);
});
after(() => http.close());

type Speak = (
  protocol: Protocol,
  changes?: Partial<Utterance> & {
    readonly signal?: AbortSignal;
    readonly onPcm?: (chunk: Pcm) => void;
    readonly isImpatient?: boolean;
  },
) => Promise<Speech>;

async function withServer(
  work: (speak: Speak, simulator: Simulator<VibeVoiceScenario>) => Promise<void>,
  server: Partial<VibeVoiceSimulatorOptions> = {},
): Promise<void> {
  const simulator = await startVibeVoiceSimulator({ voice: tone, lingerSeconds: 0, ...server });
  const address = simulator.url.replace('http', 'ws');
  const create = (protocol: Protocol, seconds: number): SpeechProvider => {
    const timeouts = { connectionTimeoutSeconds: seconds, idleTimeoutSeconds: seconds };
    return createVibeVoiceProvider({ endpoints: [`${address}/${protocol}`], http, clock: systemClock, ...timeouts });
  };
  const patient = { stream: create('stream', 30), tts: create('tts', 30) };
  const impatient = { stream: create('stream', 0.2), tts: create('tts', 0.2) };
  const speak: Speak = (
    protocol,
    { signal = new AbortController().signal, onPcm, isImpatient = false, ...changes } = {},
  ) => {
    const voice = { profile: 'default', style: 'neutral', seed: 42 } as const;
    const provider = (isImpatient ? impatient : patient)[protocol];
    return provider.synthesize(
      { text: TEXT, language: 'en', voice, ...changes },
      { signal, ...(onPcm === undefined ? {} : { onPcm }) },
    );
  };
  try {
    await work(speak, simulator);
  } finally {
    await simulator.close();
  }
}

async function assertFails(work: Promise<unknown>, kind: FailureKind, message: RegExp = /./): Promise<AppError> {
  let caught: unknown;
  await assert.rejects(work, (error) => {
    caught = error;
    return true;
  });
  assert.ok(caught instanceof AppError, String(caught));
  assert.equal(caught.kind, kind, caught.message);
  assert.match(caught.message, message);
  assert.ok(!caught.message.includes(TEXT));
  return caught;
}

const FAULTS: Readonly<Partial<Record<VibeVoiceScenario, Readonly<Record<Protocol, FailureKind | 'spoken'>>>>> = {
  refuse: { stream: 'unavailable', tts: 'unavailable' },
  loading: { stream: 'unavailable', tts: 'unavailable' },
  forbidden: { stream: 'auth', tts: 'auth' },
  busy: { stream: 'rate_limited', tts: 'rate_limited' },
  'hang-handshake': { stream: 'timeout', tts: 'timeout' },
  'slow-first-byte': { stream: 'timeout', tts: 'timeout' },
  'drop-mid-utterance': { stream: 'unavailable', tts: 'unavailable' },
  'error-frame': { stream: 'unavailable', tts: 'unavailable' },
  'stall-mid-utterance': { stream: 'timeout', tts: 'timeout' },
  'garbage-frame': { stream: 'protocol', tts: 'protocol' },
  'odd-frame': { stream: 'protocol', tts: 'protocol' },
  'no-completion': { stream: 'protocol', tts: 'protocol' },
  empty: { stream: 'bad_audio', tts: 'bad_audio' },
  endless: { stream: 'bad_audio', tts: 'bad_audio' },
  // Only our own protocol says how many samples there are.
  truncated: { stream: 'spoken', tts: 'bad_audio' },
  'wrong-sample-rate': { stream: 'protocol', tts: 'protocol' },
  // What the speech sounds like is for the audio check to judge.
  silence: { stream: 'spoken', tts: 'spoken' },
  noise: { stream: 'spoken', tts: 'spoken' },
  clipped: { stream: 'spoken', tts: 'spoken' },
  'mislabelled-sample-rate': { stream: 'spoken', tts: 'spoken' },
  // Good speech, whatever stands around it.
  'short-frames': { stream: 'spoken', tts: 'spoken' },
  'unknown-events': { stream: 'spoken', tts: 'spoken' },
  'voices-removed': { stream: 'spoken', tts: 'spoken' },
  // Tried below with an utterance that is cancelled.
  'busy-after-cancel': { stream: 'spoken', tts: 'spoken' },
};

for (const protocol of PROTOCOLS) {
  test(`every fault of /${protocol} is met with its kind, and the next utterance is spoken`, async () => {
    await withServer(async (speak, { faults }) => {
      assert.deepEqual(Object.keys(FAULTS).sort(), [...faults.scenarios].sort());
      for (const [scenario, expected] of Object.entries(FAULTS)) {
        // `times` would let the list of voices be answered in the middle of an outage.
        faults.set(scenario as VibeVoiceScenario);
        const work = speak(protocol, { isImpatient: expected[protocol] === 'timeout' });
        if (expected[protocol] === 'spoken') assert.ok((await work).pcm.samples.length > 0, scenario);
        else
          await assertFails(work, expected[protocol]).catch((thrown: Error) =>
            assert.fail(`${scenario}: ${thrown.message}`),
          );
        faults.clear();
        assert.equal((await speak(protocol)).pcm.sampleRateHz, RATE, `after ${scenario}`);
      }
    });
  });

  test(`the samples of /${protocol} are those of the server, each handed out once`, async () => {
    await withServer(async (speak) => {
      const chunks: Pcm[] = [];
      const { pcm } = await speak(protocol, { onPcm: (chunk) => chunks.push(chunk) });
      const expected = (await tone({ text: TEXT, language: 'en' }, new AbortController().signal)).pcm.samples;
      assert.equal(pcm.samples.length, expected.length);
      assert.ok(pcm.samples.every((sample, index) => Math.abs(sample - (expected[index] as number)) < 1 / 16_000));
      assert.equal(
        chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0),
        pcm.samples.length,
      );
      assert.ok(chunks.length > 5, `${chunks.length} chunks`);
    });
  });

  test(`an abort at any moment of /${protocol} cancels, closes the connection and leaves the server free`, async () => {
    const scenarios: readonly (VibeVoiceScenario | undefined)[] = [
      'hang-handshake',
      'slow-first-byte',
      'stall-mid-utterance',
      'endless',
      undefined,
    ];
    await withServer(async (speak, { faults }) => {
      await speak(protocol);
      const idle = await settledResources(Infinity);
      for (const scenario of scenarios) {
        if (scenario !== undefined) faults.set(scenario, { times: 1 });
        const controller = new AbortController();
        const onPcm =
          scenario === 'hang-handshake' || scenario === 'slow-first-byte' ? undefined : () => controller.abort();
        if (onPcm === undefined) setTimeout(() => controller.abort(), 50);
        await assertFails(
          speak(protocol, { signal: controller.signal, ...(onPcm === undefined ? {} : { onPcm }) }),
          'cancelled',
        );
        faults.clear();
        assert.ok((await speak(protocol)).pcm.samples.length > 0, scenario);
      }
      assert.ok((await settledResources(idle)) <= idle, process.getActiveResourcesInfo().join());
    });
  });
}

/**
 * Sockets and timers that are in use once no more than `most` are, or after many turns of the event loop. The HTTP client
 * keeps a connection, so the number at rest is not 0.
 */
async function settledResources(most: number): Promise<number> {
  let count = 0;
  for (let turn = 0; turn < 200; turn++) {
    await new Promise(setImmediate);
    count = process.getActiveResourcesInfo().filter((name) => /^(TCP\w*Wrap|Timeout)$/.test(name)).length;
    if (turn > 20 && count <= most) break;
  }
  return count;
}

test('an utterance that follows a cancelled one may find the server still busy', async () => {
  for (const protocol of PROTOCOLS) {
    const speaksSlowly = { frameSeconds: 0.2 };
    await withServer(async (speak, { faults }) => {
      faults.set('busy-after-cancel', { times: 1 });
      const controller = new AbortController();
      const work = speak(protocol, { signal: controller.signal, onPcm: () => controller.abort() });
      await assertFails(work, 'cancelled');
      await assertFails(speak(protocol), 'rate_limited', /already speaks/);
      assert.ok((await speak(protocol, { text: 'Hi.' })).pcm.samples.length > 0, 'the one after that is spoken');
    }, speaksSlowly);
  }
});

test('a voice that the server has lost is replaced by one that it says it has, or refused', async () => {
  await withServer(async (speak, { faults, requests }) => {
    faults.set('voices-removed');
    const { warnings } = await speak('stream');
    assert.match(warnings.join(), /no voice en-Emma_woman; en-Carter_man speaks/);
    assert.equal(new URLSearchParams(requests.at(-1)?.target.split('?')[1]).get('voice'), 'en-Carter_man');
    await assertFails(speak('stream', { language: 'fr' }), 'unsupported', /no voice for the language fr/);
  });
});

test('frames of another size and messages that are not known change nothing', async () => {
  for (const protocol of PROTOCOLS) {
    await withServer(async (speak, { faults }) => {
      const { pcm, alignment } = await speak(protocol);
      for (const scenario of ['short-frames', 'unknown-events'] as const) {
        faults.set(scenario, { times: 1 });
        const odd = await speak(protocol);
        assert.deepEqual(odd.pcm, pcm, scenario);
        assert.deepEqual(odd.alignment, alignment, scenario);
      }
    });
  }
});

test('a server that is not there is unavailable', async () => {
  await withServer(async (speak, simulator) => {
    await simulator.close();
    await assertFails(speak('stream'), 'unavailable');
    await assertFails(speak('tts'), 'unavailable', /ECONNREFUSED/);
  });
});

test('a path that the server does not have is told apart from an outage', async () => {
  await withServer(async (_speak, simulator) => {
    const endpoints = [`${simulator.url.replace('http', 'ws')}/other/tts`];
    const timeouts = { connectionTimeoutSeconds: 30, idleTimeoutSeconds: 30 };
    const provider = createVibeVoiceProvider({ endpoints, http, clock: systemClock, ...timeouts });
    const voice = { profile: 'default', style: 'neutral', seed: 42 } as const;
    const { signal } = new AbortController();
    await assertFails(provider.synthesize({ text: TEXT, language: 'en', voice }, { signal }), 'auth', /403/);
  });
});

test('a text that the realtime server would never answer is refused before it is sent', async () => {
  await withServer(async (speak, { requests }) => {
    await assertFails(
      speak('stream', { text: '猫が好きです。'.repeat(120), language: 'ja' }),
      'unsupported',
      /7500 bytes/,
    );
    assert.deepEqual(
      requests.filter(({ target }) => target.startsWith('/stream')),
      [],
    );
    assert.ok((await speak('stream', { text: `${'a'.repeat(1400)} `.repeat(5) })).pcm.samples.length > 0);
  });
});

test('a profile becomes a voice that the server has; what it does not know is said', async () => {
  await withServer(async (speak, { requests }) => {
    const voice = { profile: 'professional', style: 'excited', seed: 7 } as const;
    const speech = await speak('stream', { voice, text: 'Hi.' });
    assert.equal(speech.providerMetadata['voice'], 'en-Carter_man');
    assert.deepEqual(
      ['style', 'seed', '4 words'].map((word) => speech.warnings.some((warning) => warning.includes(word))),
      [true, true, true],
    );
    const query = new URLSearchParams(requests.at(-1)?.target.split('?')[1]);
    assert.deepEqual(Object.fromEntries(query), { text: 'Hi.', cfg: '1.5', steps: '5', voice: 'en-Carter_man' });
    assert.equal((await speak('stream', { language: 'en-IN' })).providerMetadata['voice'], 'in-Samuel_man');
    assert.equal((await speak('stream', { language: 'pt-BR' })).providerMetadata['voice'], 'pt-Spk0_woman');
    await assertFails(speak('stream', { language: 'hi' }), 'unsupported');
  });
});

test('our own protocol carries style, profile, seed and language, and gives times', async () => {
  await withServer(async (speak, { requests }) => {
    const speech = await speak('tts');
    assert.deepEqual(speech.warnings, []);
    assert.deepEqual(
      speech.alignment?.words.map(({ text }) => text),
      wordSpans(TEXT, 'en').map(({ text }) => text),
    );
    const { request_id: requestId, ...sent } = JSON.parse(requests.at(-1)?.body ?? '') as Record<string, unknown>;
    assert.equal(typeof requestId, 'string');
    assert.deepEqual(sent, {
      type: 'synthesize',
      text: TEXT,
      language: 'en',
      profile: 'default',
      style: 'neutral',
      seed: 42,
    });
    const wishes = [
      { profile: 'default', style: 'calm', seed: 42 },
      { profile: 'casual', style: 'neutral', seed: 42 },
      { profile: 'default', style: 'neutral', seed: 43 },
    ] as const;
    for (const voice of wishes) {
      const [first, second] = [await speak('tts', { voice }), await speak('tts', { voice })];
      assert.notEqual(first.pcm.samples.length, speech.pcm.samples.length);
      assert.equal(first.pcm.samples.length, second.pcm.samples.length);
    }
  });
});

test('calls to one realtime server wait for each other; a second client finds it busy', async () => {
  await withServer(async (speak, simulator) => {
    const speeches = await Promise.all([1, 2, 3].map(() => speak('stream')));
    assert.equal(speeches.length, 3);
    simulator.faults.set('slow-first-byte', { times: 1 });
    const controller = new AbortController();
    const first = speak('stream', { signal: controller.signal });
    const waiting = speak('stream', { signal: controller.signal });
    const endpoints = [`${simulator.url.replace('http', 'ws')}/stream`];
    const timeouts = { connectionTimeoutSeconds: 5, idleTimeoutSeconds: 5 };
    const other = createVibeVoiceProvider({ endpoints, http, clock: systemClock, ...timeouts });
    const voice = { profile: 'default', style: 'neutral', seed: 42 } as const;
    while (!simulator.requests.at(-1)?.target.startsWith('/stream')) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { signal } = new AbortController();
    await assertFails(other.synthesize({ text: TEXT, language: 'en', voice }, { signal }), 'rate_limited');
    controller.abort();
    await Promise.all([assertFails(first, 'cancelled'), assertFails(waiting, 'cancelled')]);
  });
});

test('a realtime server is still busy for a moment after a client has left', async () => {
  await withServer(
    async (speak, { faults }) => {
      faults.set('stall-mid-utterance', { times: 1 });
      const controller = new AbortController();
      const work = speak('stream', { signal: controller.signal, onPcm: () => controller.abort() });
      await assertFails(work, 'cancelled');
      await assertFails(speak('stream'), 'rate_limited');
    },
    { lingerSeconds: 60 },
  );
});

test('an address of neither protocol is refused at once, without showing it', () => {
  for (const address of ['http://a/stream', 'ws://user:secret@a/other', 'ws://a/stream?x=1', 'nonsense']) {
    const options = {
      endpoints: [address],
      http,
      clock: systemClock,
      connectionTimeoutSeconds: 1,
      idleTimeoutSeconds: 1,
    };
    assert.throws(
      () => createVibeVoiceProvider(options),
      (error) => error instanceof AppError && error.kind === 'invalid_input' && !error.message.includes('secret'),
    );
  }
});
