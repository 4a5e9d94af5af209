import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ROOMY_LIMITS } from '../../test/fixtures/http-limits.ts';
import { AppError } from '../core/errors.ts';
import { parseGpuMetrics } from '../gpu/gpu-metrics.ts';
import { metricsFromUrl } from '../gpu/metrics-source.ts';
import { createHttpClient } from '../net/http-client.ts';
import type { HttpClient } from '../net/http-client.ts';
import { createElevenLabsProvider } from '../tts/providers/elevenlabs.ts';
import { createOpenAiSpeechProvider } from '../tts/providers/openai-speech.ts';
import { createVibeVoiceProvider } from '../tts/providers/vibevoice.ts';
import type { SpeechProvider } from '../tts/speech-provider.ts';
import { startSimulatedVendors } from './simulated-vendors.ts';
import type { SimulatedVendors, SimulatedVendorsOptions } from './simulated-vendors.ts';
import type { SimulatorVoice } from './simulator.ts';

const FREE_PORTS = { vibevoice: 0, elevenlabs: 0, openaiSpeech: 0, openai: 0, s3: 0, dcgm: 0, faults: 0 };
const TEXT = 'Four words of text.';

/** A second of a tone, with the times that a voice of one word would give. */
const tone: SimulatorVoice = async ({ text }) => ({
  pcm: {
    samples: Float32Array.from({ length: 24_000 }, (_, index) => 0.3 * Math.sin(index / 8)),
    sampleRateHz: 24_000,
  },
  alignment: { words: [{ text, start: 0, end: text.length, startSeconds: 0, endSeconds: 1 }], phonemes: [] },
});

const writer = () => ({ answer: TEXT });

async function startRig(t: TestContext, options: Partial<SimulatedVendorsOptions> = {}) {
  let now = 0;
  const clock = { now: () => now };
  const vendors = await startSimulatedVendors({ voice: tone, writer, clock, ...options });
  const http = createHttpClient(ROOMY_LIMITS);
  t.after(() => http.close());
  t.after(() => vendors.close());
  return {
    vendors,
    http,
    readGpu: async (index: number) => {
      const source = metricsFromUrl('gpu', vendors.gpuMetricsUrls[index] ?? '', http);
      const { gpus } = parseGpuMetrics(await source.read(AbortSignal.timeout(30_000)));
      return gpus[0];
    },
    advance: (seconds: number) => (now += seconds * 1000),
  };
}

function providersOf(vendors: SimulatedVendors, http: HttpClient): readonly SpeechProvider[] {
  const [voiceId = ''] = vendors.elevenlabs.voiceIds;
  const { apiKey, baseUrl } = vendors.openaiSpeech;
  const timeouts = { connectionTimeoutSeconds: 30, idleTimeoutSeconds: 30 };
  return [
    createVibeVoiceProvider({ endpoints: vendors.vibevoiceEndpoints, http, clock: { now: () => 0 }, ...timeouts }),
    createElevenLabsProvider({
      ...vendors.elevenlabs,
      httpClient: http,
      voiceId,
      modelId: 'eleven_flash_v2_5',
      usdPerBilledCharacter: 0.0001,
    }),
    createOpenAiSpeechProvider({
      httpClient: http,
      baseUrl,
      apiKey,
      model: 'tts-1',
      voice: 'alloy',
      usdPerCharacter: 0,
    }),
  ];
}

async function speak(provider: SpeechProvider | undefined, signal = AbortSignal.timeout(30_000)) {
  assert.ok(provider);
  const voice = { profile: 'default', style: 'neutral', seed: 1 } as const;
  return provider.synthesize({ text: TEXT, language: 'en', voice }, { signal });
}

for (const vibevoicePath of ['tts', 'stream'] as const) {
  test(`every adapter speaks through the set, VibeVoice by /${vibevoicePath}`, async (t) => {
    const { vendors, http } = await startRig(t, { vibevoicePath });
    assert.equal(vendors.vibevoiceEndpoints.length, 2);
    assert.ok(vendors.vibevoiceEndpoints.every((address) => address.endsWith(`/${vibevoicePath}`)));
    for (const provider of providersOf(vendors, http)) {
      assert.ok((await speak(provider)).pcm.samples.length > 20_000, provider.id);
    }
    assert.equal(vendors.faultsUrl, null);
  });
}

test('the board has every simulator, says what each fault shows, and switches it', async (t) => {
  const { vendors, http } = await startRig(t, { gpuServers: 3 });
  const listed = vendors.faults.list();
  assert.deepEqual(
    listed.map(({ vendor }) => vendor),
    [1, 2, 3]
      .map((number) => `vibevoice-${number}`)
      .concat('elevenlabs', 'openai-speech', 'openai')
      .concat([1, 2, 3].map((number) => `dcgm-${number}`)),
  );
  for (const { vendor, scenarios } of listed) {
    assert.ok(scenarios.length > 5, vendor);
    for (const { scenario, shows } of scenarios) assert.match(shows, /^\S.{15,}\.$/, `${vendor} ${scenario}`);
  }
  const [vibevoice, elevenlabs, openai] = providersOf(vendors, http);
  vendors.faults.set('vibevoice', 'error-frame');
  vendors.faults.set('elevenlabs', 'quota-401');
  vendors.faults.set('openai-speech', 'rate-limited');
  for (let call = 0; call < 3; call++) await assert.rejects(speak(vibevoice), { kind: 'unavailable' });
  await assert.rejects(speak(elevenlabs), { kind: 'quota' });
  await assert.rejects(speak(openai), { kind: 'rate_limited' });
  vendors.faults.clear();
  for (const provider of [vibevoice, elevenlabs, openai]) await speak(provider);
});

test('a GPU shows what its own server does', async (t) => {
  const { vendors, http, readGpu, advance } = await startRig(t);
  const [vibevoice] = providersOf(vendors, http);
  const idle = await readGpu(0);
  vendors.faults.set('vibevoice-1', 'stall-mid-utterance');
  const controller = new AbortController();
  const speaking = speak(vibevoice, controller.signal);
  while ((await readGpu(0))?.memoryUsedMb === idle?.memoryUsedMb) await new Promise(setImmediate);
  advance(120);
  const [first, second] = [await readGpu(0), await readGpu(1)];
  assert.ok(idle && first && second);
  assert.ok((first.loadPercent ?? 0) > 90 && (first.temperatureC ?? 0) > (idle.temperatureC ?? 0) + 20);
  assert.deepEqual([second.loadPercent, second.memoryUsedMb], [idle.loadPercent, idle.memoryUsedMb]);
  controller.abort();
  await assert.rejects(speaking, { kind: 'cancelled' });
  while ((await readGpu(0))?.memoryUsedMb !== idle.memoryUsedMb) await new Promise(setImmediate);
});

test('a port in use is named with its simulator, and what had started is closed again', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const before = await settledListeningCount(1);
  const cases = [
    ['vibevoice-1', 'vibevoice'],
    ['elevenlabs', 'elevenlabs'],
    ['openai-speech', 'openaiSpeech'],
    ['openai', 'openai'],
    ['dcgm-1', 'dcgm'],
    ['faults', 'faults'],
  ] as const;
  for (const [name, key] of cases) {
    const ports = { ...FREE_PORTS, [key]: port };
    await assert.rejects(startSimulatedVendors({ voice: tone, writer, clock: { now: () => 0 }, ports }), {
      code: 'port_unavailable',
      kind: 'unavailable',
      message: `The simulator ${name} cannot start: Port ${port} is in use by another program.`,
    });
    assert.equal(await settledListeningCount(before), before, name);
  }
});

test('the servers of one kind take ports in a row, and faults are switched over HTTP', async (t) => {
  const { vendors } = await startOnSomePorts(t);
  const [first = 0, second] = vendors.vibevoiceEndpoints.map((address) => Number(new URL(address).port));
  assert.equal(second, first + 1);
  const answer = await fetch(vendors.faultsUrl ?? '');
  assert.deepEqual(((await answer.json()) as { vendors: unknown }).vendors, vendors.faults.list());
});

/** Ports below those that the system hands out; others when someone has one of them. */
async function startOnSomePorts(t: TestContext): Promise<Awaited<ReturnType<typeof startRig>>> {
  for (let vibevoice = 20_000 + (process.pid % 10_000); ; vibevoice += 2) {
    try {
      return await startRig(t, { ports: { ...FREE_PORTS, vibevoice } });
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.code === 'port_unavailable')) throw thrown;
    }
  }
}

test('closing ends calls that would never end, and leaves nothing that listens', async (t) => {
  const before = await settledListeningCount(0);
  const { vendors, http } = await startRig(t);
  const scenarios = { vibevoice: 'stall-mid-utterance', elevenlabs: 'hang', 'openai-speech': 'hang' };
  for (const [vendor, scenario] of Object.entries(scenarios)) vendors.faults.set(vendor, scenario, { times: 1 });
  const failing = providersOf(vendors, http).map((provider) =>
    assert.rejects(speak(provider), { kind: 'unavailable' }, provider.id),
  );
  const metByAll = (): boolean => vendors.faults.list().filter(({ active }) => active !== null).length === 1;
  // The second VibeVoice server is asked for nothing.
  while (!metByAll()) await new Promise(setImmediate);
  await vendors.close();
  await Promise.all(failing);
  assert.equal(await settledListeningCount(before), before);
});

function listeningCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
}

/** What still listens once it is no more than `most`, or after many turns of the event loop: a socket closes late. */
async function settledListeningCount(most: number): Promise<number> {
  for (let turn = 0; turn < 200 && listeningCount() > most; turn++) await new Promise(setImmediate);
  return listeningCount();
}
