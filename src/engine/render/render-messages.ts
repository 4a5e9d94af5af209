import type { SceneBrief } from '../scene/brief.ts';
import type { Segment } from './segment-plan.ts';
import type { EncodedSegment } from './segment-renderer.ts';

/** One piece of work: a coded segment, or one frame as a PNG. */
export type RenderTask =
  | { readonly type: 'segment'; readonly segment: Segment }
  | { readonly type: 'still'; readonly frameIndex: number };

/** What the pool and its workers say to each other. A worker has one task at a time. */
export type ToRenderWorker = {
  readonly renderId: number;
  /** Sent with the first task of a render that this worker sees. */
  readonly brief?: SceneBrief;
  readonly task: RenderTask;
  /** Shared with all workers of the render: FINISHED_FRAMES counts up, GIVE_UP is set to 1 to stop. */
  readonly counters: Int32Array<SharedArrayBuffer>;
};

export type FromRenderWorker =
  | { readonly type: 'segment'; readonly segment: EncodedSegment }
  | { readonly type: 'still'; readonly png: Uint8Array<ArrayBuffer> }
  | { readonly type: 'given_up' }
  | { readonly type: 'failed'; readonly message: string; readonly stack: string };

export const FINISHED_FRAMES = 0;
export const GIVE_UP = 1;
