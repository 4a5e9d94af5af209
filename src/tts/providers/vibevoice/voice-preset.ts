import type { LanguageTag, VoiceChoice } from '../../speech-provider.ts';
import type { ServerVoices } from './server-voices.ts';
import { AppError } from '../../../core/errors.ts';

type PresetsOfLanguage = { readonly prefix: string } & Readonly<Record<VoiceChoice['profile'], string>>;

/**
 * The presets that the upstream repository ships (demo/voices/streaming_model/*.pt). Their prefixes are not ISO codes:
 * jp is Japanese, kr Korean, sp Spanish, and `in` the English of India.
 */
const PRESETS: Readonly<Record<string, PresetsOfLanguage>> = {
  'en-IN': { prefix: 'in', default: 'in-Samuel_man', professional: 'in-Samuel_man', casual: 'in-Samuel_man' },
  en: { prefix: 'en', default: 'en-Emma_woman', professional: 'en-Carter_man', casual: 'en-Frank_man' },
  de: { prefix: 'de', default: 'de-Spk1_woman', professional: 'de-Spk0_man', casual: 'de-Spk1_woman' },
  es: { prefix: 'sp', default: 'sp-Spk0_woman', professional: 'sp-Spk1_man', casual: 'sp-Spk0_woman' },
  fr: { prefix: 'fr', default: 'fr-Spk1_woman', professional: 'fr-Spk0_man', casual: 'fr-Spk1_woman' },
  it: { prefix: 'it', default: 'it-Spk0_woman', professional: 'it-Spk1_man', casual: 'it-Spk0_woman' },
  ja: { prefix: 'jp', default: 'jp-Spk1_woman', professional: 'jp-Spk0_man', casual: 'jp-Spk1_woman' },
  ko: { prefix: 'kr', default: 'kr-Spk0_woman', professional: 'kr-Spk1_man', casual: 'kr-Spk0_woman' },
  nl: { prefix: 'nl', default: 'nl-Spk1_woman', professional: 'nl-Spk0_man', casual: 'nl-Spk1_woman' },
  pl: { prefix: 'pl', default: 'pl-Spk1_woman', professional: 'pl-Spk0_man', casual: 'pl-Spk1_woman' },
  pt: { prefix: 'pt', default: 'pt-Spk0_woman', professional: 'pt-Spk1_man', casual: 'pt-Spk0_woman' },
};

/** English, and the nine languages that upstream calls experimental (docs/vibevoice-realtime-0.5b.md). */
export const REALTIME_LANGUAGES: readonly LanguageTag[] = Object.keys(PRESETS).filter((tag) => !tag.includes('-'));

/** Throws AppError (`unsupported`) for a language that the realtime model does not speak. */
export function checkRealtimeLanguage(language: LanguageTag): void {
  presetsOf(language);
}

/**
 * The preset for a language and profile among those the server has, because it silently speaks with its default voice when
 * asked for one that it does not have. Throws AppError (`unsupported`) when it has no voice for the language.
 */
export function choosePreset(
  language: LanguageTag,
  profile: VoiceChoice['profile'],
  server: ServerVoices,
): { readonly preset: string; readonly warnings: readonly string[] } {
  const presets = presetsOf(language);
  const wanted = presets[profile];
  if (server.voices.includes(wanted)) return { preset: wanted, warnings: [] };
  const preset =
    server.voices.find((voice) => voice.startsWith(`${presets.prefix}-`)) ??
    (isEnglish(language) ? server.defaultVoice : undefined);
  if (preset === undefined) {
    throw unsupportedLanguage(`The VibeVoice server has no voice for the language ${language.slice(0, 40)}.`);
  }
  return { preset, warnings: [`The VibeVoice server has no voice ${wanted}; ${preset} speaks instead.`] };
}

function presetsOf(language: LanguageTag): PresetsOfLanguage {
  const [base = '', ...rest] = language.split('-');
  const isIndian = rest.some((part) => part.toUpperCase() === 'IN');
  const key = isEnglish(language) && isIndian ? 'en-IN' : base.toLowerCase();
  const presets = Object.hasOwn(PRESETS, key) ? PRESETS[key] : undefined;
  if (presets !== undefined) return presets;
  throw unsupportedLanguage(
    `VibeVoice's realtime model speaks ${REALTIME_LANGUAGES.join(', ')}; the text is in ${language.slice(0, 40)}.`,
  );
}

function isEnglish(language: LanguageTag): boolean {
  return /^en(-|$)/i.test(language);
}

function unsupportedLanguage(message: string): AppError {
  return new AppError({ code: 'language_unsupported', kind: 'unsupported', message });
}
