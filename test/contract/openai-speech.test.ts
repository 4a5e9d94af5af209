import { createHttpClient } from '../../src/net/http-client.ts';
import { startOpenAiSpeechSimulator } from '../../src/simulators/openai-speech.ts';
import { createOpenAiSpeechProvider } from '../../src/tts/providers/openai-speech.ts';
import { ROOMY_LIMITS } from '../fixtures/http-limits.ts';
import { createSimulatorVoice } from '../fixtures/simulator-voice.ts';
import { speechProviderContract } from './speech-provider.ts';

speechProviderContract('the adapter for OpenAI-compatible speech', async () => {
  const { voice, close } = createSimulatorVoice();
  const simulator = await startOpenAiSpeechSimulator({ voice, apiKey: 'contract-key' });
  const httpClient = createHttpClient(ROOMY_LIMITS);
  return {
    provider: createOpenAiSpeechProvider({
      httpClient,
      baseUrl: `${simulator.url}/v1`,
      apiKey: 'contract-key',
      model: 'tts-1',
      voice: 'alloy',
      usdPerCharacter: 0.000015,
    }),
    async close() {
      await httpClient.close();
      await simulator.close();
      await close();
    },
    deterministic: true,
    unknownLanguage: undefined,
  };
});
