import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toAppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { computeEnergy } from '../../media/energy.ts';
import { durationSeconds } from '../../media/pcm.ts';
import type { RenderPool } from '../../engine/render/render-pool.ts';
import { renderVideo } from '../../engine/render/render-video.ts';
import type { AspectRatio, PresenterId, SceneBrief } from '../../engine/scene/brief.ts';
import { videoFailure } from '../video-failure.ts';
import type { PresenterBrief, VideoFiles, VideoOperation, VideoProvider, VideoStatus } from '../video-provider.ts';

const FRAME_RATE = 30;
const FRAME_SIZES: Readonly<Record<AspectRatio, { readonly width: number; readonly height: number }>> = {
  '16:9': { width: 1920, height: 1080 },
};
/** Who speaks, and that it is no person: viewers are told. */
export const LOWER_THIRDS: Readonly<Record<PresenterId, SceneBrief['lowerThird']>> = {
  amara: { name: 'Amara', role: 'AI presenter' },
};
/** The poster shows the video once its title and lower third have come in. */
const POSTER_SECONDS = 1.8;

type Operation = { status: VideoStatus; files?: VideoFiles; readonly abort: AbortController };

/** Our own engine behind the video port. It works in this process, so an operation does not outlive it. */
export function createEngineVideoProvider(options: {
  readonly pool: RenderPool;
  readonly logger: Logger;
}): VideoProvider {
  const { pool, logger } = options;
  const operations = new Map<string, Operation>();

  async function work(brief: PresenterBrief, outputFolder: string, operation: Operation): Promise<void> {
    const videoPath = join(outputFolder, 'video.mp4');
    const posterPath = join(outputFolder, 'poster.png');
    const { signal } = operation.abort;
    try {
      const scene = sceneOf(brief);
      await mkdir(outputFolder, { recursive: true });
      await renderVideo({
        pool,
        scene,
        speech: brief.speech,
        videoPath,
        posterPath,
        posterFrame: Math.round(POSTER_SECONDS * scene.frameRate),
        signal,
        onProgress: (completedUnits, totalUnits) => {
          operation.status = { state: 'pending', completedUnits, totalUnits };
        },
      });
      const { width, height, frameRate, captions } = scene;
      operation.files = { videoPath, posterPath, width, height, frameRate, hasCaptions: captions.burned };
      operation.status = { state: 'completed', costUsd: 0 };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.kind === 'internal') logger.error({ error, videoId: brief.videoId }, 'The engine failed to render');
      operation.status = { state: 'failed', error };
    }
  }

  return {
    id: 'engine',
    isRemote: false,
    estimateUsd: () => 0,

    async start(brief, { signal, idempotencyKey, outputFolder }) {
      signal.throwIfAborted();
      const reference = idempotencyKey;
      const known = operations.get(reference);
      if (known === undefined || known.status.state === 'failed') {
        const operation: Operation = {
          status: { state: 'pending', completedUnits: 0, totalUnits: 1 },
          abort: new AbortController(),
        };
        operations.set(reference, operation);
        void work(brief, outputFolder, operation);
      }
      return { provider: 'engine', reference };
    },

    async find(_brief, { idempotencyKey }) {
      return operations.has(idempotencyKey) ? { provider: 'engine', reference: idempotencyKey } : undefined;
    },

    async status(operation) {
      return operations.get(operation.reference)?.status ?? { state: 'failed', error: lost(operation) };
    },

    async fetch(operation) {
      const files = operations.get(operation.reference)?.files;
      if (files === undefined) throw lost(operation);
      return files;
    },

    async cancel(operation) {
      operations.get(operation.reference)?.abort.abort();
      operations.delete(operation.reference);
    },
  };
}

function lost(operation: VideoOperation): AppError {
  const message = `Render ${operation.reference} ended with the process that ran it.`;
  return new AppError({ code: 'operation_lost', kind: 'unavailable', message });
}

function sceneOf(brief: PresenterBrief): SceneBrief {
  const { videoId: _videoId, avatarId: _avatarId, background: _background, speech, aspectRatio, ...shared } = brief;
  if (aspectRatio !== '16:9') throw videoFailure('The engine', 'unsupported', `does not draw ${aspectRatio}`);
  return {
    ...shared,
    aspectRatio,
    ...FRAME_SIZES[aspectRatio],
    lowerThird: LOWER_THIRDS[brief.presenter],
    frameRate: FRAME_RATE,
    durationSeconds: durationSeconds(speech),
    energy: computeEnergy(speech),
  };
}
