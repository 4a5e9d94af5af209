import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import type { CallFailure, CallResult } from '../jobs/paid-call.ts';
import type { ProviderLimit } from '../jobs/provider-call.ts';
import { JobSuspendedError } from '../jobs/suspension.ts';
import type { StepContext } from '../jobs/workflow.ts';
import { videoFailure } from '../video/video-failure.ts';
import type { PresenterBrief, VideoFiles, VideoOperation, VideoProvider } from '../video/video-provider.ts';

/** A vendor remembers a key for 24 hours; near their end it is not relied on. */
const KEY_MILLISECONDS = 23 * 3_600_000;

/** They say nothing of the video, which goes on; a key that is refused is corrected meanwhile. */
const OUTAGES: ReadonlySet<FailureKind> = new Set([
  'unavailable',
  'timeout',
  'rate_limited',
  'protocol',
  'auth',
  'quota',
]);

export type RemoteRenderSettings = {
  readonly clock: Clock;
  /** How soon a video that is under way is looked at again: after a fifth of the time that it has taken so far, within these. */
  readonly shortestLookMilliseconds: number;
  readonly longestLookMilliseconds: number;
  /** From the request on; after that it is called off. */
  readonly deadlineMilliseconds: number;
};

/**
 * Has the video made by a vendor, paid for once whatever happens. While it is under way the job waits without a worker: throws
 * JobSuspendedError, and finds the video again when it goes on. Throws what the vendor failed with.
 */
export async function renderRemotely(options: {
  readonly provider: VideoProvider;
  /** Asked for only when the vendor is to get it: a look at a video that is under way needs none of it. */
  readonly brief: () => Promise<PresenterBrief>;
  /** Everything that makes the video what it is, and that another video would not share. */
  readonly identity: readonly string[];
  readonly speechSeconds: number;
  readonly limit: ProviderLimit | undefined;
  readonly outputFolder: string;
  readonly settings: RemoteRenderSettings;
  readonly step: StepContext;
}): Promise<VideoFiles> {
  const { provider, speechSeconds, limit, outputFolder, settings, step } = options;
  const { clock, deadlineMilliseconds } = settings;
  const { signal } = step;
  const estimatedUsd = provider.estimateUsd(speechSeconds);
  const minutes = Math.round(deadlineMilliseconds / 60_000);
  const operationOf = (reference: string): VideoOperation => ({ provider: provider.id, reference });

  /** Throws while it is under way, or while nobody can tell. */
  async function look(reference: string, startedAt: number): Promise<CallResult<string> | CallFailure> {
    const elapsedMilliseconds = clock.now() - startedAt;
    const isLate = elapsedMilliseconds >= deadlineMilliseconds;
    const status = await provider.status(operationOf(reference), { signal }).catch((thrown: unknown) => {
      const error = toAppError(thrown);
      if (!OUTAGES.has(error.kind)) throw error;
      if (isLate) throw uncertain(error);
      return undefined;
    });
    if (status?.state === 'completed') return { result: reference, costUsd: status.costUsd ?? estimatedUsd };
    if (status?.state === 'failed') return { failure: status.error, costUsd: 0 };
    if (!isLate) {
      const message =
        status === undefined ? `${provider.id} does not answer for now.` : `${provider.id} makes the video.`;
      throw new JobSuspendedError(nextLook(elapsedMilliseconds, settings), { reason: 'provider_works', message });
    }
    await provider.cancel(operationOf(reference));
    const reason = `had not made the video after ${minutes} minutes`;
    return { failure: videoFailure(provider.id, 'timeout', reason), costUsd: 0 };
  }

  /** The call stays open: the video may be finished, and charged for. */
  function uncertain(cause: AppError): AppError {
    return new AppError({
      code: 'payment_uncertain',
      kind: 'uncertain',
      message: `${provider.id} has accepted a video and could not be asked for it for ${minutes} minutes; it may have charged for it.`,
      cause,
    });
  }

  /** An earlier request got no answer: the video may be under way, whatever becomes of this one. */
  let mayBeUnderWay = false;
  const inDoubt = (thrown: unknown): unknown => {
    if (!mayBeUnderWay || signal.aborted) return thrown;
    const told = `${toAppError(thrown).message} An earlier request was not answered, so ${provider.id} may have charged for it.`;
    return withMore(thrown, { message: told });
  };

  /** Nothing was sent when it cannot be had. */
  const material = (): Promise<PresenterBrief> =>
    options.brief().catch((thrown: unknown) => {
      throw withMore(thrown, { neverSent: true });
    });

  await step.describe({ provider: provider.id });
  const reference = await step.paidCall<string>({
    provider: provider.id,
    requestHash: createHash('sha256').update(JSON.stringify(options.identity)).digest('hex'),
    recovery: 'key',
    estimatedUsd,
    ...(limit !== undefined && { limit }),
    async send({ key, keepReference }) {
      const brief = await material();
      const started = await provider
        .start(brief, { signal, idempotencyKey: key, outputFolder })
        .catch((thrown: unknown) => {
          throw inDoubt(thrown);
        });
      await keepReference(started.reference);
      return look(started.reference, clock.now());
    },
    async lookUp({ call, keepReference }) {
      if (call.reference !== null) return look(call.reference, call.startedAt);
      mayBeUnderWay = true;
      if (clock.now() - call.startedAt < KEY_MILLISECONDS) return undefined;
      const found = await provider.find(await material(), { signal, idempotencyKey: call.key });
      mayBeUnderWay = found !== undefined;
      if (found === undefined) return undefined;
      await keepReference(found.reference);
      return look(found.reference, call.startedAt);
    },
  });
  return provider.fetch(operationOf(reference), { signal, outputFolder });
}

/** The same failure, of which more is known. */
function withMore(thrown: unknown, more: { readonly message: string } | { readonly neverSent: true }): AppError {
  const { code, kind, message, retryAfterSeconds, neverSent } = toAppError(thrown);
  const later = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new AppError({ code, kind, message, neverSent, cause: thrown, ...later, ...more });
}

function nextLook(
  elapsedMilliseconds: number,
  { shortestLookMilliseconds, longestLookMilliseconds }: RemoteRenderSettings,
): number {
  return Math.round(Math.min(longestLookMilliseconds, Math.max(shortestLookMilliseconds, elapsedMilliseconds / 5)));
}
