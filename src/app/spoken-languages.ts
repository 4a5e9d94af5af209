import type { Config } from '../config/schema.ts';
import { OFFLINE_LANGUAGES } from '../tts/providers/offline/offline-languages.ts';
import type { SpeechProvider } from '../tts/speech-provider.ts';

/** What scripts may be written in. */
export type SpokenLanguages = {
  /** Base languages, such as `en`. */
  readonly languages: readonly string[];
  /** False when the only Japanese voice reads kana alone. */
  readonly readsKanji: boolean;
};

/** What the voices in use speak together; the offline voice counts where it may stand in. Simulated voices are the offline one. */
export function spokenLanguages(providers: readonly SpeechProvider[], config: Config): SpokenLanguages {
  if (config.mockMode) return { languages: OFFLINE_LANGUAGES, readsKanji: false };
  const vendors = providers.filter(({ id }) => id !== 'offline');
  const languages = vendors.flatMap(({ capabilities }) =>
    capabilities.languages === 'any'
      ? OFFLINE_LANGUAGES
      : capabilities.languages.map((tag) => tag.split('-')[0] ?? tag),
  );
  const offline = config.offlineFallback === true ? OFFLINE_LANGUAGES : [];
  return { languages: [...new Set([...languages, ...offline])].sort(), readsKanji: vendors.length > 0 };
}
