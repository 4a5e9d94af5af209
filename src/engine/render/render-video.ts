import { open, rm, writeFile } from 'node:fs/promises';
import { resample } from '../../media/resample.ts';
import type { Pcm } from '../../media/pcm.ts';
import type { SceneBrief } from '../scene/brief.ts';
import { frameCountOf } from '../scene/frame-count.ts';
import { createMp4Writer, OUTPUT_SAMPLE_RATE_HZ } from './mp4-writer.ts';
import type { RenderPool } from './render-pool.ts';

/**
 * Draws `scene`, speaks `speech` (mono, loudness normalised, as long as the scene) and writes both to `videoPath`, and frame
 * `posterFrame` as a PNG to `posterPath`. When it fails or is aborted, no file is left. `onProgress` is called with finished and total frames, a few times a second.
 */
export async function renderVideo(options: {
  readonly pool: RenderPool;
  readonly scene: SceneBrief;
  readonly speech: Pcm;
  readonly videoPath: string;
  readonly posterPath: string;
  readonly posterFrame: number;
  readonly signal: AbortSignal;
  readonly onProgress: (finishedFrames: number, totalFrames: number) => void;
}): Promise<{ readonly frameCount: number }> {
  const { pool, scene, speech, videoPath, posterPath, signal, onProgress } = options;
  const frameCount = frameCountOf(scene);
  const failure = new AbortController();
  const anySignal = AbortSignal.any([signal, failure.signal]);
  const render = pool.render(scene, {
    frameCount,
    stillFrame: Math.min(options.posterFrame, frameCount - 1),
    signal: anySignal,
  });
  const progress = setInterval(() => onProgress(render.finishedFrames(), frameCount), 200);
  const { width, height, frameRate, title } = scene;
  const writer = await createMp4Writer({ filePath: videoPath, width, height, frameRate, title });
  try {
    const sound = writer.addSpeech(resample(speech, OUTPUT_SAMPLE_RATE_HZ), anySignal);
    const picture = async (): Promise<void> => {
      for (const segment of render.segments) await writer.addSegment(await segment);
    };
    const poster = async (): Promise<void> => writeFile(posterPath, await render.still, { signal: anySignal });
    await Promise.all([sound, picture(), poster()]);
    await writer.finish();
    await syncFile(videoPath);
    onProgress(frameCount, frameCount);
    return { frameCount };
  } catch (error) {
    failure.abort(error);
    await writer.discard().catch(() => undefined);
    await Promise.all([rm(videoPath, { force: true }), rm(posterPath, { force: true })]);
    throw error;
  } finally {
    clearInterval(progress);
  }
}

/** The journal will say that the file is finished; it must then survive a power loss. */
async function syncFile(filePath: string): Promise<void> {
  await using file = await open(filePath, 'r+');
  await file.sync();
}
