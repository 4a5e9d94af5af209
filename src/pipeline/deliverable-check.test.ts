import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createOwnEncoder } from '../engine/render/encoders/own.ts';
import { createMp4Writer, OUTPUT_SAMPLE_RATE_HZ } from '../engine/render/mp4-writer.ts';
import { checkDeliverable } from './deliverable-check.ts';

const FRAME_COUNT = 30;
const ORDER = { width: 64, height: 48, frameRate: 30, durationSeconds: 1 };
const folder = mkdtempSync(join(tmpdir(), 'deliverable-'));
const good = join(folder, 'good.mp4');

before(async () => {
  const encoder = await createOwnEncoder({ ...ORDER, keyframeQuantiser: 15, frameQuantiser: 21 });
  encoder.paint(new Uint8Array(64 * 48 * 4).fill(128), { x: 0, y: 0, width: 64, height: 48 });
  const pictures = Array.from({ length: FRAME_COUNT }, (_, frame) =>
    encoder.encode({ keyframe: frame === 0 }).data.slice(),
  );
  const writer = await createMp4Writer({ ...ORDER, filePath: good, title: 'Good' });
  const frameBytes = pictures.map(({ byteLength }) => byteLength);
  const data = Uint8Array.from(Buffer.concat(pictures));
  await writer.addSegment({ index: 0, firstFrame: 0, data, frameBytes });
  const samples = new Float32Array(OUTPUT_SAMPLE_RATE_HZ);
  await writer.addSpeech({ samples, sampleRateHz: OUTPUT_SAMPLE_RATE_HZ }, new AbortController().signal);
  await writer.finish();
});
after(() => rmSync(folder, { recursive: true }));

/** Writes the good file's picture again without sound, `moov` first or last. */
async function rewrite(name: string, options: { readonly faststart: boolean }): Promise<string> {
  const filePath = join(folder, name);
  const fastStart = options.faststart ? 'in-memory' : false;
  const output = new Output({ format: new Mp4OutputFormat({ fastStart }), target: new FilePathTarget(filePath) });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source);
  await output.start();
  using input = new Input({ source: new FilePathSource(good), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  assert.ok(track);
  const decoderConfig = await track.getDecoderConfig();
  assert.ok(decoderConfig);
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const { data, type, timestamp, duration } = packet;
    await source.add(new EncodedPacket(data, type, timestamp, duration), { decoderConfig });
  }
  await output.finalize();
  return filePath;
}

async function faultsOf(filePath: string, order = ORDER): Promise<string> {
  try {
    await checkDeliverable(filePath, order);
    return '';
  } catch (error) {
    assert.equal((error as { kind: string }).kind, 'protocol', String(error));
    return (error as Error).message;
  }
}

test('a file that is what was ordered is reported as it is', async () => {
  assert.deepEqual(await checkDeliverable(good, ORDER), {
    durationSeconds: 1,
    width: 64,
    height: 48,
    frameCount: 30,
    audioSampleRateHz: 48_000,
  });
});

test('another size, length or frame rate than ordered is a fault, with both values', async () => {
  assert.match(await faultsOf(good, { ...ORDER, width: 1920 }), /picture is 64x48, not 1920x48/);
  assert.match(await faultsOf(good, { ...ORDER, durationSeconds: 1.2 }), /video lasts 1\.000 s, not 1\.200 s/);
  assert.match(await faultsOf(good, { ...ORDER, frameRate: 25 }), /30 frames, not 25/);
});

test('a length within a frame and an AAC packet is not a fault', async () => {
  assert.equal(await faultsOf(good, { ...ORDER, durationSeconds: 0.98 }), '');
});

test('no sound, and moov behind mdat, are faults', async () => {
  assert.match(await faultsOf(await rewrite('silent.mp4', { faststart: true })), /no audio/);
  assert.match(
    await faultsOf(await rewrite('slow.mp4', { faststart: false })),
    /moov does not come before mdat|no audio/,
  );
});

test('a file that is cut, empty or something else is a fault and not a crash', async () => {
  const bytes = await readFile(good);
  for (const length of [0, 7, 100, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const cut = join(folder, `cut-${length}.mp4`);
    await writeFile(cut, bytes);
    await truncate(cut, length);
    assert.notEqual(await faultsOf(cut), '', `${length} bytes`);
  }
  const other = join(folder, 'other.mp4');
  await writeFile(other, 'this is no video at all, whatever its name says');
  assert.match(await faultsOf(other), /not what was ordered/);
});
