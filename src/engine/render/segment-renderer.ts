import { createCanvas } from '@napi-rs/canvas';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Rectangle } from '../scene/geometry.ts';
import type { Scene } from '../scene/scene.ts';
import type { Segment } from './segment-plan.ts';
import type { VideoEncoder } from './video-encoder.ts';

/** The coded pictures of one segment, one after the other in `data`. */
export type EncodedSegment = {
  readonly index: number;
  readonly firstFrame: number;
  readonly data: Uint8Array<ArrayBuffer>;
  /** Size of each picture in `data`, in order. */
  readonly frameBytes: readonly number[];
};

/** Draws the frames of one scene and codes them. Holds one canvas of the frame's size. */
export function createSegmentRenderer(scene: Scene, encoder: VideoEncoder) {
  const context = createCanvas(scene.width, scene.height).getContext('2d', { alpha: false });
  const wholeFrame: Rectangle = { x: 0, y: 0, width: scene.width, height: scene.height };

  function paint(frameIndex: number, rectangle: Rectangle): void {
    scene.draw(context, frameIndex, rectangle);
    const { x, y, width, height } = rectangle;
    encoder.paint(context.getImageData(x, y, width, height).data, rectangle);
  }

  return {
    /** `onFrame` is called after each frame; when it returns false the segment is given up and undefined returned. */
    async render(segment: Segment, onFrame: () => boolean): Promise<EncodedSegment | undefined> {
      const pictures: Uint8Array[] = [];
      for (let frameIndex = segment.firstFrame; frameIndex < segment.endFrame; frameIndex++) {
        const keyframe = frameIndex === segment.firstFrame;
        const rectangles = keyframe ? [wholeFrame] : scene.changedRectangles(frameIndex);
        for (const rectangle of rectangles) paint(frameIndex, rectangle);
        pictures.push(encoder.encode({ keyframe }).data.slice());
        if (!onFrame()) return undefined;
        // Skia's pixel buffers are freed by finalizers that run between turns of the event loop. Without this pause they
        // pile up (gigabytes in 30 s) and every new one costs ten times as much in page faults.
        await yieldToEventLoop();
      }
      return joinPictures(segment, pictures);
    },
  };
}

function joinPictures(segment: Segment, pictures: readonly Uint8Array[]): EncodedSegment {
  const frameBytes = pictures.map((picture) => picture.byteLength);
  const data = new Uint8Array(frameBytes.reduce((sum, bytes) => sum + bytes, 0));
  let offset = 0;
  for (const picture of pictures) {
    data.set(picture, offset);
    offset += picture.byteLength;
  }
  return { index: segment.index, firstFrame: segment.firstFrame, data, frameBytes };
}
