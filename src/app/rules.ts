import type { Config } from '../config/schema.ts';
import { checkCallableUrl } from '../net/url-guard.ts';
import { createRequestRules } from '../pipeline/request-rules.ts';
import type { VideoRequestRules } from '../pipeline/video-request.ts';
import type { SpeechProvider } from '../tts/speech-provider.ts';
import { spokenLanguages } from './spoken-languages.ts';
import { availableVideoProviders } from './studio.ts';
import { createCallbackCheck } from './webhooks.ts';

/** What may be asked for under this configuration. */
export function createRules(
  config: Config,
  options: { readonly speechProviders: readonly SpeechProvider[]; readonly canEnhance: boolean },
): VideoRequestRules {
  const { speechProviders, canEnhance } = options;
  return createRequestRules(
    { ...config, canEnhance, videoProviders: availableVideoProviders(config) },
    spokenLanguages(speechProviders, config),
    {
      checkCallback: createCallbackCheck(config),
      // A vendor fetches it, so it must be as public as a receiver of callbacks.
      checkImageUrl(text) {
        const verdict = checkCallableUrl(text, { allowPrivate: config.mockMode });
        return verdict.url === null ? { rule: verdict.rule, value: verdict.value } : null;
      },
    },
  );
}
