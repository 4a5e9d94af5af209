import { copyFile, mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import { sceneBrief } from '../../test/fixtures/scene-brief.ts';
import { RenderPool } from '../../src/engine/render/render-pool.ts';
import { renderVideo } from '../../src/engine/render/render-video.ts';
import { computeEnergy } from '../../src/media/energy.ts';
import { durationSeconds } from '../../src/media/pcm.ts';
import { encodeWav, parseWav } from '../../src/media/wav.ts';
import type { SimulatedClip } from '../../src/simulators/heygen/videos.ts';
import { hashBytes } from '../../src/storage/content-key.ts';
import type { VideoFiles, VideoProvider } from '../../src/video/video-provider.ts';

export type VideoOrigin = { readonly maker: 'engine' | 'heygen'; readonly speechSha256: string };

/**
 * Every video that anybody makes here: small, and drawn once for each speech and maker, because how it is drawn is not what is
 * tried. Two makers' videos of one speech differ.
 */
export type DrawnVideos = {
  /** Stands for our engine behind its port. */
  readonly engine: VideoProvider;
  /** HeyGen's. `largeBytes` makes the file at least so long, so that it is uploaded in parts. */
  clip(options: { readonly largeBytes: number }): SimulatedClip;
  /** Where the file with this hash comes from. */
  originOf(sha256: string): VideoOrigin | undefined;
  /** Waits for what HeyGen works on; what it has finished it charges for, whether or not anybody waits for that. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

type Drawing = { readonly videoPath: string; readonly posterPath: string };

const TITLES = { engine: 'Drawn by our engine', heygen: 'Drawn for HeyGen' } as const;
const SIZE = { width: 320, height: 180, frameRate: 15 };

export function createDrawnVideos(): DrawnVideos {
  const folder = createScratchFolder('production-chaos-drawn');
  const pool = new RenderPool({ workerCount: 1 });
  const { signal } = new AbortController();
  const drawings = new Map<string, Promise<Drawing>>();
  const origins = new Map<string, VideoOrigin>();
  const filming = new Set<Promise<unknown>>();
  const running = new Map<string, VideoFiles>();

  async function film(maker: VideoOrigin['maker'], wav: Uint8Array): Promise<Drawing> {
    const output = await mkdtemp(join(folder, `${maker}-`));
    const speech = parseWav(wav);
    const [videoPath, posterPath] = [join(output, 'clip.mp4'), join(output, 'clip.png')];
    const scene = sceneBrief({
      ...SIZE,
      title: TITLES[maker],
      durationSeconds: durationSeconds(speech),
      energy: computeEnergy(speech),
    });
    const work = { pool, scene, speech, videoPath, posterPath, posterFrame: 0, signal, onProgress: () => undefined };
    await renderVideo(work);
    return { videoPath, posterPath };
  }

  const drawn = (maker: VideoOrigin['maker'], wav: Uint8Array): Promise<Drawing> => {
    const key = `${maker} ${hashBytes(wav)}`;
    const drawing = drawings.get(key) ?? film(maker, wav);
    drawings.set(key, drawing);
    return drawing;
  };
  const remember = (video: Uint8Array, maker: VideoOrigin['maker'], wav: Uint8Array): void =>
    void origins.set(hashBytes(video), { maker, speechSha256: hashBytes(wav) });

  return {
    engine: {
      id: 'engine',
      isRemote: false,
      estimateUsd: () => 0,
      async start({ speech }, { idempotencyKey, outputFolder }) {
        const wav = encodeWav(speech);
        const drawing = await drawn('engine', wav);
        remember(await readFile(drawing.videoPath), 'engine', wav);
        await mkdir(outputFolder, { recursive: true });
        const [videoPath, posterPath] = [join(outputFolder, 'video.mp4'), join(outputFolder, 'poster.png')];
        await Promise.all([copyFile(drawing.videoPath, videoPath), copyFile(drawing.posterPath, posterPath)]);
        running.set(idempotencyKey, { ...SIZE, videoPath, posterPath, hasCaptions: true });
        return { provider: 'engine', reference: idempotencyKey };
      },
      find: async () => undefined,
      status: async () => ({ state: 'completed', costUsd: 0 }),
      async fetch({ reference }) {
        const files = running.get(reference);
        if (files === undefined) throw new Error('A video is fetched that nobody has begun.');
        return files;
      },
      cancel: async ({ reference }) => void running.delete(reference),
    },
    clip:
      ({ largeBytes }) =>
      async ({ wav }) => {
        const finish = async () => {
          const { videoPath, posterPath } = await drawn('heygen', wav);
          const video = padded(await readFile(videoPath), largeBytes);
          remember(video, 'heygen', wav);
          return { video, thumbnail: await readFile(posterPath) };
        };
        const film = finish();
        filming.add(film);
        return film.finally(() => filming.delete(film));
      },
    originOf: (sha256) => origins.get(sha256),
    async settled() {
      await Promise.all(filming);
      // The simulator hears of it, and writes it down.
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: () => pool.close(),
  };
}

const BOX_HEADER_BYTES = 8;

/** With a `free` box at its end, which players skip. */
function padded(file: Buffer, leastBytes: number): Buffer {
  const missing = leastBytes - file.length;
  if (missing <= BOX_HEADER_BYTES) return file;
  const box = Buffer.alloc(missing);
  box.writeUInt32BE(missing);
  box.write('free', 4, 'latin1');
  return Buffer.concat([file, box]);
}
