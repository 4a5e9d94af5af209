import { VIDEO_CAPABILITIES, type VideoProviderId } from '../video/video-capabilities.ts';
import type { VideoFiles } from '../video/video-provider.ts';
import type { VideoRequest } from './video-request.ts';

/** Encoders round to even numbers. */
const SHAPE_TOLERANCE = 0.02;

/** Wishes that the finished picture does not fulfil, each in a sentence for whoever asked. */
export function findShortfalls(
  maker: VideoProviderId,
  { width, height, hasCaptions }: Pick<VideoFiles, 'width' | 'height' | 'hasCaptions'>,
  { aspectRatio, background, captions }: Pick<VideoRequest, 'aspectRatio' | 'background' | 'captions'>,
): readonly string[] {
  const sentences: string[] = [];
  const [across = 1, down = 1] = aspectRatio.split(':').map(Number);
  if (Math.abs((width * down) / (height * across) - 1) > SHAPE_TOLERANCE) {
    sentences.push(`${maker} has made a picture of ${width}x${height}, which is not ${aspectRatio}.`);
  }
  if (background !== null && !VIDEO_CAPABILITIES[maker].backgrounds) {
    sentences.push(`${maker} draws a background of its own; the one that was asked for is not in the video.`);
  }
  if (captions.burned && !hasCaptions) {
    sentences.push(`${maker} has drawn no captions into the picture; the caption files have them.`);
  }
  return sentences;
}
