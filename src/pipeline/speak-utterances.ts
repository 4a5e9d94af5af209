import type { Job } from '../jobs/job.ts';
import type { ProviderLimit } from '../jobs/provider-call.ts';
import type { StepContext } from '../jobs/workflow.ts';
import { estimateAlignment } from '../media/estimated-alignment.ts';
import { encodeWav } from '../media/wav.ts';
import { ABSENT_KEY, contentKey, hashBytes } from '../storage/content-key.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { SpeechGateway } from '../tts/speech-gateway.ts';
import { createPaySpeech } from './paid-speech.ts';
import type { PreparedScript, PreparedUtterance } from './prepare-script.ts';
import { speakPrepared } from './speak-prepared.ts';
import { storeJson } from './stored-json-object.ts';
import type { VideoRequest } from './video-request.ts';

/** Where the speech of one utterance lies. An utterance without anything to say (an emoji) has none. */
export type StoredUtterance = { readonly audioKey: string; readonly alignmentKey: string } | null;

export type StoredSpeech = {
  /** Who spoke; several as `a+b`. */
  readonly provider: string;
  readonly fallbackUsed: boolean;
  /** True when nothing had to be synthesised. */
  readonly cached: boolean;
  readonly utterances: readonly StoredUtterance[];
  readonly warnings: readonly string[];
  readonly costUsd: number;
  /** The list price of what came from the cache; absent from what an earlier release has recorded. */
  readonly savedByCacheUsd?: number;
};

/**
 * Has every utterance spoken and keeps sound and alignment in the object store, so that a later step needs no voice. Throws
 * `speech_too_long` as soon as what was spoken is longer than `maxSpeechSeconds`, before any more is paid for.
 */
export async function speakUtterances(options: {
  readonly job: Pick<Job, 'id' | 'userId'>;
  readonly script: PreparedScript;
  readonly voice: VideoRequest['voice'];
  readonly speech: SpeechGateway;
  readonly objects: ObjectStore;
  readonly maxSpeechSeconds: number;
  readonly limitOf: (provider: string) => ProviderLimit | undefined;
  readonly step: StepContext;
}): Promise<StoredSpeech> {
  const { job, script, voice, speech, objects, maxSpeechSeconds, limitOf, step } = options;
  const { signal } = step;
  // Speech that could not be kept is not bought.
  await objects.head(ABSENT_KEY);
  const { parts, provider, fallbackUsed, cached, warnings, costUsd, savedUsd } = await speakPrepared(
    { utterances: script.utterances, language: script.language, voice },
    {
      speech,
      maxSpeechSeconds,
      request: {
        signal,
        pay: createPaySpeech({ step, objects, limitOf }),
        userId: job.userId,
        videoId: job.id,
        onProgress: (done, total) => step.reportProgress(done, total),
      },
    },
  );
  const stored = new Map<PreparedUtterance, StoredUtterance>();
  for (const { utterance, speech: spoken } of parts) {
    const wav = encodeWav(spoken.pcm);
    const audioKey = contentKey('speech', hashBytes(wav), 'wav');
    await objects.putBytes(audioKey, wav, { signal });
    const times = spoken.alignment ?? estimateAlignment(utterance.spoken, script.language, spoken.pcm);
    const alignmentKey = await storeJson(objects, 'alignments', times, signal);
    stored.set(utterance, { audioKey, alignmentKey });
  }
  await step.describe({ provider, detail: describe({ fallbackUsed, cached, count: parts.length }) });
  return {
    provider,
    fallbackUsed,
    cached,
    utterances: script.utterances.map((utterance) => stored.get(utterance) ?? null),
    warnings,
    costUsd,
    savedByCacheUsd: savedUsd,
  };
}

function describe(facts: { readonly fallbackUsed: boolean; readonly cached: boolean; readonly count: number }): string {
  const count = `${facts.count} ${facts.count === 1 ? 'utterance' : 'utterances'}`;
  if (facts.cached) return `${count} from the cache`;
  return facts.fallbackUsed ? `${count} by the fallback` : count;
}
