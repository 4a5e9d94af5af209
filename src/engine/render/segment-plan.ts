/** A run of frames that is coded on its own: it starts with a keyframe and refers to nothing outside. `endFrame` is exclusive. */
export type Segment = { readonly index: number; readonly firstFrame: number; readonly endFrame: number };

/** A keyframe costs as much as tens of other frames, so segments are as long as seeking allows. */
const LONGEST_SEGMENT_SECONDS = 4;
/** Below this a further segment costs more in keyframes than the parallel work saves. */
const SHORTEST_SEGMENT_SECONDS = 0.8;

/**
 * Splits a video so that all workers finish at about the same time: equal segments, their number a multiple of the number
 * of workers where the video is long enough.
 */
export function planSegments(options: {
  readonly frameCount: number;
  readonly frameRate: number;
  readonly workerCount: number;
}): readonly Segment[] {
  const { frameCount, frameRate, workerCount } = options;
  const fewest = Math.ceil(frameCount / (LONGEST_SEGMENT_SECONDS * frameRate));
  const most = Math.max(1, Math.floor(frameCount / (SHORTEST_SEGMENT_SECONDS * frameRate)));
  const balanced = Math.ceil(fewest / workerCount) * workerCount;
  const count = Math.max(1, Math.min(balanced, most));
  return Array.from({ length: count }, (_, index) => ({
    index,
    firstFrame: Math.round((index * frameCount) / count),
    endFrame: Math.round(((index + 1) * frameCount) / count),
  }));
}
