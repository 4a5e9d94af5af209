import type { SceneBrief } from '../engine/scene/brief.ts';
import type { Alignment } from '../media/alignment.ts';
import type { Pcm } from '../media/pcm.ts';

export type VideoProviderId = 'engine' | 'heygen';

/** What a video is made of, whoever makes it. Times are those of `speech`, which is finished: joined, paused and loud enough. */
export type PresenterBrief = Pick<
  SceneBrief,
  | 'template'
  | 'presenter'
  | 'aspectRatio'
  | 'language'
  | 'title'
  | 'captions'
  | 'captionWords'
  | 'captionGroups'
  | 'seed'
> & {
  readonly videoId: string;
  readonly speech: Pcm;
  readonly alignment: Alignment;
};

/** The handle of remote work: plain JSON, so that it survives a restart. */
export type VideoOperation = { readonly provider: VideoProviderId; readonly reference: string };

export type VideoStatus =
  | { readonly state: 'pending'; readonly completedUnits: number; readonly totalUnits: number }
  | {
      readonly state: 'completed';
      /** Local files that the caller may move away. */
      readonly videoPath: string;
      readonly posterPath: string;
      readonly width: number;
      readonly height: number;
      readonly frameRate: number;
      readonly frameCount: number;
    }
  | { readonly state: 'failed'; readonly error: Error };

/** Makes the picture. Throws AppError only. */
export type VideoProvider = {
  readonly id: VideoProviderId;
  /** The finished files are put into `outputFolder`, which is created when missing. */
  start(
    brief: PresenterBrief,
    options: { readonly signal: AbortSignal; readonly idempotencyKey: string; readonly outputFolder: string },
  ): Promise<VideoOperation>;
  /** An operation of an earlier process that did not survive it is `failed` with code `operation_lost`; the step starts anew. */
  status(operation: VideoOperation, options: { readonly signal: AbortSignal }): Promise<VideoStatus>;
  cancel(operation: VideoOperation): Promise<void>;
};
