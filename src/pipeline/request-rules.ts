import { detectLanguage } from '../script/detect-language.ts';
import { baseLanguage } from '../script/language.ts';
import { normaliseForSpeech } from '../script/normalise.ts';
import { estimateSpeechSeconds, SPEECH_ESTIMATE_MARGIN } from '../script/script-limits.ts';
import type { VoiceChoice } from '../tts/speech-provider.ts';
import { canDraw } from './drawable-text.ts';
import type { VideoProviderId } from '../video/video-capabilities.ts';
import type { VideoRequestRules } from './video-request.ts';

/** Languages that are told from the text alone; a request may name any other that a voice speaks. */
const DETECTED_LANGUAGES = ['en', 'es', 'fr', 'de', 'it', 'nl', 'pt', 'pl', 'ru', 'tr', 'hi', 'ar', 'zh', 'ko', 'ja'];

/** What may be asked for under this configuration, with voices that speak these base languages (such as `en`). */
export function createRequestRules(
  config: {
    readonly maxScriptCharacters: number;
    readonly maxSpeechSeconds: number;
    readonly vibevoiceProfile: VoiceChoice['profile'];
    readonly vibevoiceStyle: VoiceChoice['style'];
    readonly vibevoiceSeed: number;
    readonly canEnhance: boolean;
    /** The first makes what names none. */
    readonly videoProviders: readonly VideoProviderId[];
  },
  { languages, readsKanji }: { readonly languages: readonly string[]; readonly readsKanji: boolean },
  { checkCallback, checkImageUrl }: Pick<VideoRequestRules, 'checkCallback' | 'checkImageUrl'>,
): VideoRequestRules {
  return {
    limits: { maxScriptCharacters: config.maxScriptCharacters, maxSpeechSeconds: config.maxSpeechSeconds },
    templates: { presenter1: { presenter: 'amara' } },
    presenters: ['amara'],
    languages,
    voice: { profile: config.vibevoiceProfile, style: config.vibevoiceStyle, seed: config.vibevoiceSeed },
    canDraw,
    checkCallback,
    checkImageUrl,
    videoProviders: config.videoProviders,
    canEnhance: config.canEnhance,
    measure: {
      detectLanguage: (script) => detectLanguage(script, { supported: DETECTED_LANGUAGES, fallback: 'en' }),
      estimateSpeechSeconds: (script, language) =>
        estimateSpeechSeconds(normaliseForSpeech(script, language).text, language),
      estimateMargin: SPEECH_ESTIMATE_MARGIN,
      readsOnlyKana: (language) => !readsKanji && baseLanguage(language) === 'ja',
    },
  };
}
