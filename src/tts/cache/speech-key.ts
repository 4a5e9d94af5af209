import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { LanguageTag, SpeechProviderId, VoiceChoice } from '../speech-provider.ts';

declare const isSpeechKey: unique symbol;

/** The name of a piece of speech: 64 hexadecimal digits, made by `createSpeechKey` only. */
export type SpeechKey = string & { readonly [isSpeechKey]: true };

/** All that decides how an utterance sounds. Whoever asks for it is not part of it. */
export type SpeechIdentity = {
  /** Already normalised, as in `Utterance.text`; the alignment's offsets point into it, so it is taken character by character. */
  readonly text: string;
  readonly provider: SpeechProviderId;
  readonly voice: VoiceChoice;
  /** The vendor's own voice after `voice` has been resolved; null for a provider that has no such names. */
  readonly vendorVoiceId: string | null;
  /** The vendor's model; null for a provider that has only one. */
  readonly model: string | null;
  readonly language: LanguageTag;
};

/** Raised with every change of the entry's layout or meaning, so that older entries are never found. */
export const SPEECH_FORMAT_VERSION = 2;

const KEY_PATTERN = /^[0-9a-f]{64}$/;

/**
 * SHA-256 over the identity and the format version. Equal identities have equal keys in whatever order their properties
 * stand; other properties do not count. Throws AppError (`invalid_value`) for a seed that is not a finite number, because
 * all of those would share one key.
 */
export function createSpeechKey(identity: SpeechIdentity): SpeechKey {
  const { text, provider, voice, vendorVoiceId, model, language } = identity;
  if (!Number.isFinite(voice.seed)) {
    throw new AppError({
      code: 'invalid_value',
      kind: 'invalid_input',
      message: `A voice's seed must be a finite number, and is ${voice.seed}.`,
    });
  }
  // A JSON list keeps the fields apart, and escapes half characters, which UTF-8 would turn into one and the same.
  const canonical = JSON.stringify([
    SPEECH_FORMAT_VERSION,
    text,
    provider,
    voice.profile,
    voice.style,
    voice.seed,
    vendorVoiceId,
    model,
    language,
  ]);
  return createHash('sha256').update(canonical).digest('hex') as SpeechKey;
}

export function isKey(text: string): text is SpeechKey {
  return KEY_PATTERN.test(text);
}
