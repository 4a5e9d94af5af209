import { readFile, writeFile } from 'node:fs/promises';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Downloader } from '../../../net/download.ts';

const LARGEST_THUMBNAIL_BYTES = 20_000_000;
const NEUTRAL = '#1d2430';

/**
 * The vendor's thumbnail as a PNG of the video's size; a plain picture when it cannot be had, because a video does not fail for
 * its poster.
 */
export async function keepPoster(options: {
  readonly url: string | undefined;
  readonly posterPath: string;
  readonly width: number;
  readonly height: number;
  readonly downloader: Downloader;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { url, posterPath, width, height, downloader, signal } = options;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = NEUTRAL;
  context.fillRect(0, 0, width, height);
  try {
    if (url !== undefined) {
      await downloader.download(url, { path: posterPath, largestBytes: LARGEST_THUMBNAIL_BYTES, signal });
      const image = await loadImage(await readFile(posterPath));
      const scale = Math.max(width / image.width, height / image.height);
      const [drawnWidth, drawnHeight] = [image.width * scale, image.height * scale];
      context.drawImage(image, (width - drawnWidth) / 2, (height - drawnHeight) / 2, drawnWidth, drawnHeight);
    }
  } catch {
    signal.throwIfAborted();
  }
  await writeFile(posterPath, await canvas.encode('png'));
}
