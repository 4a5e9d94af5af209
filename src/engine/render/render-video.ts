import { rm } from 'node:fs/promises';
import { resample } from '../../media/resample.ts';
import type { Pcm } from '../../media/pcm.ts';
import type { SceneBrief } from '../scene/brief.ts';
import { createMp4Writer, OUTPUT_SAMPLE_RATE_HZ } from './mp4-writer.ts';
import type { RenderPool } from './render-pool.ts';

export type RenderedVideo = { readonly filePath: string; readonly frameCount: number };

/**
 * Draws `scene`, speaks `speech` (mono, loudness normalised, as long as the scene) and writes both to `filePath`. When it
 * fails or is aborted, no file is left. `onProgress` is called with finished and total frames, a few times a second.
 */
export async function renderVideo(options: {
  readonly pool: RenderPool;
  readonly scene: SceneBrief;
  readonly speech: Pcm;
  readonly filePath: string;
  readonly signal: AbortSignal;
  readonly onProgress: (finishedFrames: number, totalFrames: number) => void;
}): Promise<RenderedVideo> {
  const { pool, scene, speech, filePath, signal, onProgress } = options;
  const frameCount = frameCountOf(scene);
  const failure = new AbortController();
  const anySignal = AbortSignal.any([signal, failure.signal]);
  const render = pool.render(scene, frameCount, anySignal);
  const progress = setInterval(() => onProgress(render.finishedFrames(), frameCount), 200);
  const { width, height, frameRate, title } = scene;
  const writer = await createMp4Writer({ filePath, width, height, frameRate, title });
  try {
    const sound = writer.addSpeech(resample(speech, OUTPUT_SAMPLE_RATE_HZ), anySignal);
    const picture = async (): Promise<void> => {
      for (const segment of render.segments) await writer.addSegment(await segment);
    };
    await Promise.all([sound, picture()]);
    await writer.finish();
    onProgress(frameCount, frameCount);
    return { filePath, frameCount };
  } catch (error) {
    failure.abort(error);
    await writer.discard().catch(() => undefined);
    await rm(filePath, { force: true });
    throw error;
  } finally {
    clearInterval(progress);
  }
}

/** The last frame is shown until the speech has ended. */
export function frameCountOf(scene: Pick<SceneBrief, 'durationSeconds' | 'frameRate'>): number {
  // A duration that is a whole number of frames must not gain one by rounding in the division.
  return Math.max(1, Math.ceil(scene.durationSeconds * scene.frameRate - 1e-6));
}
