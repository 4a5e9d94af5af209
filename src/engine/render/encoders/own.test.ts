import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { splitNalUnits } from './annex-b.ts';
import type { H264Encoder } from './h264-encoder.ts';
import { createOwnEncoder, loadEncoderModule } from './own.ts';
import { encodeClip, readPicture } from './testing/encode-clip.ts';
import { ffmpegUnavailable } from './testing/ffmpeg-decoder.ts';
import { fuzz } from './testing/fuzz-encoder.ts';
import { randomClip } from './testing/random-clip.ts';
import { seededRandom } from './testing/random.ts';
import { decodeWithTinyH264 } from './testing/tinyh264-decoder.ts';

const OPTIONS = { width: 160, height: 96, frameRate: 30, keyframeQuantiser: 18, frameQuantiser: 24 };
/** The exports under the checks of the port, which refuses quantisers below 12. */
type EncoderCore = {
  encode(keyframe: boolean, quantiser: number, raised: boolean): number;
  outputAddress(): number;
};

const WHOLE = { x: 0, y: 0, width: 160, height: 96 };

function noise(seed: number, { width, height }: { width: number; height: number }): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: width * height * 4 }, (_, index) => (index % 4 === 3 ? 255 : random() * 256));
}

describe('decoders reconstruct what the encoder does, byte for byte', () => {
  test('tinyh264, 100 random clips', async () => {
    const report = await fuzz(100, 1, ['tinyh264']);
    assert.deepEqual(report.mismatches, []);
    assert.ok(report.frames > 300);
  });

  test('FFmpeg, 10 random clips with their cropping', { skip: ffmpegUnavailable() ?? false }, async () => {
    const report = await fuzz(10, 7000, ['ffmpeg']);
    assert.deepEqual(report.mismatches, []);
  });

  test('motion out of the picture at every edge', async () => {
    const encoder = await createOwnEncoder(OPTIONS);
    const tile = noise(5, { width: 64, height: 64 });
    const accessUnits: Uint8Array[] = [];
    const reconstructions: Uint8Array[] = [];
    for (let time = 0; time < 12; time++) {
      const rgba = new Uint8Array(160 * 96 * 4);
      for (let y = 0; y < 96; y++) {
        for (let x = 0; x < 160; x++) {
          // Smooth enough to follow, moving towards all four corners in turn.
          const column = Math.abs(x + [3, -5, 3, -7][time % 4]! * time) >> 2;
          const row = Math.abs(y + [5, 3, -7, -3][time % 4]! * time) >> 2;
          const from = ((row % 64) * 64 + (column % 64)) * 4;
          rgba.set(tile.subarray(from, from + 4), (y * 160 + x) * 4);
        }
      }
      encoder.paint(rgba, WHOLE);
      accessUnits.push(encoder.encode({ keyframe: time === 0 }).data.slice());
      reconstructions.push(readPicture(encoder, 'reconstruction'));
    }
    const decoded = await decodeWithTinyH264(accessUnits);
    for (const [frame, { i420 }] of decoded.entries()) assert.deepEqual(i420, reconstructions[frame], `frame ${frame}`);
  });
});

test('a frame with nothing painted is one skip run, and decodes to the picture before it', async () => {
  const encoder = await createOwnEncoder(OPTIONS);
  encoder.paint(noise(1, WHOLE), WHOLE);
  const accessUnits = [encoder.encode({ keyframe: true }).data.slice()];
  for (let frame = 0; frame < 3; frame++) {
    const { data, isKeyframe } = encoder.encode({ keyframe: false });
    assert.equal(isKeyframe, false);
    assert.ok(data.length <= 12, `${data.length} bytes`);
    accessUnits.push(data.slice());
  }
  const decoded = await decodeWithTinyH264(accessUnits);
  for (const { i420 } of decoded.slice(1)) assert.deepEqual(i420, decoded[0]?.i420);
});

test('a group of pictures has the same bytes whatever the encoder did before, a storm included', async () => {
  const options = { ...OPTIONS, width: 320, height: 192, frameQuantiser: 12 };
  const whole = { x: 0, y: 0, width: 320, height: 192 };
  function encodeGroup(encoder: H264Encoder): Uint8Array[] {
    encoder.paint(noise(2, whole), whole);
    const frames = [encoder.encode({ keyframe: true }).data.slice()];
    for (let time = 0; time < 4; time++) {
      encoder.paint(noise(20 + time, { width: 32, height: 32 }), { x: 16 * time, y: 20, width: 32, height: 32 });
      frames.push(encoder.encode({ keyframe: false }).data.slice());
    }
    return frames;
  }
  const fresh = await createOwnEncoder(options);
  const used = await createOwnEncoder(options);
  for (let time = 0; time < 12; time++) {
    used.paint(noise(50 + time, whole), whole);
    used.encode({ keyframe: time === 0 });
  }
  const group = encodeGroup(fresh);
  assert.deepEqual(encodeGroup(used), group);
  assert.equal((await decodeWithTinyH264(group)).length, 5);
});

test('the same input gives the same bytes', async () => {
  const clip = randomClip(11);
  assert.deepEqual(await encodeClip(clip), await encodeClip(clip));
});

test('below the quantisers that are offered, what CAVLC cannot carry is sent as samples', async () => {
  // At quantisers 0..11 full-contrast noise needs more than 3200 bits a macroblock, and a jump from black to white levels
  // beyond any Baseline code, whose raw macroblocks still count as full in the context of their flat neighbours.
  const isLit: readonly ((x: number, y: number, random: () => number) => boolean)[] = [
    (x, _y, random) => (x > 80 ? (x >> 4) % 3 === 0 : random() < 0.5),
    (x, y) => ((x * 5 + y * 3) >> 6) % 2 === 1,
    (x, y) => (x + y) % 2 === 1,
    (_x, _y, random) => random() < 0.5,
  ];
  for (let quantiser = 0; quantiser < 12; quantiser++) {
    const encoder = await createOwnEncoder(OPTIONS);
    const core = encoder.instance.exports as unknown as EncoderCore;
    const random = seededRandom(quantiser);
    const accessUnits: Uint8Array[] = [];
    const reconstructions: Uint8Array[] = [];
    for (const [time, lit] of isLit.entries()) {
      const rgba = new Uint8Array(160 * 96 * 4);
      for (let pixel = 0; pixel < 160 * 96; pixel++) {
        if (lit(pixel % 160, Math.floor(pixel / 160), random)) rgba.fill(255, pixel * 4, pixel * 4 + 4);
      }
      encoder.paint(rgba, WHOLE);
      const byteCount = core.encode(time === 0, quantiser, false);
      assert.ok(byteCount < 60 * 400 + 200, `${byteCount} bytes`);
      accessUnits.push(new Uint8Array(encoder.memory.buffer, core.outputAddress(), byteCount).slice());
      reconstructions.push(readPicture(encoder, 'reconstruction'));
    }
    for (const [frame, { i420 }] of (await decodeWithTinyH264(accessUnits)).entries()) {
      assert.deepEqual(i420, reconstructions[frame], `quantiser ${quantiser}, frame ${frame}`);
    }
  }
});

test('successive keyframes differ in their identity, as 7.4.3 asks', async () => {
  const encoder = await createOwnEncoder(OPTIONS);
  const slices = [0, 1].map(() => splitNalUnits(encoder.encode({ keyframe: true }).data.slice())[2]);
  assert.notDeepEqual(slices[0], slices[1]);
});

describe('bad input is refused with the rule and the value', () => {
  const refused = { code: 'invalid_encoder_options', kind: 'invalid_input' };
  for (const [name, change, message] of [
    ['odd width', { width: 161 }, /width must be an even whole number.*161/],
    ['no height', { height: 0 }, /height must be.*0/],
    ['quantiser below 12', { keyframeQuantiser: 11 }, /keyframeQuantiser.*12 to 51.*11/],
    ['fractional quantiser', { frameQuantiser: 20.5 }, /frameQuantiser.*20\.5/],
    ['no frame rate', { frameRate: 0 }, /frameRate must be above 0.*0/],
    ['not a frame rate', { frameRate: Number.NaN }, /frameRate.*NaN/],
  ] as const) {
    test(name, async () => {
      await assert.rejects(createOwnEncoder({ ...OPTIONS, ...change }), { ...refused, message });
    });
  }

  test('rectangles outside, odd, empty, or of another size than their pixels', async () => {
    const encoder = await createOwnEncoder(OPTIONS);
    const pixels = new Uint8Array(16 * 16 * 4);
    const square = { x: 0, y: 0, width: 16, height: 16 };
    for (const change of [{ x: 146 }, { y: -2 }, { x: 1 }, { width: 0 }, { height: 18 }, { y: Number.NaN }]) {
      assert.throws(() => encoder.paint(pixels, { ...square, ...change }), refused, JSON.stringify(change));
    }
    encoder.paint(pixels, square);
  });

  test('a stream that does not begin with a keyframe', async () => {
    const encoder = await createOwnEncoder(OPTIONS);
    assert.throws(() => encoder.encode({ keyframe: false }), { ...refused, message: /must be a keyframe/ });
  });

  test('a missing module, with what builds it', async () => {
    const missing = new URL('no-such.wasm', import.meta.url);
    await assert.rejects(loadEncoderModule(missing), { code: 'encoder_asset_missing', message: /npm run prepare/ });
  });
});

test('the codec string names profile and level', async () => {
  assert.equal((await createOwnEncoder({ ...OPTIONS, width: 1920, height: 1080 })).codec, 'avc1.42C028');
});
