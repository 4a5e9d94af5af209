import { AppError } from '../../core/errors.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import type { Speech, SpeechProvider, SpeechProviderId, Utterance } from '../speech-provider.ts';

/** What a provider does at one call: speaks, speaks badly, fails in some way, never answers, or throws what is no AppError. */
export type ScriptedAct = 'speak' | 'silence' | 'cut' | 'hang' | 'crash' | FailureKind;

export type ScriptedProvider = SpeechProvider & { readonly calls: readonly Utterance[] };

/**
 * A deterministic provider for the tests of the router: at its n-th call it does the n-th act, and the last one for ever.
 * It speaks with the sound that it is given, and marks it with its name.
 */
export function createScriptedProvider(options: {
  readonly id: SpeechProviderId;
  readonly acts: readonly ScriptedAct[];
  readonly speech: Speech;
  readonly paid?: boolean;
  readonly costUsd?: number;
  readonly languages?: SpeechProvider['capabilities']['languages'];
  readonly retryAfterSeconds?: number;
  readonly onCall?: () => void;
}): ScriptedProvider {
  const { id, acts, speech, paid = id !== 'offline', costUsd = 0, languages = 'any' } = options;
  const calls: Utterance[] = [];
  const spoken = (samples: Float32Array): Speech => ({
    ...speech,
    pcm: { ...speech.pcm, samples },
    costUsd,
    providerMetadata: { voice: id },
  });
  return {
    id,
    capabilities: { languages, alignment: 'phoneme', paid },
    voiceIdentity: () => ({ vendorVoiceId: id, model: null }),
    estimateUsd: () => (paid ? 0.1 : 0),
    calls,
    async synthesize(utterance, { signal }) {
      options.onCall?.();
      const act = acts[Math.min(calls.length, acts.length - 1)] ?? 'speak';
      calls.push(utterance);
      await new Promise(setImmediate);
      signal.throwIfAborted();
      if (act === 'speak') return spoken(speech.pcm.samples);
      if (act === 'silence') return spoken(new Float32Array(speech.pcm.samples.length));
      if (act === 'cut') return spoken(speech.pcm.samples.slice(0, speech.pcm.samples.length / 2));
      if (act === 'hang') return new Promise(() => undefined);
      if (act === 'crash') throw new TypeError('cannot read properties of undefined');
      throw new AppError({
        code: `scripted_${act}`,
        kind: act,
        message: `The scripted provider does ${act}.`,
        ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
      });
    },
  };
}
