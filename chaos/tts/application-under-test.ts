import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpeech } from '../../src/app/speech.ts';
import { resolveConfig, type Environment } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { FailureKind } from '../../src/core/failure-policy.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { SpeechProviderId } from '../../src/tts/speech-provider.ts';
import { vibevoiceTimeouts, type SpeechUnderTest, type Timeouts } from './speech-under-test.ts';

/** What goes wrong beside the speech must not go unseen. */
export const STRICT_LOGGER: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error(fields, message) {
    throw new Error(message, { cause: fields['err'] });
  },
};

/** The application's own composition, with its databases in a folder of its own. Its HTTP timeouts are a minute. */
export async function openApplication(
  environment: Environment,
  { vibevoiceSeconds }: Pick<Timeouts, 'vibevoiceSeconds'>,
): Promise<SpeechUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'ai-video-engineer-chaos-'));
  const { config } = resolveConfig({ ...environment, ...vibevoiceTimeouts(vibevoiceSeconds), DATA_DIR: folder }, {});
  const speech = await openSpeech(config, { clock: systemClock, logger: STRICT_LOGGER, logOperation: () => {} });
  return {
    // Who goes first and whether the offline voice may speak is what the environment says.
    speak: ({ utterances }) =>
      speech.gateway.speakScript(utterances, { signal: new AbortController().signal, userId: 'chaos' }),
    async outcomes() {
      const { providers } = await speech.analytics.report({ userId: null });
      return Object.entries(providers).map(([provider, figures]) => ({
        provider: provider as SpeechProviderId,
        errorKind: (Object.keys(figures.failures_by_kind)[0] ?? null) as FailureKind | null,
        attempts: figures.attempts,
      }));
    },
    async close() {
      await speech.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
