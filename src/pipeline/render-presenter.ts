import { setTimeout as sleep } from 'node:timers/promises';
import { toAppError } from '../core/errors.ts';
import { FAILURE_POLICY } from '../core/failure-policy.ts';
import type { Job } from '../jobs/job.ts';
import type { ProviderLimit } from '../jobs/provider-call.ts';
import { delayBeforeNextTry } from '../jobs/retry-policy.ts';
import { suspensionIn } from '../jobs/suspension.ts';
import type { StepContext } from '../jobs/workflow.ts';
import { parseWav } from '../media/wav.ts';
import { contentKey, hashFile, type ObjectExtension } from '../storage/content-key.ts';
import type { ObjectInfo, ObjectKey, ObjectStore } from '../storage/object-store.ts';
import { VIDEO_CAPABILITIES, type VideoProviderId } from '../video/video-capabilities.ts';
import type { PresenterBrief, VideoFiles, VideoProvider } from '../video/video-provider.ts';
import type { MixedSpeech, SpeechTimeline } from './mix-speech.ts';
import type { PreparedScript } from './prepare-script.ts';
import { findShortfalls } from './picture-shortfalls.ts';
import { renderRemotely, type RemoteRenderSettings } from './render-remotely.ts';
import { loadJson } from './stored-json-object.ts';
import type { VideoRequest } from './video-request.ts';

/** The finished picture. It lies in the object store, where any machine finds it. */
export type RenderedPresenter = {
  readonly provider: string;
  readonly videoKey: ObjectKey;
  readonly videoBytes: number;
  readonly posterKey: ObjectKey;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Absent from what an earlier release has recorded. */
  readonly fallbackUsed?: boolean;
  readonly warnings?: readonly string[];
};

const POLL_MILLISECONDS = 100;

/** Who makes the picture. */
export type PresenterStudio = {
  /** Throws AppError when there is no such provider here any more. */
  provider(id: VideoProviderId): Promise<VideoProvider>;
  /** Makes it when a vendor cannot; null for nobody. Works on this machine. */
  readonly fallback: VideoProvider | null;
  readonly remote: RemoteRenderSettings;
  readonly limitOf: (provider: string) => ProviderLimit | undefined;
};

type RenderOptions = {
  readonly job: Job;
  readonly request: VideoRequest;
  readonly script: PreparedScript;
  readonly audio: MixedSpeech;
  readonly studio: PresenterStudio;
  readonly objects: ObjectStore;
  readonly workFolder: string;
  readonly step: StepContext;
};

/** Has the video made, with the same speech by the fallback when that fails for good, and puts it into the object store. */
export async function renderPresenter(options: RenderOptions): Promise<RenderedPresenter> {
  const { studio, objects, step, request } = options;
  const provider = await studio.provider(request.videoProvider);
  const fallback = fallbackFor(provider, options);
  let loading: Promise<PresenterBrief> | undefined;
  const brief = (): Promise<PresenterBrief> => (loading ??= presenterBrief(options));
  let maker = provider;
  let files: VideoFiles;
  const warnings: string[] = [];
  try {
    files = await render(provider, brief, options);
  } catch (thrown) {
    if (fallback === null || !mayFallBack(thrown, options)) throw thrown;
    const { message } = toAppError(thrown);
    await step.describe({ provider: fallback.id, detail: message });
    warnings.push(`${provider.id} could not make this video, so ${fallback.id} did: ${message}`);
    maker = fallback;
    files = await render(fallback, brief, options);
  }
  warnings.push(...findShortfalls(maker.id, files, request));
  const { width, height, frameRate } = files;
  const video = await storeFile(objects, 'videos', 'mp4', files.videoPath, step.signal);
  const poster = await storeFile(objects, 'posters', 'png', files.posterPath, step.signal);
  const stored = { videoKey: video.key, videoBytes: video.bytes, posterKey: poster.key };
  const fallbackUsed = maker !== provider;
  return { provider: maker.id, fallbackUsed, ...stored, width, height, frameRate, warnings };
}

/** Whoever stands in draws the same shape; a background matters less than a video. */
function fallbackFor(provider: VideoProvider, { studio, request }: RenderOptions): VideoProvider | null {
  const { fallback } = studio;
  if (fallback === null || !provider.isRemote) return null;
  return VIDEO_CAPABILITIES[fallback.id].aspectRatios.includes(request.aspectRatio) ? fallback : null;
}

/** Not while the job waits or is told to stop, and not while it is going to try again by itself. */
function mayFallBack(thrown: unknown, { job, step: { signal } }: RenderOptions): boolean {
  if (signal.aborted || suspensionIn(thrown) !== undefined) return false;
  const error = toAppError(thrown);
  return FAILURE_POLICY[error.kind].fallBack && delayBeforeNextTry(error, job.retries, () => 0) === undefined;
}

async function render(
  provider: VideoProvider,
  brief: () => Promise<PresenterBrief>,
  options: RenderOptions,
): Promise<VideoFiles> {
  const { audio, studio, workFolder, step } = options;
  if (!provider.isRemote) return renderHere(provider, await brief(), options);
  return renderRemotely({
    provider,
    brief,
    identity: identityOf(options),
    speechSeconds: audio.durationSeconds,
    limit: studio.limitOf(provider.id),
    outputFolder: workFolder,
    settings: studio.remote,
    step,
  });
}

/** What makes a vendor's video another one. */
function identityOf({ request, script, audio }: RenderOptions): readonly string[] {
  const { avatarId, aspectRatio, background, captions } = request;
  return [
    audio.audioKey,
    script.title,
    String(avatarId),
    aspectRatio,
    JSON.stringify(background),
    String(captions.burned),
  ];
}

/** Waits for it, with progress; a cancelled job cancels the render. */
async function renderHere(
  provider: VideoProvider,
  brief: PresenterBrief,
  { job, workFolder, step }: RenderOptions,
): Promise<VideoFiles> {
  const { signal } = step;
  const operation = await provider.start(brief, {
    signal,
    // Of this run alone: one in this process that has lost the job is about to cancel its own.
    idempotencyKey: `${job.id}-${job.attempts}.render`,
    outputFolder: workFolder,
  });
  await step.describe({ provider: provider.id });
  try {
    for (;;) {
      const status = await provider.status(operation, { signal });
      if (status.state === 'failed') throw status.error;
      if (status.state === 'completed') return await provider.fetch(operation, { signal, outputFolder: workFolder });
      step.reportProgress(status.completedUnits, status.totalUnits);
      await sleep(POLL_MILLISECONDS, undefined, { signal });
    }
  } catch (error) {
    await provider.cancel(operation);
    throw error;
  }
}

async function storeFile(
  objects: ObjectStore,
  folder: string,
  extension: ObjectExtension,
  filePath: string,
  signal: AbortSignal,
): Promise<ObjectInfo> {
  return objects.putFile(contentKey(folder, await hashFile(filePath, { signal }), extension), filePath, { signal });
}

async function presenterBrief(options: RenderOptions): Promise<PresenterBrief> {
  const { job, request, script, audio, objects, step } = options;
  const { signal } = step;
  const [wav, timeline] = await Promise.all([
    objects.getBytes(audio.audioKey, { signal }),
    loadJson<SpeechTimeline>(objects, audio.timelineKey, signal),
  ]);
  return {
    videoId: job.id,
    template: request.template,
    presenter: request.presenter,
    avatarId: request.avatarId,
    aspectRatio: request.aspectRatio,
    background: request.background,
    language: script.language,
    title: script.title,
    captions: request.captions,
    captionWords: timeline.captionWords,
    captionGroups: request.captions.burned ? timeline.captionGroups : [],
    alignment: timeline.alignment,
    speech: parseWav(wav),
    seed: request.voice.seed,
  };
}
