import { systemClock } from '../../src/core/clock.ts';
import { createHttpClient } from '../../src/net/http-client.ts';
import { startElevenLabsSimulator } from '../../src/simulators/elevenlabs.ts';
import { createElevenLabsProvider } from '../../src/tts/providers/elevenlabs.ts';
import { ROOMY_LIMITS } from '../fixtures/http-limits.ts';
import { createSimulatorVoice } from '../fixtures/simulator-voice.ts';
import { speechProviderContract } from './speech-provider.ts';

speechProviderContract('the ElevenLabs adapter', async () => {
  const { voice, close } = createSimulatorVoice();
  const apiKey = 'contract-key';
  const simulator = await startElevenLabsSimulator({ voice, apiKey, voiceIds: ['anna'], clock: systemClock });
  const httpClient = createHttpClient(ROOMY_LIMITS);
  return {
    provider: createElevenLabsProvider({
      httpClient,
      baseUrl: simulator.url,
      apiKey,
      voiceId: 'anna',
      modelId: 'eleven_flash_v2_5',
      usdPerBilledCharacter: 0.0001,
    }),
    async close() {
      await httpClient.close();
      await simulator.close();
      await close();
    },
    deterministic: true,
    unknownLanguage: 'tlh-Piqd',
  };
});
