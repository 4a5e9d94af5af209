import { detectLanguage } from '../script/language.ts';
import { normaliseForSpeech } from '../script/normalise.ts';
import { estimateSpeechSeconds } from '../script/script-limits.ts';
import type { VoiceChoice } from '../tts/speech-provider.ts';
import type { VideoRequestRules } from './video-request.ts';

/** Languages in which the offline voices have been checked; a request may name any other that a voice speaks. */
const DETECTED_LANGUAGES = ['en', 'es', 'fr', 'de', 'it', 'nl', 'pt', 'pl', 'ru', 'tr', 'hi', 'ar', 'zh', 'ko', 'ja'];

/** What may be asked for under this configuration. */
export function createRequestRules(config: {
  readonly maxScriptCharacters: number;
  readonly maxSpeechSeconds: number;
  readonly vibevoiceProfile: VoiceChoice['profile'];
  readonly vibevoiceStyle: VoiceChoice['style'];
  readonly vibevoiceSeed: number;
}): VideoRequestRules {
  return {
    limits: { maxScriptCharacters: config.maxScriptCharacters, maxSpeechSeconds: config.maxSpeechSeconds },
    templates: { presenter1: { presenter: 'amara' } },
    presenters: ['amara'],
    languages: DETECTED_LANGUAGES,
    voice: { profile: config.vibevoiceProfile, style: config.vibevoiceStyle, seed: config.vibevoiceSeed },
    measure: {
      detectLanguage: (script) => detectLanguage(script, { supported: DETECTED_LANGUAGES, fallback: 'en' }),
      estimateSpeechSeconds: (script, language) =>
        estimateSpeechSeconds(normaliseForSpeech(script, language).text, language),
    },
  };
}
