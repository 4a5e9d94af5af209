import { openSpeech } from '../../src/app/speech.ts';
import { resolveConfig, type Environment } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import { startElevenLabsSimulator } from '../../src/simulators/elevenlabs.ts';
import type { ElevenLabsFault } from '../../src/simulators/elevenlabs-faults.ts';
import { startVibeVoiceSimulator } from '../../src/simulators/vibevoice.ts';
import { createRandom } from '../../test/chaos/seeded-random.ts';
import { withTemporaryFolder } from '../../test/fixtures/temporary-folder.ts';
import { STRICT_LOGGER } from './application-under-test.ts';
import type { MarkedVoices } from './marked-voices.ts';
import { SENTENCES } from './sentences.ts';

export type Spree = {
  /** Whether the scripts are of one user, or each of another. */
  readonly users: 'one' | 'many';
  /** What ElevenLabs suffers meanwhile. It charges for speech that is cut on the way or by itself. */
  readonly fault?: ElevenLabsFault;
  readonly seed: number;
  /** Configuration with a planted bug. */
  readonly plants?: Environment;
};

export type SpreeReport = {
  /** By the books of ElevenLabs, not by ours. */
  readonly chargedUsd: number;
  readonly capUsd: number;
  readonly scriptsSpoken: number;
  readonly scripts: number;
  /** Kinds that callers were told, other than that of the outage. */
  readonly wrongKinds: readonly string[];
};

const SCRIPTS_AT_ONCE = 50;
const CAP_USD = 0.1;
const OTHER_CAP_USD = 1000;
const USD_PER_1K_CREDITS = 0.1;
const API_KEY = 'key-of-elevenlabs';
const VOICE_ID = 'voice-of-elevenlabs';

/**
 * VibeVoice is down, and fifty scripts at once would be spoken by ElevenLabs, for more than may be spent in an hour; then
 * the application is restarted, and another fifty come. The application's own composition, over real sockets.
 */
export async function spendOnFallback(spree: Spree, voices: MarkedVoices): Promise<SpreeReport> {
  await using resources = new AsyncDisposableStack();
  const vibevoice = await startVibeVoiceSimulator({ voice: voices.voiceOf('vibevoice') });
  resources.defer(() => vibevoice.close());
  vibevoice.faults.set('refuse');
  const elevenlabs = await startElevenLabsSimulator({
    voice: voices.voiceOf('elevenlabs'),
    apiKey: API_KEY,
    voiceIds: [VOICE_ID],
    clock: systemClock,
  });
  resources.defer(() => elevenlabs.close());
  if (spree.fault !== undefined) elevenlabs.faults.set(spree.fault);

  const caps = spree.users === 'many' ? [CAP_USD, OTHER_CAP_USD] : [OTHER_CAP_USD, CAP_USD];
  const wrongKinds: string[] = [];
  let scriptsSpoken = 0;
  await withTemporaryFolder(async (folder) => {
    const { config } = resolveConfig(
      {
        MOCK_MODE: 'False',
        DATA_DIR: folder,
        VIBEVOICE_WS_ENDPOINT: `${vibevoice.url.replace('http', 'ws')}/tts`,
        VIBEVOICE_MAX_RETRIES: '0',
        ELEVENLABS_BASE_URL: elevenlabs.url,
        ELEVENLABS_API_KEY: API_KEY,
        ELEVENLABS_VOICE_ID: VOICE_ID,
        ELEVENLABS_USD_PER_1K_CHARACTERS: String(USD_PER_1K_CREDITS),
        TTS_CACHE_ENABLED: 'False',
        TTS_FALLBACK_HOURLY_USD: String(caps[0]),
        TTS_FALLBACK_HOURLY_USD_PER_USER: String(caps[1]),
        ...spree.plants,
      },
      {},
    );
    for (const half of [0, 1]) {
      const speech = await openSpeech(config, { clock: systemClock, logger: STRICT_LOGGER, logOperation: () => {} });
      const random = createRandom(spree.seed + half);
      const scripts = Array.from({ length: SCRIPTS_AT_ONCE }, async (_, index) => {
        const utterances = Array.from({ length: 4 }, () => ({
          text: SENTENCES[Math.floor(random() * SENTENCES.length)] ?? '',
          language: 'en',
          // Of its own, so that no two scripts share what one has paid for.
          voice: { profile: 'default', style: 'neutral', seed: half * SCRIPTS_AT_ONCE + index } as const,
        }));
        const userId = spree.users === 'one' ? 'chaos' : `chaos-${half}-${index}`;
        await speech.gateway.speakScript(utterances, { signal: new AbortController().signal, userId });
        scriptsSpoken += 1;
      });
      const results = await Promise.allSettled(scripts);
      await speech.close();
      for (const result of results) {
        if (result.status === 'fulfilled') continue;
        const failure: unknown = result.reason;
        if (!(failure instanceof AppError)) throw failure;
        if (failure.kind !== 'unavailable') wrongKinds.push(failure.kind);
      }
    }
  });
  elevenlabs.faults.clear();
  return {
    chargedUsd: ((await readCredits(elevenlabs.url)) / 1000) * USD_PER_1K_CREDITS,
    capUsd: CAP_USD,
    scriptsSpoken,
    scripts: 2 * SCRIPTS_AT_ONCE,
    wrongKinds,
  };
}

/** What the vendor says that was used up. */
async function readCredits(url: string): Promise<number> {
  const answer = await fetch(`${url}/v1/user/subscription`, { headers: { 'xi-api-key': API_KEY } });
  const { character_count: credits } = (await answer.json()) as { readonly character_count: number };
  return credits;
}
