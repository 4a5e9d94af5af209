import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../../core/errors.ts';
import { durationSeconds } from '../../media/pcm.ts';
import { encodeWav } from '../../media/wav.ts';
import { DownloadRefusedError, type Downloader } from '../../net/download.ts';
import { transportFailure, videoFailure } from '../video-failure.ts';
import type { PresenterBrief, VideoOperation, VideoProvider } from '../video-provider.ts';
import { renderFailure, VENDOR } from './heygen/error-answer.ts';
import type { HeyGenApi } from './heygen/heygen-api.ts';
import { readVideoFile } from './heygen/video-file.ts';
import { keepPoster } from './heygen/poster.ts';

export type HeyGenOptions = {
  readonly api: HeyGenApi;
  readonly downloader: Downloader;
  /** The look that presents; `default` is the first one of the account. */
  readonly avatarId: string;
  readonly usdPerSecond: number;
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
  const { api, downloader, usdPerSecond } = options;
  let firstLook: Promise<string> | undefined;

  async function avatarId(signal: AbortSignal): Promise<string> {
    if (options.avatarId !== 'default') return options.avatarId;
    firstLook ??= api.looks({ signal }).then((looks) => {
      const [first] = looks;
      if (first === undefined) throw videoFailure(VENDOR, 'unsupported', 'has no avatar in this account');
      return first.id;
    });
    // One that failed is asked for again.
    firstLook.catch(() => (firstLook = undefined));
    return firstLook;
  }

  return {
    id: 'heygen',
    isRemote: true,
    estimateUsd: (seconds) => seconds * usdPerSecond,

    async start(brief, { signal, idempotencyKey }) {
      const wav = uploadable(brief);
      const avatar = await avatarId(signal);
      const asset = await api.uploadWav(wav, { idempotencyKey: `${idempotencyKey}.wav`, signal });
      const reference = await api.createVideo(
        {
          type: 'avatar',
          avatar_id: avatar,
          audio_asset_id: asset,
          title: titleOf(brief, idempotencyKey),
          resolution: '1080p',
          aspect_ratio: brief.aspectRatio,
          callback_id: brief.videoId,
        },
        { idempotencyKey, signal },
      );
      return { provider: 'heygen', reference };
    },

    async find(brief, { signal, idempotencyKey }) {
      const video = await api.findVideo(titleOf(brief, idempotencyKey), { signal });
      return video && { provider: 'heygen', reference: video.id };
    },

    async status({ reference }, { signal }) {
      const video = await api.video(reference, { signal });
      if (video.state === 'failed') return { state: 'failed', error: renderFailure(video.failureCode) };
      if (video.state === 'completed') {
        const { durationSeconds: seconds } = video;
        return { state: 'completed', costUsd: seconds === undefined ? null : seconds * usdPerSecond };
      }
      return { state: 'pending', completedUnits: 0, totalUnits: 1 };
    },

    async fetch(operation, { signal, outputFolder }) {
      await mkdir(outputFolder, { recursive: true });
      const videoPath = join(outputFolder, 'heygen.mp4');
      const thumbnailUrl = await download(operation, videoPath, signal);
      const posterPath = join(outputFolder, 'heygen.png');
      const file = await readVideoFile(videoPath);
      await keepPoster({ url: thumbnailUrl, posterPath, downloader, signal, ...file });
      return { videoPath, posterPath, ...file };
    },

    async cancel({ reference }) {
      await api.deleteVideo(reference, { signal: AbortSignal.timeout(CANCEL_MILLISECONDS) });
    },
  };

  /** Gives the address of the thumbnail. */
  async function download(
    { reference }: VideoOperation,
    path: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const { videoUrl, thumbnailUrl } = await api.video(reference, { signal });
      if (videoUrl === undefined) throw videoFailure(VENDOR, 'protocol', 'has finished a video and does not say where');
      try {
        await downloader.download(videoUrl, { path, largestBytes: LARGEST_VIDEO_BYTES, signal });
        return thumbnailUrl;
      } catch (thrown) {
        const hasExpired = thrown instanceof DownloadRefusedError && EXPIRED.has(thrown.status);
        if (!hasExpired || attempt === FRESH_ADDRESSES) throw downloadFailure(thrown);
      }
    }
  }
}

const CANCEL_MILLISECONDS = 10_000;
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

function titleOf({ title }: PresenterBrief, idempotencyKey: string): string {
  return `${title.slice(0, LONGEST_TITLE - idempotencyKey.length - 3).toWellFormed()} · ${idempotencyKey}`;
}
