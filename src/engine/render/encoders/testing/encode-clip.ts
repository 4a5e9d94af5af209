import type { H264Encoder } from '../h264-encoder.ts';
import { createOwnEncoder } from '../own.ts';
import type { Clip } from './random-clip.ts';

/** What wasm/h264/inspection.ts exports. */
export type Inspection = {
  planeAddress(plane: number, ofSource: boolean): number;
  planeStride(plane: number): number;
  codeTableAddress(table: number): number;
  inspectResidualBlock(levels: number, mask: number, context: number, capacity: number, out: number): number;
  inspectNalUnit(header: number, payload: number, byteCount: number, destination: number): number;
};

export type EncodedClip = {
  /** One Annex B access unit a frame. */
  readonly accessUnits: Uint8Array[];
  /** The encoder's own reconstruction after each frame: I420 of the coded size, without padding. */
  readonly reconstructions: Uint8Array[];
  readonly codedWidth: number;
  readonly codedHeight: number;
};

export function inspectionOf(encoder: H264Encoder): Inspection {
  return encoder.instance.exports as unknown as Inspection;
}

/** I420 planes of the coded size, one after another, of the source or the last reconstruction. */
export function readPicture(encoder: H264Encoder, which: 'source' | 'reconstruction'): Uint8Array {
  const inspection = inspectionOf(encoder);
  const width = codedSize(encoder.width);
  const height = codedSize(encoder.height);
  const bytes = new Uint8Array(encoder.memory.buffer);
  const out = new Uint8Array((width * height * 3) / 2);
  let at = 0;
  for (const plane of [0, 1, 2]) {
    const planeWidth = plane === 0 ? width : width / 2;
    const planeHeight = plane === 0 ? height : height / 2;
    const address = inspection.planeAddress(plane, which === 'source');
    for (let y = 0; y < planeHeight; y++) {
      const row = address + y * inspection.planeStride(plane);
      out.set(bytes.subarray(row, row + planeWidth), at);
      at += planeWidth;
    }
  }
  return out;
}

export async function encodeClip(clip: Clip): Promise<EncodedClip> {
  const { width, height, keyframeQuantiser, frameQuantiser } = clip;
  const encoder = await createOwnEncoder({ width, height, frameRate: 30, keyframeQuantiser, frameQuantiser });
  const accessUnits: Uint8Array[] = [];
  const reconstructions: Uint8Array[] = [];
  for (const { keyframe, paints } of clip.frames) {
    for (const { rgba, rectangle } of paints) encoder.paint(rgba, rectangle);
    accessUnits.push(encoder.encode({ keyframe }).data.slice());
    reconstructions.push(readPicture(encoder, 'reconstruction'));
  }
  return { accessUnits, reconstructions, codedWidth: codedSize(width), codedHeight: codedSize(height) };
}

function codedSize(size: number): number {
  return Math.ceil(size / 16) * 16;
}
