import { type AppError, toAppError } from '../core/errors.ts';
import type { ProviderLimit } from '../jobs/provider-call.ts';
import type { StepContext } from '../jobs/workflow.ts';
import type { Alignment } from '../media/alignment.ts';
import { encodeWav, parseWav } from '../media/wav.ts';
import { contentKey, hashBytes } from '../storage/content-key.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { createSpeechKey } from '../tts/cache/speech-key.ts';
import type { Speech } from '../tts/speech-provider.ts';
import type { PaySpeech } from '../tts/speech-router.ts';
import { loadJson, storeJson } from './stored-json-object.ts';

/** What a vendor was paid for, as the journal keeps it. */
type PaidSpeech = { readonly audioKey: string; readonly factsKey: string };
type SpeechFacts = Pick<Speech, 'warnings' | 'providerMetadata'> & { readonly alignment: Alignment | null };

/**
 * Has speech paid for as a call of this step: it lies in the object store before the call counts as made, so that a run after a
 * crash finds it there and pays nothing. The vendors of speech know neither a key nor a way to ask for what they have done.
 * A store that fails is not the voice's fault: the call is over and charged, and the caller has its speech all the same.
 */
export function createPaySpeech(options: {
  readonly step: StepContext;
  readonly objects: ObjectStore;
  readonly limitOf: (provider: string) => ProviderLimit | undefined;
}): PaySpeech {
  const { step, objects, limitOf } = options;
  const { signal } = step;
  return async (provider, asked, synthesize, { isFallback }) => {
    let fresh: Speech | undefined;
    let notKept: AppError | undefined;
    const limit = limitOf(provider.id);
    const call = step.paidCall<PaidSpeech>({
      provider: provider.id,
      requestHash: createSpeechKey({ ...asked, provider: provider.id, ...provider.voiceIdentity(asked) }),
      recovery: 'none',
      estimatedUsd: provider.estimateUsd(asked),
      isFallback,
      ...(limit !== undefined && { limit }),
      async send() {
        const spoken = await synthesize();
        fresh = spoken;
        try {
          return { result: await keepSpeech(spoken, objects, signal), costUsd: spoken.costUsd };
        } catch (thrown) {
          signal.throwIfAborted();
          notKept = toAppError(thrown);
          return { failure: notKept, costUsd: spoken.costUsd };
        }
      },
    });
    try {
      const paid = await call;
      return fresh ?? (await loadPaid(paid, objects, signal));
    } catch (thrown) {
      if (fresh === undefined || thrown !== notKept) throw thrown;
      return fresh;
    }
  };
}

async function keepSpeech(speech: Speech, objects: ObjectStore, signal: AbortSignal): Promise<PaidSpeech> {
  const wav = encodeWav(speech.pcm);
  const audioKey = contentKey('speech', hashBytes(wav), 'wav');
  await objects.putBytes(audioKey, wav, { signal });
  const { warnings, providerMetadata, alignment = null } = speech;
  const facts: SpeechFacts = { warnings, providerMetadata, alignment };
  return { audioKey, factsKey: await storeJson(objects, 'speech-facts', facts, signal) };
}

/** Speech that an earlier run has paid for: it costs nothing now. */
async function loadPaid(paid: PaidSpeech, objects: ObjectStore, signal: AbortSignal): Promise<Speech> {
  const [wav, facts] = await Promise.all([
    objects.getBytes(paid.audioKey, { signal }),
    loadJson<SpeechFacts>(objects, paid.factsKey, signal),
  ]);
  const { alignment, ...others } = facts;
  return { pcm: parseWav(wav), costUsd: 0, ...others, ...(alignment !== null && { alignment }) };
}
