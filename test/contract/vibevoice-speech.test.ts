import { systemClock } from '../../src/core/clock.ts';
import { createHttpClient } from '../../src/net/http-client.ts';
import { startVibeVoiceSimulator } from '../../src/simulators/vibevoice.ts';
import { createVibeVoiceProvider } from '../../src/tts/providers/vibevoice.ts';
import { ROOMY_LIMITS } from '../fixtures/http-limits.ts';
import { createSimulatorVoice } from '../fixtures/simulator-voice.ts';
import { speechProviderContract } from './speech-provider.ts';

for (const path of ['stream', 'tts']) {
  speechProviderContract(`VibeVoice over /${path}`, async () => {
    const offline = createSimulatorVoice();
    const simulator = await startVibeVoiceSimulator({ voice: offline.voice, lingerSeconds: 0 });
    const http = createHttpClient(ROOMY_LIMITS);
    const provider = createVibeVoiceProvider({
      endpoints: [`${simulator.url.replace('http', 'ws')}/${path}`],
      http,
      clock: systemClock,
      connectionTimeoutSeconds: 30,
      idleTimeoutSeconds: 60,
    });
    return {
      provider,
      deterministic: true,
      unknownLanguage: 'tlh-Piqd',
      async close() {
        await simulator.close();
        await http.close();
        await offline.close();
      },
    };
  });
}
