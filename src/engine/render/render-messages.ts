import type { SceneBrief } from '../scene/brief.ts';
import type { EncodedSegment } from './segment-renderer.ts';
import type { Segment } from './segment-plan.ts';

/** What the pool and its workers say to each other. A worker works on one segment at a time. */
export type ToRenderWorker = {
  readonly renderId: number;
  /** Sent with the first segment of a render that this worker sees. */
  readonly brief?: SceneBrief;
  readonly segment: Segment;
  /** Shared with all workers of the render: [0] counts finished frames, [1] is set to 1 to give up. */
  readonly counters: Int32Array<SharedArrayBuffer>;
};

export type FromRenderWorker =
  | { readonly type: 'segment'; readonly renderId: number; readonly segment: EncodedSegment }
  | { readonly type: 'given_up'; readonly renderId: number }
  | { readonly type: 'failed'; readonly renderId: number; readonly message: string; readonly stack: string };

export const FINISHED_FRAMES = 0;
export const GIVE_UP = 1;
