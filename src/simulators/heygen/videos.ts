import type { Clock } from '../../core/clock.ts';
import type { HeyGenFault } from './faults.ts';
import type { SimulatedVideoRequest } from './video-request.ts';

/** A simulated video is a real one: our engine, handed in by whoever starts the simulator. Gives an MP4 and a PNG. */
export type SimulatedClip = (
  request: { readonly wav: Uint8Array; readonly aspectRatio: string; readonly title: string },
  signal: AbortSignal,
) => Promise<{ readonly video: Uint8Array; readonly thumbnail: Uint8Array }>;

export type SimulatedVideo = {
  readonly id: string;
  readonly title: string;
  readonly callbackId: string | null;
  readonly createdAt: number;
  readonly durationSeconds: number;
  readonly hasCaptions: boolean;
  readonly fault: HeyGenFault | undefined;
  /** Undefined until it is rendered. */
  file: Uint8Array | undefined;
  thumbnail: Uint8Array | undefined;
  failureCode: string | null;
  /** Grows with each address that was handed out; an expired one has a smaller number. */
  addressNumber: number;
};

/** What was charged: the oracle of the tests. */
export type SimulatedCharge = { readonly videoId: string; readonly key: string | undefined; readonly usd: number };

/** The list price of a second of an avatar of the third generation. */
export const USD_PER_SECOND = 0.0167;

const FAILURE_OF_FAULT: Partial<Readonly<Record<HeyGenFault, string>>> = {
  'payment-at-poll': 'MOVIO_PAYMENT_INSUFFICIENT_CREDIT',
  'payment-with-video': 'MOVIO_PAYMENT_INSUFFICIENT_CREDIT',
  'render-failed': 'script_too_long',
  'render-failed-passing': 'download_failed',
};

type VideosOptions = {
  readonly clip: SimulatedClip;
  readonly clock: Clock;
  readonly renderSeconds: number;
  /** Called once for each video, when it can be seen that it is finished or has failed. */
  readonly onEnd: (video: SimulatedVideo) => void;
};

/** The videos of an account, and what was charged for them: each finished one, once. */
export class SimulatedVideos {
  readonly charges: SimulatedCharge[] = [];
  #created = 0;
  readonly #videos = new Map<string, SimulatedVideo>();
  readonly #closing = new AbortController();
  readonly #bells = new Set<NodeJS.Timeout>();
  readonly #options: VideosOptions;

  constructor(options: VideosOptions) {
    this.#options = options;
  }

  create(
    request: SimulatedVideoRequest & { readonly key: string | undefined; readonly fault: HeyGenFault | undefined },
  ): SimulatedVideo {
    const { wav, title, aspectRatio, durationSeconds, hasCaptions, callbackId, key, fault } = request;
    const video: SimulatedVideo = {
      id: `video_${(this.#created += 1)}`,
      title,
      callbackId,
      createdAt: this.#options.clock.now(),
      durationSeconds,
      hasCaptions,
      fault,
      file: undefined,
      thumbnail: undefined,
      failureCode: (fault && FAILURE_OF_FAULT[fault]) ?? null,
      addressNumber: 0,
    };
    this.#videos.set(video.id, video);
    if (fault === 'webhook-early') this.#options.onEnd(video);
    if (video.failureCode !== null) this.#tellWhenOver(video);
    if (video.failureCode === null && fault !== 'stuck') {
      this.#options.clip({ wav, aspectRatio, title }, this.#closing.signal).then(
        (clip) => {
          // Called off before it was finished.
          if (!this.#videos.has(video.id)) return;
          video.file = clip.video;
          video.thumbnail = clip.thumbnail;
          this.charges.push({ videoId: video.id, key, usd: durationSeconds * USD_PER_SECOND });
          this.#tellWhenOver(video);
        },
        () => {
          video.failureCode = 'internal_error';
          this.#tellWhenOver(video);
        },
      );
    }
    return video;
  }

  get(id: string): SimulatedVideo | undefined {
    return this.#videos.get(id);
  }

  /** One that is called off before it is finished is not charged. */
  delete(id: string): boolean {
    const video = this.#videos.get(id);
    if (video === undefined) return false;
    if (this.statusOf(video) !== 'completed') {
      const at = this.charges.findIndex(({ videoId }) => videoId === id);
      if (at !== -1) this.charges.splice(at, 1);
    }
    return this.#videos.delete(id);
  }

  /** Newest first. */
  list(): readonly SimulatedVideo[] {
    return [...this.#videos.values()].toReversed();
  }

  /** How many are being worked on. */
  get openCount(): number {
    return this.list().filter((video) => ['waiting', 'processing'].includes(this.statusOf(video))).length;
  }

  statusOf(video: SimulatedVideo): 'waiting' | 'processing' | 'completed' | 'failed' {
    const seconds = (this.#options.clock.now() - video.createdAt) / 1000;
    if (seconds < this.#options.renderSeconds / 3) return 'waiting';
    if (seconds < this.#options.renderSeconds) return 'processing';
    if (video.failureCode !== null) return video.fault === 'payment-with-video' ? 'completed' : 'failed';
    return video.file === undefined ? 'processing' : 'completed';
  }

  close(): void {
    this.#closing.abort();
    for (const handle of this.#bells) clearTimeout(handle);
  }

  #tellWhenOver(video: SimulatedVideo): void {
    const { renderSeconds, clock, onEnd } = this.#options;
    const bell = setTimeout(
      () => {
        this.#bells.delete(bell);
        if (this.#videos.has(video.id)) onEnd(video);
      },
      Math.max(0, video.createdAt + renderSeconds * 1000 - clock.now()),
    );
    this.#bells.add(bell);
  }
}
