import { vendorCode } from '../../../net/vendor-failure.ts';
import { videoFailure } from '../../video-failure.ts';
import { VENDOR } from './error-answer.ts';
import { jsonObject } from './json-object.ts';

/** What HeyGen says of a video. */
export type HeyGenVideo = {
  readonly id: string;
  readonly title: string | undefined;
  readonly state: 'pending' | 'completed' | 'failed';
  /** Expires some time after the answer; asked for again, there is a fresh one. */
  readonly videoUrl: string | undefined;
  /** The same video with captions drawn into it, where they were asked for. */
  readonly captionedVideoUrl: string | undefined;
  readonly thumbnailUrl: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly failureCode: string | undefined;
};

/** The documentation names the last two; the answer to a creation says `waiting`, the list `queued`. */
const PENDING = new Set(['pending', 'processing', 'waiting', 'queued']);
const LONGEST_ID = 200;
const LONGEST_URL = 8_192;
/** HeyGen makes at most 30 minutes of video. */
const LONGEST_SECONDS = 3_600;

/** The `data` of an answer. Throws `protocol` for one that says nothing that can be relied on. */
export function readVideo(data: unknown): HeyGenVideo {
  const fields = jsonObject(data);
  const id = readVideoId(fields['id'] ?? fields['video_id']);
  const status = fields['status'];
  const videoUrl = textOf(fields['video_url'], LONGEST_URL);
  const failureCode = vendorCode(fields['failure_code']);
  const shared = {
    id,
    title: textOf(fields['title'], LONGEST_ID),
    videoUrl,
    captionedVideoUrl: textOf(fields['captioned_video_url'], LONGEST_URL),
    thumbnailUrl: textOf(fields['thumbnail_url'], LONGEST_URL),
    durationSeconds: secondsOf(fields['duration']),
    failureCode,
  };
  if (typeof status === 'string' && PENDING.has(status)) return { ...shared, state: 'pending' };
  // Free accounts were seen with the failure of a payment beside a finished, watermarked video.
  if (status === 'completed' && videoUrl !== undefined && failureCode === undefined) {
    return { ...shared, state: 'completed' };
  }
  if (status === 'failed' || failureCode !== undefined) return { ...shared, state: 'failed' };
  const shown = vendorCode(status) ?? 'none that is known';
  throw videoFailure(VENDOR, 'protocol', `answered with a video whose status is ${shown}`);
}

/** An identifier that is safe in a path. */
export function readVideoId(value: unknown): string {
  if (typeof value === 'string' && value.length <= LONGEST_ID && /^[\w-]+$/.test(value)) return value;
  throw videoFailure(VENDOR, 'protocol', 'answered without the identity of what it has made');
}

function textOf(value: unknown, longest: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined;
}

function secondsOf(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value <= LONGEST_SECONDS ? value : undefined;
}
