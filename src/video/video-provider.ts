import type { SceneBrief } from '../engine/scene/brief.ts';
import type { Pcm } from '../media/pcm.ts';

export type VideoProviderId = 'engine' | 'heygen';

/** What a video is made of: the scene's plain data and the finished speech (loudness normalised, canonical PCM). */
export type PresenterBrief = {
  readonly videoId: string;
  readonly scene: SceneBrief;
  readonly speech: Pcm;
};

/** The handle of remote work: plain JSON, so that it survives a restart. */
export type VideoOperation = { readonly provider: VideoProviderId; readonly reference: string };

export type VideoStatus =
  | { readonly state: 'pending'; readonly completedUnits: number; readonly totalUnits: number }
  | { readonly state: 'completed'; readonly filePath: string; readonly width: number; readonly height: number }
  | { readonly state: 'failed'; readonly error: Error };

/** Makes the picture. Throws AppError only. */
export type VideoProvider = {
  readonly id: VideoProviderId;
  start(
    brief: PresenterBrief,
    options: { readonly signal: AbortSignal; readonly idempotencyKey: string },
  ): Promise<VideoOperation>;
  /** An operation of an earlier process that did not survive it is `failed` with code `operation_lost`; the step starts anew. */
  status(operation: VideoOperation, options: { readonly signal: AbortSignal }): Promise<VideoStatus>;
  cancel(operation: VideoOperation): Promise<void>;
};
