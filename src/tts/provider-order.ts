import type { LanguageTag, SpeechProvider, SpeechProviderId } from './speech-provider.ts';

/**
 * Who speaks a language best, best first. VibeVoice was made for English and Chinese and its English is the better one of
 * the two; ElevenLabs speaks thirty languages well. The offline voice is understood everywhere and beautiful nowhere.
 */
export const LANGUAGE_ORDER: {
  readonly english: readonly SpeechProviderId[];
  readonly other: readonly SpeechProviderId[];
} = {
  english: ['vibevoice', 'elevenlabs', 'openai-speech', 'offline'],
  other: ['elevenlabs', 'openai-speech', 'vibevoice', 'offline'],
};

/**
 * The providers to ask for a language, in this order: the one that was wished for, then by language. A provider that says
 * it does not know the language is left out, and so is the offline voice unless it is wished for or allowed.
 * May be empty.
 */
export function orderProviders(options: {
  readonly providers: readonly SpeechProvider[];
  readonly language: LanguageTag;
  readonly wish?: SpeechProviderId | undefined;
  readonly isOfflineAllowed: boolean;
}): SpeechProvider[] {
  const { providers, language, wish, isOfflineAllowed } = options;
  const byLanguage = baseOf(language) === 'en' ? LANGUAGE_ORDER.english : LANGUAGE_ORDER.other;
  const rank = (id: SpeechProviderId): number => (id === wish ? -1 : byLanguage.indexOf(id));
  return providers
    .filter((provider) => speaks(provider, language))
    .filter(({ id }) => id !== 'offline' || isOfflineAllowed || wish === 'offline')
    .toSorted((a, b) => rank(a.id) - rank(b.id));
}

/** "en" speaks "en-GB"; "pt-BR" alone does not speak "pt-PT", but "pt" does. */
function speaks({ capabilities }: SpeechProvider, language: LanguageTag): boolean {
  if (capabilities.languages === 'any') return true;
  const tag = language.toLowerCase();
  const base = baseOf(language);
  return capabilities.languages.some((known) => [tag, base].includes(known.toLowerCase()));
}

function baseOf(language: LanguageTag): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? '';
}
