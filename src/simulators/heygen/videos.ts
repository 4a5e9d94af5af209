import type { Clock } from '../../core/clock.ts';
import type { HeyGenFault } from './faults.ts';

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

/** The videos of an account, and what was charged for them: each finished one, once. */
export class SimulatedVideos {
  readonly charges: SimulatedCharge[] = [];
  readonly #videos = new Map<string, SimulatedVideo>();
  readonly #closing = new AbortController();
  /** An id is never given twice, also when the video is gone. */
  #created = 0;
  readonly #options: { readonly clip: SimulatedClip; readonly clock: Clock; readonly renderSeconds: number };

  constructor(options: { readonly clip: SimulatedClip; readonly clock: Clock; readonly renderSeconds: number }) {
    this.#options = options;
  }

  create(request: {
    readonly wav: Uint8Array;
    readonly durationSeconds: number;
    readonly title: string;
    readonly aspectRatio: string;
    readonly callbackId: string | null;
    readonly key: string | undefined;
    readonly fault: HeyGenFault | undefined;
  }): SimulatedVideo {
    const { wav, title, aspectRatio, durationSeconds, callbackId, key, fault } = request;
    const video: SimulatedVideo = {
      id: `video_${(this.#created += 1)}`,
      title,
      callbackId,
      createdAt: this.#options.clock.now(),
      durationSeconds,
      fault,
      file: undefined,
      thumbnail: undefined,
      failureCode: (fault && FAILURE_OF_FAULT[fault]) ?? null,
      addressNumber: 0,
    };
    this.#videos.set(video.id, video);
    if (video.failureCode === null && fault !== 'stuck') {
      this.#options.clip({ wav, aspectRatio, title }, this.#closing.signal).then(
        (clip) => {
          // One that was called off meanwhile is never finished.
          if (this.#videos.get(video.id) !== video) return;
          video.file = clip.video;
          video.thumbnail = clip.thumbnail;
          this.charges.push({ videoId: video.id, key, usd: durationSeconds * USD_PER_SECOND });
        },
        () => {
          video.failureCode = 'internal_error';
        },
      );
    }
    return video;
  }

  get(id: string): SimulatedVideo | undefined {
    return this.#videos.get(id);
  }

  delete(id: string): boolean {
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
  }
}
