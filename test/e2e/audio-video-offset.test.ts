import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createOwnEncoder } from '../../src/engine/render/encoders/own.ts';
import { createMp4Writer, OUTPUT_SAMPLE_RATE_HZ } from '../../src/engine/render/mp4-writer.ts';
import { createSegmentRenderer } from '../../src/engine/render/segment-renderer.ts';
import type { Scene } from '../../src/engine/scene/scene.ts';
import { launchChromium } from '../fixtures/chromium.ts';
import { decodeVideo } from '../fixtures/decoded-video.ts';

const FRAME_RATE = 30;
const FRAME_COUNT = 60;
const CLAP_FRAME = 37;
const WIDTH = 320;
const HEIGHT = 180;

/** A clap: the picture turns white at the start of one frame, and the sound has its click at the same moment. */
const clapScene: Scene = {
  width: WIDTH,
  height: HEIGHT,
  frameRate: FRAME_RATE,
  frameCount: FRAME_COUNT,
  changedRectangles: () => [{ x: 0, y: 0, width: WIDTH, height: HEIGHT }],
  draw(context, frameIndex) {
    context.fillStyle = frameIndex < CLAP_FRAME ? '#000000' : '#ffffff';
    context.fillRect(0, 0, WIDTH, HEIGHT);
  },
  mouthAperture: () => 0,
};

function clapSound(): Float32Array {
  const samples = new Float32Array((FRAME_COUNT / FRAME_RATE) * OUTPUT_SAMPLE_RATE_HZ);
  const first = Math.round((CLAP_FRAME / FRAME_RATE) * OUTPUT_SAMPLE_RATE_HZ);
  // A decaying 2 kHz tone: AAC keeps its onset sharper than that of a single sample.
  for (let index = 0; index < 2_400; index++) {
    samples[first + index] =
      0.8 * Math.exp(-index / 400) * Math.sin((2 * Math.PI * 2_000 * index) / OUTPUT_SAMPLE_RATE_HZ);
  }
  return samples;
}

test('picture and sound of a clap are heard and seen at the same time, within a frame', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clap-'));
  const browser = await launchChromium();
  try {
    const filePath = join(folder, 'clap.mp4');
    const encoder = await createOwnEncoder({
      width: WIDTH,
      height: HEIGHT,
      frameRate: FRAME_RATE,
      keyframeQuantiser: 15,
      frameQuantiser: 21,
    });
    const writer = await createMp4Writer({
      filePath,
      width: WIDTH,
      height: HEIGHT,
      frameRate: FRAME_RATE,
      title: 'Clap',
    });
    const segment = { index: 0, firstFrame: 0, endFrame: FRAME_COUNT };
    const encoded = await createSegmentRenderer(clapScene, encoder).render(segment, () => true);
    assert.ok(encoded);
    await Promise.all([
      writer.addSegment(encoded),
      writer.addSpeech({ samples: clapSound(), sampleRateHz: OUTPUT_SAMPLE_RATE_HZ }, new AbortController().signal),
    ]);
    await writer.finish();

    const timesSeconds = Array.from({ length: FRAME_COUNT }, (_, frame) => (frame + 0.5) / FRAME_RATE);
    const decoded = await decodeVideo(browser, filePath, { timesSeconds });
    const seenAtSeconds = decoded.lumas.findIndex((luma) => luma > 128) / FRAME_RATE;
    const heardAtSeconds = decoded.samples.findIndex((sample) => Math.abs(sample) > 0.1) / OUTPUT_SAMPLE_RATE_HZ;
    assert.equal(seenAtSeconds, CLAP_FRAME / FRAME_RATE);
    const offsetSeconds = heardAtSeconds - seenAtSeconds;
    assert.ok(
      Math.abs(offsetSeconds) < 0.005,
      `The sound is ${(offsetSeconds * 1000).toFixed(1)} ms after the picture.`,
    );
    assert.equal(decoded.width, WIDTH);
    assert.equal(decoded.height, HEIGHT);
    assert.ok(Math.abs(decoded.durationSeconds - FRAME_COUNT / FRAME_RATE) < 1 / FRAME_RATE);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
});
