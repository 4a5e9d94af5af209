import { test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { systemTimer } from '../../src/core/timer.ts';
import { createGpuFleet } from '../../src/gpu/gpu-fleet.ts';
import { createHttpClient } from '../../src/net/http-client.ts';
import { createVendorProviders, liveVendors } from '../../src/app/speech-providers.ts';
import type { SpeechProviderId } from '../../src/tts/speech-provider.ts';
import { ROOMY_LIMITS } from '../fixtures/http-limits.ts';
import { speechProviderContract } from './speech-provider.ts';

/**
 * The same suite against the vendors themselves, as they are configured in the environment or `.env`. It costs a few hundred
 * characters of paid speech, and only ever runs where someone has put a key.
 */
const WHAT_IT_NEEDS: Readonly<Partial<Record<SpeechProviderId, string>>> = {
  vibevoice: 'VIBEVOICE_WS_ENDPOINT',
  elevenlabs: 'ELEVENLABS_API_KEY',
  'openai-speech': 'OPENAI_SPEECH_BASE_URL',
};

const { config } = loadConfig();
const vendors = liveVendors(config);
const fleet = createGpuFleet({
  servers: vendors.vibevoiceEndpoints.map((url) => ({ id: url, url })),
  clock: systemClock,
  timer: systemTimer,
});

for (const [id, variable] of Object.entries(WHAT_IT_NEEDS)) {
  const http = createHttpClient(ROOMY_LIMITS);
  const provider = createVendorProviders(config, vendors, { clock: systemClock, http, fleet }).find(
    (candidate) => candidate.id === id,
  );
  if (provider === undefined) {
    test(`the live ${id} as a speech provider`, (context) => context.skip(`${variable} is not set`));
    continue;
  }
  speechProviderContract(`the live ${id}`, async () => ({
    provider,
    close: () => http.close(),
    deterministic: false,
    unknownLanguage: provider.capabilities.languages === 'any' ? undefined : 'tlh-Piqd',
  }));
}
