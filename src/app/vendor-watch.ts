import type { Config } from '../config/schema.ts';
import type { CircuitBreakers } from '../core/circuit-breaker.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import { startRounds, type Rounds } from '../core/rounds.ts';
import { systemTimer } from '../core/timer.ts';
import type { VendorRecord } from '../core/vendor-record.ts';
import { createHttpClient } from '../net/http-client.ts';
import type { ScriptEnhancer } from '../script/script-enhancer.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { VideoProvider } from '../video/video-provider.ts';

/** The bucket's name in the record; the other vendors have those of their adapters. */
export const BUCKET = 'bucket';
const ELEVENLABS = 'elevenlabs';
const INTERVAL_MILLISECONDS = 30_000;
const ANSWER_SECONDS = 10;
/** After these a vendor is well again only when somebody has done something about it. */
const REFUSALS: ReadonlySet<FailureKind | undefined> = new Set<FailureKind>(['auth', 'quota']);

export function watchStore(objects: ObjectStore, record: VendorRecord): ObjectStore {
  const watch = <T>(call: () => Promise<T>): Promise<T> =>
    record.watch(BUCKET, call).catch((error: unknown) => {
      // That an object is not there is an answer.
      if (toAppError(error).code === 'object_missing') record.succeeded(BUCKET);
      throw error;
    });
  return {
    ...objects,
    putFile: (key, path, options) => watch(() => objects.putFile(key, path, options)),
    putBytes: (key, bytes, options) => watch(() => objects.putBytes(key, bytes, options)),
    head: (key) => watch(() => objects.head(key)),
    getBytes: (key, options) => watch(() => objects.getBytes(key, options)),
  };
}

export function watchVideoProvider(provider: VideoProvider, record: VendorRecord): VideoProvider {
  const { id } = provider;
  return {
    ...provider,
    start: (brief, options) => record.watch(id, () => provider.start(brief, options)),
    find: (brief, options) => record.watch(id, () => provider.find(brief, options)),
    async status(operation, options) {
      const status = await record.watch(id, () => provider.status(operation, options));
      // That an account is empty is told here too.
      if (status.state === 'failed') record.failed(id, status.error);
      return status;
    },
    fetch: (operation, options) => record.watch(id, () => provider.fetch(operation, options)),
  };
}

export function watchEnhancer(enhancer: ScriptEnhancer, record: VendorRecord): ScriptEnhancer {
  return {
    ...enhancer,
    enhance: (asked, options) => record.watch(enhancer.id, () => enhancer.enhance(asked, options)),
  };
}

/**
 * Looks in the background after those who would not be asked soon enough by the work itself: a bucket that has failed or was never
 * asked, and a fallback voice whose key or account was refused. Only by requests that are free.
 */
export function startVendorWatch(
  config: Config,
  options: {
    readonly record: VendorRecord;
    readonly breakers: Pick<CircuitBreakers, 'status'>;
    /** Undefined for files in a folder. */
    readonly checkBucket: ((signal: AbortSignal) => Promise<void>) | undefined;
  },
): Rounds {
  const { record, breakers, checkBucket } = options;
  const lookAtBucket = async (signal: AbortSignal): Promise<void> => {
    if (checkBucket === undefined || record.read(BUCKET).state === 'ok') return;
    await record.watch(BUCKET, () => checkBucket(signal));
  };
  const lookAtVoice = async (signal: AbortSignal): Promise<void> => {
    const { phase, lastFailure } = breakers.status(ELEVENLABS);
    const { elevenlabsApiKey: apiKey, elevenlabsBaseUrl: baseUrl, elevenlabsVoiceId: voiceId } = config;
    if (config.mockMode || apiKey === null || phase === 'closed' || !REFUSALS.has(lastFailure)) return;
    const { readElevenLabsAccount } = await import('../tts/providers/elevenlabs/account.ts');
    const seconds = ANSWER_SECONDS;
    const times = { connectSeconds: seconds, headersSeconds: seconds, bodyGapSeconds: seconds, totalSeconds: seconds };
    const httpClient = createHttpClient({ ...times, responseBytes: 1_000_000 });
    try {
      await record.watch(ELEVENLABS, async () => {
        const { creditsLeft } = await readElevenLabsAccount({ httpClient, baseUrl, apiKey, voiceId, signal });
        if (creditsLeft !== 0) return;
        throw new AppError({ code: 'speech_quota_used_up', kind: 'quota', message: 'ElevenLabs has no credits left.' });
      });
    } finally {
      await httpClient.close();
    }
  };
  return startRounds({
    work: async (stopping) => {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_SECONDS * 1000)]);
      await Promise.allSettled([lookAtBucket(signal), lookAtVoice(signal)]);
    },
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    timer: systemTimer,
    // What was found is in the record.
    onFailure: () => undefined,
  });
}
