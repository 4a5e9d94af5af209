/** What the adapter must know of a model before it pays for a call. */
export type ElevenLabsModel = {
  /** Code points that one request may have. */
  readonly longestText: number;
  /** Primary language subtags; 'any' where the vendor gives no complete list. */
  readonly languages: readonly string[] | 'any';
  /** Whether the model obeys `language_code`; the others hear the language from the text. */
  readonly takesLanguageCode: boolean;
  /** What a character is billed at when an answer does not say. */
  readonly billedPerCharacter: number;
};

/** Languages, limits and credits: elevenlabs.io/docs, models page of August 2025. */
const MULTILINGUAL = 'en ja zh de hi fr ko pt it es id nl tr fil pl sv bg ro ar cs el fi hr ms sk da ta uk ru'.split(
  ' ',
);
const FAST_LANGUAGES = [...MULTILINGUAL, 'hu', 'no', 'vi'];

const MODELS: Readonly<Record<string, ElevenLabsModel>> = {
  eleven_v3: { longestText: 3000, languages: 'any', takesLanguageCode: true, billedPerCharacter: 1 },
  eleven_multilingual_v2: {
    longestText: 10_000,
    languages: MULTILINGUAL,
    takesLanguageCode: false,
    billedPerCharacter: 1,
  },
  eleven_flash_v2_5: {
    longestText: 40_000,
    languages: FAST_LANGUAGES,
    takesLanguageCode: true,
    billedPerCharacter: 0.5,
  },
  eleven_turbo_v2_5: {
    longestText: 40_000,
    languages: FAST_LANGUAGES,
    takesLanguageCode: true,
    billedPerCharacter: 0.5,
  },
  eleven_flash_v2: { longestText: 30_000, languages: ['en'], takesLanguageCode: false, billedPerCharacter: 0.5 },
  eleven_turbo_v2: { longestText: 30_000, languages: ['en'], takesLanguageCode: false, billedPerCharacter: 0.5 },
};

/** A model that is not listed is newer than this list: its languages are tried, and the vendor refuses what it must. */
export function elevenLabsModel(modelId: string): ElevenLabsModel {
  const listed = Object.hasOwn(MODELS, modelId) ? MODELS[modelId] : undefined;
  return listed ?? { longestText: 10_000, languages: 'any', takesLanguageCode: false, billedPerCharacter: 1 };
}

/** The vendor's code for a BCP 47 tag: its primary subtag, with both written forms of Norwegian as `no`. */
export function elevenLabsLanguage(tag: string): string {
  const primary = new Intl.Locale(tag.replaceAll('_', '-')).language;
  return primary === 'nb' || primary === 'nn' ? 'no' : primary;
}
