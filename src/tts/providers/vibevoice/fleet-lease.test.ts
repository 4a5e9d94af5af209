import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ROOMY_LIMITS } from '../../../../test/fixtures/http-limits.ts';
import { systemClock } from '../../../core/clock.ts';
import { AppError } from '../../../core/errors.ts';
import { systemTimer } from '../../../core/timer.ts';
import { createGpuFleet, type GpuFleet } from '../../../gpu/gpu-fleet.ts';
import { wordSpans } from '../../../media/words.ts';
import { createHttpClient, type HttpClient } from '../../../net/http-client.ts';
import type { Simulator, SimulatorVoice } from '../../../simulators/simulator.ts';
import { startVibeVoiceSimulator } from '../../../simulators/vibevoice.ts';
import type { VibeVoiceScenario } from '../../../simulators/vibevoice/scenarios.ts';
import type { SpeechProvider } from '../../speech-provider.ts';
import { createVibeVoiceProvider } from '../vibevoice.ts';

const UTTERANCE = {
  text: 'Five words and a half.',
  language: 'en',
  voice: { profile: 'default', style: 'neutral', seed: 42 },
} as const;
const PATIENCE = { connectionTimeoutSeconds: 30, idleTimeoutSeconds: 30 };

/** A tone of a quarter of a second for each word. */
const tone: SimulatorVoice = async ({ text, language }) => {
  const samples = new Float32Array(wordSpans(text, language).length * 6000);
  for (let index = 0; index < samples.length; index += 1) samples[index] = 0.3 * Math.sin(index * 0.05);
  return { pcm: { samples, sampleRateHz: 24_000 }, alignment: { words: [], phonemes: [] } };
};

let http: HttpClient;
before(() => {
  http = createHttpClient(ROOMY_LIMITS);
});
after(() => http.close());

async function withTwoServers(
  work: (servers: readonly [Simulator<VibeVoiceScenario>, Simulator<VibeVoiceScenario>]) => Promise<void>,
): Promise<void> {
  const servers = [
    await startVibeVoiceSimulator({ voice: tone }),
    await startVibeVoiceSimulator({ voice: tone }),
  ] as const;
  try {
    await work(servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Who speaks next, by the address of its simulator. */
async function nextSpeaker(provider: SpeechProvider, failedServers = new Set<string>()): Promise<string> {
  const { providerMetadata } = await provider.synthesize(UTTERANCE, {
    signal: AbortSignal.timeout(60_000),
    failedServers,
  });
  return `http://${providerMetadata['server']}`;
}

function addressOf({ url }: Simulator<VibeVoiceScenario>): string {
  return `${url.replace('http', 'ws')}/tts`;
}

/** A provider that is configured with `endpoints`, in the hands of a fleet that knows `servers`. */
function createFleetOf(
  servers: readonly Simulator<VibeVoiceScenario>[],
  endpoints = servers,
): { readonly fleet: GpuFleet; readonly provider: SpeechProvider } {
  const fleet = createGpuFleet({
    servers: servers.map((server) => ({ id: server.url, url: addressOf(server) })),
    clock: systemClock,
    timer: systemTimer,
  });
  const provider = createVibeVoiceProvider({
    endpoints: endpoints.map(addressOf),
    fleet,
    http,
    clock: systemClock,
    ...PATIENCE,
  });
  return { fleet, provider };
}

test('without a fleet the endpoints are used in turn', async () => {
  await withTwoServers(async (servers) => {
    const provider = createVibeVoiceProvider({
      endpoints: servers.map(addressOf),
      http,
      clock: systemClock,
      ...PATIENCE,
    });
    assert.deepEqual(
      [await nextSpeaker(provider), await nextSpeaker(provider)],
      servers.map(({ url }) => url),
    );
  });
});

test('the fleet says who speaks, and is told how it went', async () => {
  await withTwoServers(async ([first, second]) => {
    const { fleet, provider } = createFleetOf([second], [first, second]);
    assert.deepEqual([await nextSpeaker(provider), await nextSpeaker(provider)], [second.url, second.url]);
    assert.deepEqual([fleet.snapshot().active_streams, fleet.snapshot().servers[0]?.failures], [0, 0]);
    second.faults.set('drop-mid-utterance', { times: 1 });
    await assert.rejects(nextSpeaker(provider), { kind: 'unavailable' });
    assert.deepEqual([fleet.snapshot().active_streams, fleet.snapshot().servers[0]?.failures], [0, 1]);
  });
});

test('an utterance that failed at one server is tried at another', async () => {
  await withTwoServers(async ([first, second]) => {
    const { provider } = createFleetOf([first, second]);
    const failedServers = new Set<string>();
    first.faults.set('refuse');
    second.faults.set('refuse');
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await assert.rejects(nextSpeaker(provider, failedServers), { kind: 'unavailable' });
      assert.equal(failedServers.size, attempt, 'the second try went to the other one');
    }
    second.faults.clear();
    assert.equal(await nextSpeaker(provider, new Set([first.url])), second.url);
  });
});

test('a server whose speech nobody can use is known for it', async () => {
  await withTwoServers(async ([first, second]) => {
    const { fleet, provider } = createFleetOf([first, second]);
    const failedServers = new Set<string>();
    const accept = (): void => {
      throw new AppError({ code: 'bad_audio', kind: 'bad_audio', message: 'Nobody should hear this.' });
    };
    const signal = AbortSignal.timeout(60_000);
    await assert.rejects(provider.synthesize(UTTERANCE, { signal, failedServers, accept }), { kind: 'bad_audio' });
    const [failed] = failedServers;
    assert.deepEqual(
      fleet.snapshot().servers.map(({ id, failures }) => [id, failures]),
      [first, second].map(({ url }) => [url, url === failed ? 1 : 0]),
    );
  });
});
