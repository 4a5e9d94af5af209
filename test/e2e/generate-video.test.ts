import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXAMPLE_REQUEST } from '../../src/cli/example-request.ts';
import { integratedLoudnessLufs } from '../../src/media/loudness.ts';
import { truePeakDb } from '../../src/media/true-peak.ts';
import { parseWav } from '../../src/media/wav.ts';
import { checkDeliverable } from '../../src/pipeline/deliverable-check.ts';
import { launchChromium } from '../fixtures/chromium.ts';
import { decodeVideo } from '../fixtures/decoded-video.ts';
import { startServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, waitUntilOver } from '../fixtures/video-client.ts';

const FRAME_SECONDS = 1 / 30;

test('the specification’s example becomes a video that a browser plays', async (context) => {
  await withTemporaryFolder(async (folder) => {
    const server = await startServerProcess({ dataFolder: join(folder, 'data') });
    const browser = await launchChromium();
    try {
      const { videoId, statusUrl } = await postVideo(server.address, EXAMPLE_REQUEST);
      const status = await waitUntilOver(statusUrl);
      assert.equal(status.status, 'completed', status.error?.message);
      assert.equal(status.progress, 1);
      assert.equal(status.enhancement?.status, 'applied');
      assert.deepEqual(status.warnings, []);
      assert.deepEqual(
        status.steps.map(({ name, status: stepStatus, attempts }) => [name, stepStatus, attempts]),
        ['script', 'speech', 'audio', 'render', 'check', 'publish'].map((name) => [name, 'completed', 1]),
      );
      const durationSeconds = status.duration_seconds ?? 0;
      const download = async (extension: string): Promise<Uint8Array> => {
        const response = await fetch(`${server.address}/videos/${videoId}.${extension}`);
        assert.equal(response.status, 200, `${extension} answers ${response.status}`);
        return response.bytes();
      };
      const filePath = join(folder, 'video.mp4');
      await writeFile(filePath, await download('mp4'));

      await context.test('streams, size, frame count and order of the file', async () => {
        const report = await checkDeliverable(filePath, { width: 1920, height: 1080, frameRate: 30, durationSeconds });
        assert.equal(report.frameCount, Math.ceil(durationSeconds * 30 - 1e-6));
        assert.equal(report.audioSampleRateHz, 48_000);
      });

      const wav = parseWav(await download('wav'));
      // Lower face and mouth: it must move while she speaks.
      const region = { x: 1180, y: 440, width: 180, height: 110 };
      const timesSeconds = Array.from({ length: 24 }, (_, index) => 0.5 + index * 0.1).filter(
        (time) => time < durationSeconds - 1,
      );
      const decoded = await decodeVideo(browser, filePath, { timesSeconds, region });

      await context.test('length and picture size as the browser sees them', () => {
        assert.deepEqual([decoded.width, decoded.height], [1920, 1080]);
        assert.ok(Math.abs(decoded.durationSeconds - durationSeconds) <= FRAME_SECONDS + 0.022);
      });

      await context.test('the decoded sound is -16 LUFS within 0.5 and peaks at most at -1 dBTP', () => {
        const sound = { samples: decoded.samples, sampleRateHz: 48_000 };
        const loudness = integratedLoudnessLufs(sound);
        assert.ok(Math.abs(loudness - -16) <= 0.5, `The MP4 has ${loudness.toFixed(2)} LUFS.`);
        const wavLoudness = integratedLoudnessLufs(wav);
        assert.ok(Math.abs(wavLoudness - -16) <= 0.5, `The WAV has ${wavLoudness.toFixed(2)} LUFS.`);
        assert.ok(truePeakDb(wav) <= -0.95, `The WAV peaks at ${truePeakDb(wav).toFixed(2)} dBTP.`);
        // AAC may overshoot what it was given by a few tenths of a decibel.
        assert.ok(truePeakDb(sound) <= -0.5, `The MP4 peaks at ${truePeakDb(sound).toFixed(2)} dBTP.`);
      });

      await context.test('the decoded sound is the speech, at the same time', () => {
        const lagSamples = lagOf(decoded.samples, upsample(wav.samples));
        assert.ok(Math.abs(lagSamples) / 48_000 <= 0.005, `The sound in the MP4 is ${lagSamples} samples late.`);
      });

      await context.test('the mouth moves while she speaks', () => {
        const [low, high] = [Math.min(...decoded.lumas), Math.max(...decoded.lumas)];
        assert.ok(high - low > 3, `The luma of the mouth spans only ${(high - low).toFixed(2)}.`);
      });

      await context.test('captions carry the words as they were written', async () => {
        const [srt, vtt] = [
          new TextDecoder().decode(await download('srt')),
          new TextDecoder().decode(await download('vtt')),
        ];
        assert.match(vtt, /^WEBVTT\n/);
        for (const captions of [srt, vtt]) assert.match(captions.replaceAll('\n', ' '), /Welcome!.*VibeVoice\./);
      });

      await context.test('the poster is a PNG in the frame’s proportions', async () => {
        const poster = Buffer.from(await download('png'));
        assert.equal(poster.toString('latin1', 1, 4), 'PNG');
        assert.deepEqual([poster.readUInt32BE(16), poster.readUInt32BE(20)], [1280, 720]);
      });

      assert.equal(await server.stop(), 0);
    } finally {
      await browser.close();
      await server.kill();
    }
  });
});

/** Linear is enough: only the time of the best match is asked for. */
function upsample(samples: Float32Array): Float32Array {
  return Float32Array.from({ length: samples.length * 2 }, (_, index) => {
    const position = index / 2;
    const left = samples[Math.floor(position)] ?? 0;
    return left + ((samples[Math.ceil(position)] ?? left) - left) * (position % 1);
  });
}

/** By how many samples `signal` is behind `reference`, from their cross-correlation within 60 ms. */
function lagOf(signal: Float32Array, reference: Float32Array): number {
  const reach = 2_880;
  const length = Math.min(signal.length, reference.length) - 2 * reach;
  let best = { lag: 0, correlation: -Infinity };
  for (let lag = -reach; lag <= reach; lag += 8) {
    let correlation = 0;
    for (let index = reach; index < reach + length; index += 3) {
      correlation += (signal[index + lag] ?? 0) * (reference[index] ?? 0);
    }
    if (correlation > best.correlation) best = { lag, correlation };
  }
  return best.lag;
}
