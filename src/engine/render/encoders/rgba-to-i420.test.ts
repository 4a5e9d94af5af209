import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createOwnEncoder } from './own.ts';
import { readPicture } from './testing/encode-clip.ts';
import { seededRandom } from './testing/random.ts';

const options = { frameRate: 30, keyframeQuantiser: 30, frameQuantiser: 30 };

/** BT.709, limited range, in real numbers: Kr = 0.2126, Kb = 0.0722 (ITU-R BT.709-6, items 3.2 and 4.5). */
function exactSamples(red: number, green: number, blue: number): readonly [number, number, number] {
  const luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return [
    16 + (219 / 255) * luma,
    128 + ((224 / 255) * (blue - luma)) / 1.8556,
    128 + ((224 / 255) * (red - luma)) / 1.5748,
  ];
}

test('each sample is within one unit of the BT.709 limited value', async () => {
  const encoder = await createOwnEncoder({ ...options, width: 16, height: 16 });
  const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
  fc.assert(
    fc.property(colour, ([red, green, blue]) => {
      const rgba = Uint8Array.from({ length: 16 * 16 * 4 }, (_, index) => [red, green, blue, 255][index % 4] ?? 0);
      encoder.paint(rgba, { x: 0, y: 0, width: 16, height: 16 });
      const picture = readPicture(encoder, 'source');
      const [luma, cb, cr] = exactSamples(red, green, blue);
      for (const [at, expected] of [
        [0, luma],
        [256, cb],
        [320, cr],
      ] as const) {
        assert.ok(Math.abs((picture[at] ?? 0) - expected) <= 1, `sample ${picture[at]}, exact ${expected}`);
      }
    }),
    { numRuns: 1000 },
  );
});

test('black, white and greys have the samples that the standard names', async () => {
  const encoder = await createOwnEncoder({ ...options, width: 16, height: 16 });
  for (const [grey, luma] of [
    [0, 16],
    [255, 235],
    [128, 126],
  ] as const) {
    const rgba = Uint8Array.from({ length: 1024 }, (_, index) => (index % 4 === 3 ? 255 : grey));
    encoder.paint(rgba, { x: 0, y: 0, width: 16, height: 16 });
    const picture = readPicture(encoder, 'source');
    assert.deepEqual([picture[0], picture[256], picture[320]], [luma, 128, 128]);
  }
});

test('a picture painted in pieces of any size equals one painted at once, out to the coded size', async () => {
  const width = 86;
  const height = 58;
  const random = seededRandom(3);
  const rgba = Uint8Array.from({ length: width * height * 4 }, () => random() * 256);
  const atOnce = await createOwnEncoder({ ...options, width, height });
  atOnce.paint(rgba, { x: 0, y: 0, width, height });
  for (const [pieceWidth, pieceHeight] of [
    [2, 2],
    [6, 4],
    [10, 58],
    [86, 2],
    [30, 14],
  ] as const) {
    const inPieces = await createOwnEncoder({ ...options, width, height });
    for (let y = 0; y < height; y += pieceHeight) {
      for (let x = 0; x < width; x += pieceWidth) {
        const area = { x, y, width: Math.min(pieceWidth, width - x), height: Math.min(pieceHeight, height - y) };
        const piece = new Uint8Array(area.width * area.height * 4);
        for (let row = 0; row < area.height; row++) {
          const from = ((y + row) * width + x) * 4;
          piece.set(rgba.subarray(from, from + area.width * 4), row * area.width * 4);
        }
        inPieces.paint(piece, area);
      }
    }
    assert.deepEqual(readPicture(inPieces, 'source'), readPicture(atOnce, 'source'), `${pieceWidth}x${pieceHeight}`);
  }
});

test('painting what is there already changes nothing', async () => {
  const random = seededRandom(4);
  const rgba = Uint8Array.from({ length: 64 * 64 * 4 }, () => random() * 256);
  const encoder = await createOwnEncoder({ ...options, width: 64, height: 64 });
  encoder.paint(rgba, { x: 0, y: 0, width: 64, height: 64 });
  encoder.encode({ keyframe: true });
  encoder.paint(rgba, { x: 0, y: 0, width: 64, height: 64 });
  assert.ok(encoder.encode({ keyframe: false }).data.length < 16);
});

test('a change on either side of a macroblock border is coded, wherever the rectangle begins', async () => {
  const encoder = await createOwnEncoder({ ...options, width: 64, height: 16 });
  const white = (width: number) => new Uint8Array(width * 16 * 4).fill(255);
  for (let x = 2; x <= 32; x += 2) {
    encoder.paint(new Uint8Array(64 * 16 * 4), { x: 0, y: 0, width: 64, height: 16 });
    encoder.encode({ keyframe: true });
    const rgba = new Uint8Array(32 * 16 * 4);
    // Only the last two columns of the rectangle are lit.
    for (let row = 0; row < 16; row++) rgba.set(white(2).subarray(0, 8), (row * 32 + 30) * 4);
    encoder.paint(rgba, { x, y: 0, width: 32, height: 16 });
    encoder.encode({ keyframe: false });
    const luma = readPicture(encoder, 'reconstruction')[x + 31] ?? 0;
    assert.ok(luma > 180, `luma ${luma} at ${x + 31}`);
  }
});
