import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitNalUnits } from './annex-b.ts';
import { createOwnEncoder } from './own.ts';
import { BitReader, payloadOf } from './testing/bit-reader.ts';

async function keyframeUnits(width: number, height: number, frameRate: number): Promise<Uint8Array[]> {
  const encoder = await createOwnEncoder({ width, height, frameRate, keyframeQuantiser: 30, frameQuantiser: 30 });
  return splitNalUnits(encoder.encode({ keyframe: true }).data.slice());
}

/** Reads seq_parameter_set_data() for Baseline as 7.3.2.1.1 and E.1.1 order it. */
function readSequenceParameters(unit: Uint8Array) {
  const reader = new BitReader(payloadOf(unit));
  const flag = () => reader.bits(1) === 1;
  const profile = reader.bits(8);
  const constraints = reader.bits(8);
  const level = reader.bits(8);
  const id = reader.unsigned();
  const frameNumberBits = reader.unsigned() + 4;
  const orderCountType = reader.unsigned();
  const references = reader.unsigned();
  const gapsAllowed = flag();
  const columns = reader.unsigned() + 1;
  const rows = reader.unsigned() + 1;
  const framesOnly = flag();
  flag(); // direct_8x8_inference_flag
  const crop = flag()
    ? [reader.unsigned(), reader.unsigned(), reader.unsigned(), reader.unsigned()].map((units) => units * 2)
    : [0, 0, 0, 0];
  const hasUsability = flag();
  const hasAspect = flag();
  const hasOverscan = flag();
  const hasSignalType = flag();
  const format = reader.bits(3);
  const fullRange = flag();
  const hasColour = flag();
  const colour = [reader.bits(8), reader.bits(8), reader.bits(8)];
  const chromaLocation = flag() ? [reader.unsigned(), reader.unsigned()] : [];
  const hasTiming = flag();
  const unitsInTick = reader.bits(32);
  const timeScale = reader.bits(32);
  const fixedRate = flag();
  const decoderModels = [flag(), flag()];
  const hasPictureStructure = flag();
  const hasRestriction = flag();
  const overBoundaries = flag();
  const limits = [reader.unsigned(), reader.unsigned()];
  const motionRange = [reader.unsigned(), reader.unsigned()];
  const reorderFrames = reader.unsigned();
  const bufferedFrames = reader.unsigned();
  const stopBit = reader.bits(1);
  return {
    profile,
    constraints,
    level,
    id,
    frameNumberBits,
    orderCountType,
    references,
    gapsAllowed,
    columns,
    rows,
    framesOnly,
    crop,
    hasUsability,
    hasAspect,
    hasOverscan,
    hasSignalType,
    format,
    fullRange,
    hasColour,
    colour,
    chromaLocation,
    hasTiming,
    unitsInTick,
    timeScale,
    fixedRate,
    decoderModels,
    hasPictureStructure,
    hasRestriction,
    overBoundaries,
    limits,
    motionRange,
    reorderFrames,
    bufferedFrames,
    stopBit,
  };
}

test('1080p30 is Constrained Baseline 4.0, cropped from 1088, BT.709 limited, without reordering', async () => {
  const [sequence] = await keyframeUnits(1920, 1080, 30);
  assert.ok(sequence);
  assert.deepEqual(readSequenceParameters(sequence), {
    profile: 66,
    constraints: 0xc0,
    level: 40,
    id: 0,
    frameNumberBits: 8,
    orderCountType: 2,
    references: 1,
    gapsAllowed: false,
    columns: 120,
    rows: 68,
    framesOnly: true,
    crop: [0, 0, 0, 8],
    hasUsability: true,
    hasAspect: false,
    hasOverscan: false,
    hasSignalType: true,
    format: 5,
    fullRange: false,
    hasColour: true,
    colour: [1, 1, 1],
    chromaLocation: [1, 1],
    hasTiming: true,
    unitsInTick: 1,
    timeScale: 60,
    fixedRate: true,
    decoderModels: [false, false],
    hasPictureStructure: false,
    hasRestriction: true,
    overBoundaries: true,
    limits: [0, 0],
    motionRange: [9, 9],
    reorderFrames: 0,
    bufferedFrames: 1,
    stopBit: 1,
  });
});

test('a size that is not whole macroblocks is cropped at the right and the bottom', async () => {
  const [sequence] = await keyframeUnits(1078, 606, 25);
  assert.ok(sequence);
  const { columns, rows, crop, timeScale } = readSequenceParameters(sequence);
  assert.deepEqual([columns, rows, crop, timeScale], [68, 38, [0, 10, 0, 2], 50]);
});

test('a keyframe is sequence parameters, picture parameters and one intra slice', async () => {
  const units = await keyframeUnits(64, 64, 30);
  assert.deepEqual(
    units.map((unit) => (unit[0] ?? 0) & 31),
    [7, 8, 5],
  );
});
