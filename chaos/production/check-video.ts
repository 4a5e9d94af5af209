import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EncodedPacketSink, FilePathSource, Input, MP4 } from 'mediabunny';
import { readBoxes } from '../../src/media/mp4-boxes.ts';
import { readVideoOutput } from '../../src/pipeline/video-output.ts';
import { hashBytes, parseContentKey } from '../../src/storage/content-key.ts';
import type { FinishedJob } from './batch.ts';
import type { DrawnVideos } from './drawn-videos.ts';
import type { Stage } from './stage.ts';

const TOLERANCE_SECONDS = 1;
/** By hash: what a file is does not change. */
const seen = new Map<string, Promise<string | number>>();

/** The finished video as it lies in the bucket: whole, readable, as long as the speech, with sound, and by whom the status says. */
export async function checkVideo(
  { job, status, steps }: FinishedJob,
  { stage, drawn }: { readonly stage: Stage; readonly drawn: DrawnVideos },
): Promise<readonly string[]> {
  if (job.status !== 'completed') return [];
  const output = readVideoOutput(job.output);
  const keys = [output.video.key, output.captions.srtKey, output.captions.vttKey, output.audioKey, output.posterKey];
  const missing = keys.filter((key) => !stage.s3.objects.has(key));
  if (missing.length > 0) return missing.map((key) => `the bucket has no ${key}`);
  const bytes = stage.s3.objects.get(output.video.key)?.bytes ?? Buffer.alloc(0);
  const sha256 = hashBytes(bytes);
  const known = seen.get(sha256) ?? probe(bytes);
  seen.set(sha256, known);
  const found = await known;
  if (typeof found === 'string') return [`a finished video cannot be played: ${found}`];
  const violations: string[] = [];
  if (!(Math.abs(found - (status.duration_seconds ?? 0)) <= TOLERANCE_SECONDS)) {
    violations.push(`a finished video lasts ${found.toFixed(2)} s, its speech ${status.duration_seconds} s`);
  }
  const origin = drawn.originOf(sha256);
  const maker = steps.find(({ name }) => name === 'render')?.provider;
  if (origin === undefined) violations.push('nobody has made this video');
  else if (origin.maker !== maker) violations.push(`the video was made by ${origin.maker}, not by ${maker}`);
  else if (origin.speechSha256 !== parseContentKey(output.audioKey).sha256)
    violations.push('the video says another speech');
  return violations;
}

/** Seconds, or what is wrong. */
async function probe(bytes: Buffer): Promise<string | number> {
  const path = join(tmpdir(), `production-chaos-${randomUUID()}.mp4`);
  await writeFile(path, bytes);
  try {
    if (!(await readBoxes(path)).isWhole) return 'its end is missing';
    using input = new Input({ source: new FilePathSource(path), formats: [MP4] });
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    if (video === null || audio === null) return 'a track is missing';
    let soundSeconds = 0;
    for await (const packet of new EncodedPacketSink(audio).packets()) soundSeconds += packet.duration;
    const seconds = await video.computeDuration();
    return Math.abs(soundSeconds - seconds) <= TOLERANCE_SECONDS ? seconds : `${soundSeconds} s of sound`;
  } catch (error) {
    return String(error);
  } finally {
    await rm(path, { force: true });
  }
}
