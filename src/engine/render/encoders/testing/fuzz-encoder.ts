import { encodeClip } from './encode-clip.ts';
import type { EncodedClip } from './encode-clip.ts';
import { decodeWithFfmpeg } from './ffmpeg-decoder.ts';
import { randomClip } from './random-clip.ts';
import type { Clip } from './random-clip.ts';
import { openTinyH264 } from './tinyh264-decoder.ts';
import type { Decode } from './tinyh264-decoder.ts';

export type FuzzReport = {
  readonly clips: number;
  readonly frames: number;
  /** One line a clip that a decoder saw otherwise than the encoder. */
  readonly mismatches: string[];
};

export type DecoderName = 'tinyh264' | 'ffmpeg' | 'libopenh264';

/** Encodes `count` random clips, the first from `seed`, and compares what each decoder makes of them byte for byte. */
export async function fuzz(
  count: number,
  seed: number,
  decoders: readonly DecoderName[] = ['tinyh264'],
): Promise<FuzzReport> {
  const decodeWithTinyH264 = await openTinyH264();
  const mismatches: string[] = [];
  let frames = 0;
  for (let index = 0; index < count; index++) {
    const clip = randomClip(seed + index);
    frames += clip.frames.length;
    const encoded = await encodeClip(clip);
    for (const decoder of decoders) {
      const difference = await differenceIn(decoder, clip, encoded, decodeWithTinyH264).catch((error: unknown) =>
        String(error),
      );
      if (difference !== undefined) mismatches.push(`${decoder}: ${describe(clip, seed + index)}: ${difference}`);
    }
  }
  return { clips: count, frames, mismatches };
}

function describe(clip: Clip, seed: number): string {
  return `seed ${seed}, ${clip.kind}, ${clip.width}x${clip.height}, quantisers ${clip.keyframeQuantiser}/${clip.frameQuantiser}`;
}

/** Where a decoder's pictures first differ from the encoder's, or undefined. */
async function differenceIn(
  decoder: DecoderName,
  clip: Clip,
  encoded: EncodedClip,
  decodeWithTinyH264: Decode,
): Promise<string | undefined> {
  if (decoder === 'tinyh264') {
    const pictures = decodeWithTinyH264(encoded.accessUnits);
    return firstDifference(encoded.reconstructions, (frame) => pictures[frame]?.i420);
  }
  const decoded = await decodeWithFfmpeg(encoded.accessUnits, decoder === 'ffmpeg' ? 'h264' : decoder);
  const pictureBytes = (clip.width * clip.height * 3) / 2;
  if (decoded.length !== pictureBytes * clip.frames.length) {
    return `${decoded.length / pictureBytes} pictures instead of ${clip.frames.length}`;
  }
  const cropped = encoded.reconstructions.map((picture) => crop(picture, encoded, clip));
  return firstDifference(cropped, (frame) => decoded.subarray(frame * pictureBytes, (frame + 1) * pictureBytes));
}

function firstDifference(
  expected: readonly Uint8Array[],
  decodedFrame: (frame: number) => Uint8Array | undefined,
): string | undefined {
  for (const [frame, picture] of expected.entries()) {
    const decoded = decodedFrame(frame);
    if (decoded === undefined || Buffer.compare(decoded, picture) !== 0) {
      const at = picture.findIndex((sample, index) => sample !== decoded?.[index]);
      return `frame ${frame} differs from sample ${at} of ${picture.length}`;
    }
  }
  return undefined;
}

/** The visible part of an I420 picture of the coded size. */
export function crop(
  picture: Uint8Array,
  coded: { readonly codedWidth: number; readonly codedHeight: number },
  visible: { readonly width: number; readonly height: number },
): Uint8Array {
  const out = new Uint8Array((visible.width * visible.height * 3) / 2);
  let from = 0;
  let to = 0;
  for (const divisor of [1, 2, 2]) {
    const stride = coded.codedWidth / divisor;
    const width = visible.width / divisor;
    for (let y = 0; y < visible.height / divisor; y++) {
      out.set(picture.subarray(from + y * stride, from + y * stride + width), to);
      to += width;
    }
    from += (coded.codedHeight / divisor) * stride;
  }
  return out;
}
