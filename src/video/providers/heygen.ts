import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toAppError, type AppError } from '../../core/errors.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import { durationSeconds } from '../../media/pcm.ts';
import { encodeWav } from '../../media/wav.ts';
import { DownloadRefusedError, type Downloader } from '../../net/download.ts';
import { transportFailure, videoFailure } from '../video-failure.ts';
import type { PresenterBrief, VideoBackground, VideoOperation, VideoProvider } from '../video-provider.ts';
import { renderFailure, VENDOR } from './heygen/error-answer.ts';
import type { HeyGenApi, HeyGenEngine, HeyGenResolution, HeyGenVideoRequest } from './heygen/heygen-api.ts';
import type { LookList } from './heygen/look-list.ts';
import { readVideoFile } from './heygen/video-file.ts';
import { keepPoster } from './heygen/poster.ts';

export type HeyGenOptions = {
  readonly api: HeyGenApi;
  readonly looks: LookList;
  readonly downloader: Downloader;
  /** The look that presents when a video names none; `default` is the first one of the account. */
  readonly avatarId: string;
  /** Null for HeyGen's own choice. */
  readonly engine: HeyGenEngine | null;
  readonly resolution: HeyGenResolution;
  /** What a video of that many seconds costs. */
  readonly estimateUsd: (seconds: number) => number;
};

/** Of the documentation: an asset, and the sound of a video. */
const LARGEST_WAV_BYTES = 32_000_000;
const LONGEST_SPEECH_SECONDS = 600;
/** Ten minutes of 1080p are some 300 MB. */
const LARGEST_VIDEO_BYTES = 2_000_000_000;
const LONGEST_TITLE = 120;
/** An address that has expired is asked for again, so often. */
const FRESH_ADDRESSES = 3;

/**
 * HeyGen's avatars behind the video port (API v3). The speech is uploaded, so that it needs no public address. A video is
 * found again by its title, which ends in the key it was started with.
 */
export function createHeyGenVideoProvider(options: HeyGenOptions): VideoProvider {
  const { api, looks, downloader, engine, resolution, estimateUsd } = options;

  async function avatarOf({ avatarId }: PresenterBrief): Promise<string> {
    const chosen = avatarId ?? options.avatarId;
    return chosen === 'default' ? (await looks.first()).id : chosen;
  }

  /** Nothing depends on it, and an asset that stays costs nothing. */
  async function deleteSpeech({ asset }: Pick<Reference, 'asset'>): Promise<void> {
    if (asset === undefined) return;
    await api.deleteAsset(asset, { signal: AbortSignal.timeout(DELETE_MILLISECONDS) }).catch(() => undefined);
  }

  return {
    id: 'heygen',
    isRemote: true,
    estimateUsd,

    async start(brief, { signal, idempotencyKey }) {
      const wav = uploadable(brief);
      const avatar = await avatarOf(brief);
      const asset = await api.uploadWav(wav, { idempotencyKey: `${idempotencyKey}.wav`, signal });
      const request: HeyGenVideoRequest = {
        type: 'avatar',
        avatar_id: avatar,
        audio_asset_id: asset,
        title: titleOf(brief, idempotencyKey),
        resolution,
        aspect_ratio: brief.aspectRatio,
        ...(brief.background !== null && { background: backgroundOf(brief.background) }),
        ...(brief.captions.burned && { caption: { file_format: 'srt' } }),
        ...(engine !== null && { engine: { type: engine } }),
        callback_id: brief.videoId,
      };
      try {
        const video = await api.createVideo(request, { idempotencyKey, signal });
        return { provider: 'heygen', reference: `${video}/${asset}` };
      } catch (thrown) {
        // After any other failure the same key may go out again, and the video needs its speech then.
        if (FINAL_REFUSALS.has(toAppError(thrown).kind)) await deleteSpeech({ asset });
        throw thrown;
      }
    },

    async find(brief, { signal, idempotencyKey }) {
      const video = await api.findVideo(titleOf(brief, idempotencyKey), { signal });
      return video && { provider: 'heygen', reference: video.id };
    },

    async status(operation, { signal }) {
      const reference = readReference(operation);
      const video = await api.video(reference.video, { signal });
      if (video.state === 'failed') {
        await deleteSpeech(reference);
        return { state: 'failed', error: renderFailure(video.failureCode) };
      }
      if (video.state === 'completed') {
        const { durationSeconds: seconds } = video;
        return { state: 'completed', costUsd: seconds === undefined ? null : estimateUsd(seconds) };
      }
      return { state: 'pending', completedUnits: 0, totalUnits: 1 };
    },

    async fetch(operation, { signal, outputFolder }) {
      await mkdir(outputFolder, { recursive: true });
      const videoPath = join(outputFolder, 'heygen.mp4');
      const reference = readReference(operation);
      const { thumbnailUrl, hasCaptions } = await download(reference.video, videoPath, signal);
      const posterPath = join(outputFolder, 'heygen.png');
      const file = await readVideoFile(videoPath);
      await keepPoster({ url: thumbnailUrl, posterPath, downloader, signal, ...file });
      await deleteSpeech(reference);
      return { videoPath, posterPath, ...file, hasCaptions };
    },

    async cancel(operation) {
      const reference = readReference(operation);
      await api.deleteVideo(reference.video, { signal: AbortSignal.timeout(DELETE_MILLISECONDS) });
      await deleteSpeech(reference);
    },
  };

  /** The one with captions, where there is one. */
  async function download(
    id: string,
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly thumbnailUrl: string | undefined; readonly hasCaptions: boolean }> {
    for (let attempt = 1; ; attempt += 1) {
      const { videoUrl, captionedVideoUrl, thumbnailUrl } = await api.video(id, { signal });
      const url = captionedVideoUrl ?? videoUrl;
      if (url === undefined) throw videoFailure(VENDOR, 'protocol', 'has finished a video and does not say where');
      try {
        await downloader.download(url, { path, largestBytes: LARGEST_VIDEO_BYTES, signal });
        return { thumbnailUrl, hasCaptions: captionedVideoUrl !== undefined };
      } catch (thrown) {
        const hasExpired = thrown instanceof DownloadRefusedError && EXPIRED.has(thrown.status);
        if (!hasExpired || attempt === FRESH_ADDRESSES) throw downloadFailure(thrown);
      }
    }
  }
}

const DELETE_MILLISECONDS = 10_000;
const FINAL_REFUSALS: ReadonlySet<FailureKind> = new Set(['quota', 'unsupported']);
const EXPIRED: ReadonlySet<number> = new Set([401, 403, 404, 410]);

function downloadFailure(thrown: unknown): unknown {
  if (!(thrown instanceof DownloadRefusedError)) return transportFailure(VENDOR, thrown);
  const { status } = thrown;
  const isPassing = status >= 500 || status === 429 || EXPIRED.has(status);
  return videoFailure(VENDOR, isPassing ? 'unavailable' : 'protocol', `gave the video with status ${status}`);
}

/** The speech as a file that HeyGen takes. */
function uploadable({ speech }: PresenterBrief): Uint8Array {
  const seconds = durationSeconds(speech);
  if (seconds > LONGEST_SPEECH_SECONDS) throw tooMuch(`${LONGEST_SPEECH_SECONDS} seconds`, seconds.toFixed(1));
  const wav = encodeWav(speech);
  if (wav.length > LARGEST_WAV_BYTES) throw tooMuch(`${LARGEST_WAV_BYTES} bytes`, String(wav.length));
  return wav;
}

function tooMuch(most: string, given: string): AppError {
  return videoFailure(VENDOR, 'unsupported', `takes speech of at most ${most}; this one has ${given}`);
}

/** What an operation is told by: the video, and the speech that was uploaded for it unless its name was lost. */
type Reference = { readonly video: string; readonly asset: string | undefined };

function readReference({ reference }: VideoOperation): Reference {
  const [video = '', asset] = reference.split('/');
  return { video, asset };
}

function backgroundOf(background: VideoBackground): NonNullable<HeyGenVideoRequest['background']> {
  return 'color' in background
    ? { type: 'color', value: background.color }
    : { type: 'image', url: background.imageUrl };
}

function titleOf({ title }: PresenterBrief, idempotencyKey: string): string {
  return `${title.slice(0, LONGEST_TITLE - idempotencyKey.length - 3).toWellFormed()} · ${idempotencyKey}`;
}
