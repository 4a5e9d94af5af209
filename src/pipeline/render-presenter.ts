import { setTimeout as sleep } from 'node:timers/promises';
import type { StepContext } from '../jobs/workflow.ts';
import { parseWav } from '../media/wav.ts';
import { contentKey, hashFile, type ObjectExtension } from '../storage/content-key.ts';
import type { ObjectInfo, ObjectKey, ObjectStore } from '../storage/object-store.ts';
import type { PresenterBrief, VideoProvider } from '../video/video-provider.ts';
import type { MixedSpeech, SpeechTimeline } from './mix-speech.ts';
import type { PreparedScript } from './prepare-script.ts';
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
};

const POLL_MILLISECONDS = 100;

/** Has the video made and waits for it, with progress; a cancelled job cancels the render. */
export async function renderPresenter(options: {
  readonly jobId: string;
  readonly request: VideoRequest;
  readonly script: PreparedScript;
  readonly audio: MixedSpeech;
  readonly provider: VideoProvider;
  readonly objects: ObjectStore;
  readonly workFolder: string;
  readonly step: StepContext;
}): Promise<RenderedPresenter> {
  const { jobId, provider, objects, workFolder, step } = options;
  const { signal } = step;
  const brief = await presenterBrief(options);
  const operation = await provider.start(brief, {
    signal,
    idempotencyKey: `${jobId}.render`,
    outputFolder: workFolder,
  });
  await step.describe({ provider: provider.id });
  try {
    for (;;) {
      const status = await provider.status(operation, { signal });
      if (status.state === 'failed') throw status.error;
      if (status.state === 'completed') {
        const files = await provider.fetch(operation, { signal, outputFolder: workFolder });
        const { width, height, frameRate } = files;
        const video = await storeFile(objects, 'videos', 'mp4', files.videoPath, signal);
        const poster = await storeFile(objects, 'posters', 'png', files.posterPath, signal);
        const stored = { videoKey: video.key, videoBytes: video.bytes, posterKey: poster.key };
        return { provider: provider.id, ...stored, width, height, frameRate };
      }
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

async function presenterBrief(options: Parameters<typeof renderPresenter>[0]): Promise<PresenterBrief> {
  const { jobId, request, script, audio, objects, step } = options;
  const { signal } = step;
  const [wav, timeline] = await Promise.all([
    objects.getBytes(audio.audioKey, { signal }),
    loadJson<SpeechTimeline>(objects, audio.timelineKey, signal),
  ]);
  return {
    videoId: jobId,
    template: request.template,
    presenter: request.presenter,
    aspectRatio: request.aspectRatio,
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
