import type { MainProvider } from '../../tts/provider-choice.ts';
import type { SpeechProvider, SpeechProviderId, VoiceChoice } from '../../tts/speech-provider.ts';
import type { Voices } from '../speech-contract.ts';

const PROFILES: Readonly<Record<VoiceChoice['profile'], string>> = {
  default: 'The presenter’s everyday voice, for any script.',
  professional: 'A composed voice, for business and training.',
  casual: 'A relaxed voice, as among colleagues.',
};

const STYLES: Readonly<Record<VoiceChoice['style'], string>> = {
  neutral: 'An even pace and tone.',
  excited: 'A little faster, with more movement in the voice.',
  calm: 'A little slower, with less movement in the voice.',
};

const PRICED_CHARACTERS = 1000;

/** What `GET /voices` says. */
export function toVoices(options: {
  readonly defaultVoice: VoiceChoice;
  readonly providers: readonly SpeechProvider[];
  readonly mainProvider: MainProvider;
  /** Who is asked, in order. */
  readonly order: {
    readonly english: readonly SpeechProviderId[];
    readonly otherLanguages: readonly SpeechProviderId[];
  };
  isAvailable(provider: SpeechProviderId): boolean;
}): Voices {
  const { defaultVoice, providers, mainProvider, order, isAvailable } = options;
  const priced = { text: 'a'.repeat(PRICED_CHARACTERS), language: 'en', voice: defaultVoice };
  return {
    default: { ...defaultVoice },
    profiles: described(PROFILES),
    styles: described(STYLES),
    providers: providers.map((provider) => {
      const { paid, languages, alignment } = provider.capabilities;
      return {
        id: provider.id,
        main: provider.id === mainProvider,
        available: isAvailable(provider.id),
        paid,
        languages: languages === 'any' ? languages : [...languages],
        alignment,
        usd_per_1000_characters: provider.estimateUsd(priced),
      };
    }),
    order: { english: [...order.english], other_languages: [...order.otherLanguages] },
  };
}

function described<Id extends string>(sentences: Readonly<Record<Id, string>>): { id: Id; description: string }[] {
  return Object.entries<string>(sentences).map(([id, description]) => ({ id: id as Id, description }));
}
