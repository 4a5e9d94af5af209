import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

test('after speeches, failures and aborts nothing keeps the process alive', async () => {
  const address = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { createVibeVoiceProvider } from ${address('../vibevoice.ts')};
    import { createHttpClient } from ${address('../../../net/http-client.ts')};
    import { startVibeVoiceSimulator } from ${address('../../../simulators/vibevoice.ts')};
    const alignment = { words: [], phonemes: [] };
    const voice = async () => ({ pcm: { samples: new Float32Array(20_000), sampleRateHz: 24_000 }, alignment });
    const simulator = await startVibeVoiceSimulator({ voice, slowSeconds: 3600, lingerSeconds: 3600 });
    const long = 3600;
    const limits = { connectSeconds: long, headersSeconds: long, bodyGapSeconds: long, totalSeconds: long };
    const http = createHttpClient({ ...limits, responseBytes: 65_536 });
    const utterance = { text: 'Hello.', language: 'en', voice: { profile: 'default', style: 'neutral', seed: 1 } };
    const told = [];
    for (const path of ['tts', 'stream']) {
      const endpoints = [simulator.url.replace('http', 'ws') + '/' + path];
      const timeouts = { connectionTimeoutSeconds: long, idleTimeoutSeconds: long };
      const provider = createVibeVoiceProvider({ endpoints, http, clock: Date, ...timeouts });
      for (const scenario of [undefined, 'error-frame', 'hang-handshake', 'slow-first-byte']) {
        if (scenario !== undefined) simulator.faults.set(scenario, { times: 1 });
        const controller = new AbortController();
        if (/^(hang|slow)-/.test(scenario ?? '')) setTimeout(() => controller.abort(), 50);
        const work = provider.synthesize(utterance, { signal: controller.signal });
        told.push(await work.then(() => 'spoken', (error) => error.kind));
      }
    }
    await simulator.close();
    await http.close();
    console.log(told.join());
  `;
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { timeout: 60_000 });
  const { stdout } = await child;
  const expected = ['spoken', 'unavailable', 'cancelled', 'cancelled'];
  assert.equal(stdout.trim(), [...expected, ...expected].join());
});
