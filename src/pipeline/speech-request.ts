import type { SpeechProviderId, VoiceChoice } from '../tts/speech-provider.ts';
import { refuseBrokenRules } from './invalid-request.ts';
import { checkName, checkUserId } from './request-text.ts';
import { checkSpokenText } from './spoken-text.ts';
import type { SpeechRules } from './spoken-text.ts';

/** A request for speech alone, whose every rule has been checked and whose every choice is made. */
export type SpeechRequest = {
  readonly text: string;
  readonly userId: string;
  /** BCP 47, canonical. */
  readonly language: string;
  readonly voice: VoiceChoice;
  /** Who is to be asked first; undefined leaves it to the gateway. */
  readonly provider: SpeechProviderId | undefined;
};

/** What a body holds once it has matched the contract's schema. */
export type SpeechRequestBody = {
  readonly text: string;
  readonly provider?: SpeechProviderId;
  readonly language?: string;
  readonly voice?: Partial<VoiceChoice>;
  readonly userId?: string;
};

/** Whose speech it is when a request does not say. */
const ANONYMOUS = 'anonymous';

/** As `parseVideoRequest`, for a text that is only to be heard; `providers` are those that are configured. */
export function parseSpeechRequest(
  body: SpeechRequestBody,
  rules: SpeechRules,
  providers: readonly SpeechProviderId[],
): SpeechRequest {
  const { text, provider, userId = ANONYMOUS } = body;
  const { issues, language } = checkSpokenText('/text', text, body.language, rules);
  refuseBrokenRules([
    ...issues,
    ...checkName('provider', 'provider_not_configured', provider, providers),
    ...checkUserId(userId),
  ]);
  return { text, userId, language, voice: { ...rules.voice, ...body.voice }, provider };
}
