import { createOfflineProvider } from '../../src/tts/providers/offline.ts';
import { speechProviderContract } from './speech-provider.ts';

speechProviderContract('the offline provider', async () => {
  const provider = createOfflineProvider();
  return { provider, close: () => provider.close(), deterministic: true, unknownLanguage: 'tlh-Piqd' };
});
