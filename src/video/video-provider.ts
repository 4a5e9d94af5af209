import type { AppError } from '../core/errors.ts';
import type { SceneBrief } from '../engine/scene/brief.ts';
import type { Alignment } from '../media/alignment.ts';
import type { Pcm } from '../media/pcm.ts';
import type { VideoAspectRatio, VideoProviderId } from './video-capabilities.ts';

/** What is seen behind the presenter, in the place of the provider's own. */
export type VideoBackground =
  /** `#rrggbb` */
  | { readonly color: string }
  /** Public, of a JPEG or PNG. */
  | { readonly imageUrl: string };

/** What a video is made of, whoever makes it. Times are those of `speech`, which is finished: joined, paused and loud enough. */
export type PresenterBrief = Pick<
  SceneBrief,
  'template' | 'presenter' | 'language' | 'title' | 'captions' | 'captionWords' | 'captionGroups' | 'seed'
> & {
  readonly videoId: string;
  readonly aspectRatio: VideoAspectRatio;
  /** Who presents at a vendor; null for whom the configuration names. */
  readonly avatarId: string | null;
  readonly background: VideoBackground | null;
  readonly speech: Pcm;
  readonly alignment: Alignment;
};

/** The handle of remote work: plain JSON, so that it survives a restart. */
export type VideoOperation = { readonly provider: VideoProviderId; readonly reference: string };

export type VideoStatus =
  | { readonly state: 'pending'; readonly completedUnits: number; readonly totalUnits: number }
  /** Without a cost where the provider does not tell what it charged for: then it is what was estimated. */
  | { readonly state: 'completed'; readonly costUsd: number | null }
  /** Nothing is charged for it. */
  | { readonly state: 'failed'; readonly error: AppError };

/** The picture on this machine's disk. */
export type VideoFiles = {
  /** The caller may move them away. */
  readonly videoPath: string;
  readonly posterPath: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Whether captions were drawn into it. */
  readonly hasCaptions: boolean;
};

/** Makes the picture. Throws AppError only. */
export type VideoProvider = {
  readonly id: VideoProviderId;
  /** Work goes on at a vendor without this process, takes minutes, and costs money. */
  readonly isRemote: boolean;
  /** What a video of that length will cost; 0 for a provider that charges nothing. */
  estimateUsd(durationSeconds: number): number;
  /** Files that are made on this machine are put into `outputFolder`, which is created when missing. */
  start(
    brief: PresenterBrief,
    options: { readonly signal: AbortSignal; readonly idempotencyKey: string; readonly outputFolder: string },
  ): Promise<VideoOperation>;
  /**
   * What became of a start whose answer was lost; undefined when there was none. The same key may be started again for a time
   * and gives the same operation; after that only this tells.
   */
  find(
    brief: PresenterBrief,
    options: { readonly signal: AbortSignal; readonly idempotencyKey: string },
  ): Promise<VideoOperation | undefined>;
  /** An operation of an earlier process that did not survive it is `failed` with code `operation_lost`; the step starts anew. */
  status(operation: VideoOperation, options: { readonly signal: AbortSignal }): Promise<VideoStatus>;
  /** Brings the files of a completed operation into `outputFolder`, or tells where they are. */
  fetch(
    operation: VideoOperation,
    options: { readonly signal: AbortSignal; readonly outputFolder: string },
  ): Promise<VideoFiles>;
  cancel(operation: VideoOperation): Promise<void>;
};
