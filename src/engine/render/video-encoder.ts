import type { Rectangle } from '../scene/geometry.ts';

/** One coded picture in Annex B form. Valid until the next call of `encode`; copy it to keep it. */
export type EncodedFrame = { readonly data: Uint8Array; readonly isKeyframe: boolean };

/**
 * The encoder port. The caller repaints parts of one picture and says when it is complete; whatever was not painted since
 * the last `encode` is unchanged, so the encoder need not look at it.
 */
export type VideoEncoder = {
  /** RFC 6381, such as `avc1.42C028`. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Converts `rgba` (opaque, rows of `rectangle.width` pixels) to BT.709 limited I420 at `rectangle`; x, y, width and height are even. */
  paint(rgba: Uint8Array | Uint8ClampedArray, rectangle: Rectangle): void;
  /** Codes the picture as painted so far. A keyframe carries SPS and PPS and resets all prediction (closed GOP). */
  encode(options: { readonly keyframe: boolean }): EncodedFrame;
};

export type VideoEncoderOptions = {
  /** Even pixel sizes; the coded size is rounded up to macroblocks and cropped. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Quantiser of keyframes and of the frames between, 12..51; lower is better and larger. An encoder may raise the second
   * where the level's rate limit demands it. */
  readonly keyframeQuantiser: number;
  readonly frameQuantiser: number;
};
