import type { Alignment } from '../media/alignment.ts';
import type { Pcm } from '../media/pcm.ts';

export type SpeechProviderId = 'vibevoice' | 'elevenlabs' | 'openai-speech' | 'offline';

/** A BCP 47 tag such as `en`, `en-GB` or `zh`. */
export type LanguageTag = string;

/** The unit sent to a speech provider. `text` is already normalised: words only, no digits, currency signs or URLs. */
export type Utterance = {
  readonly text: string;
  readonly language: LanguageTag;
  readonly voice: VoiceChoice;
};

/** Provider-independent wishes; a provider that does not know one says so in `Speech.warnings`. */
export type VoiceChoice = {
  readonly profile: 'default' | 'professional' | 'casual';
  readonly style: 'neutral' | 'excited' | 'calm';
  readonly seed: number;
};

export type Speech = {
  /** Canonical mono PCM at CANONICAL_SAMPLE_RATE_HZ. */
  readonly pcm: Pcm;
  /** Absent when the provider gives no times at all. Word offsets point into `Utterance.text`. */
  readonly alignment?: Alignment;
  readonly warnings: readonly string[];
  readonly costUsd: number;
  readonly providerMetadata: Readonly<Record<string, string | number | boolean>>;
};

/** What decides how an utterance sounds besides the utterance itself; null for a provider that has no such names. */
export type VoiceIdentity = { readonly vendorVoiceId: string | null; readonly model: string | null };

/** Sound on its way. It is provisional: only what `synthesize` resolves to has been received whole. */
export type PcmListener = (chunk: Pcm) => void;

export type SynthesizeOptions = {
  readonly signal: AbortSignal;
  readonly onPcm?: PcmListener | undefined;
  /** Whose turn is counted where callers wait for each other. */
  readonly owner?: string | undefined;
  /** Servers at which this utterance has failed: a provider with several adds to it, and goes elsewhere next time. */
  readonly failedServers?: Set<string> | undefined;
  /**
   * Throws AppError for speech that will not be used. A provider with several servers asks before it is done with the one
   * that spoke, so that a server that sends silence is known for what it is; for any other provider the caller asks itself.
   */
  readonly accept?: ((speech: Speech) => void) | undefined;
};

/** A text-to-speech vendor or engine. Throws AppError only; the kind decides retry and fallback (core/failure-policy). */
export type SpeechProvider = {
  readonly id: SpeechProviderId;
  readonly capabilities: {
    readonly languages: readonly LanguageTag[] | 'any';
    readonly alignment: 'phoneme' | 'character' | 'word' | 'none';
    readonly paid: boolean;
  };
  /** Two utterances with equal text, language, voice and identity may share one piece of speech. Costs nothing. */
  voiceIdentity(utterance: Utterance): VoiceIdentity;
  /** The list price of speaking it, in US dollars; 0 for a provider that is not paid. Costs nothing. */
  estimateUsd(utterance: Utterance): number;
  synthesize(utterance: Utterance, options: SynthesizeOptions): Promise<Speech>;
};
