import { execFile, spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withTemporaryFolder } from '../test/fixtures/temporary-folder.ts';
import type { BenchResult, BenchRow } from './bench-result.ts';
import { speakClip, writeClip } from './support/clip.ts';
import { median } from './support/median.ts';

const execute = promisify(execFile);
const TARGET_TIMES_REALTIME = 4;
const TARGET_PEAK_MIB = 600;

/**
 * A 1080p30 clip with sound, from the start of a process to its exit: drawing, encoding, AAC, MP4 and poster. Paired with
 * ffmpeg's fastest x264 preset on the same pictures as ready raw frames, where ffmpeg is installed.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const seconds = quick ? 10 : 30;
  const rounds = quick ? 2 : 5;
  const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
  return withTemporaryFolder(async (folder) => {
    await writeClip(await speakClip(seconds), folder);
    const rows: BenchRow[] = [];
    const measured: { timesRealtime: number; peakMib: number; ratio: number }[] = [];
    for (let round = 1; round <= rounds; round++) {
      const { wallSeconds, peakMib } = await renderOnce(folder);
      if (round === 1 && hasFfmpeg) await decodeToRawFrames(folder);
      const ffmpegSeconds = hasFfmpeg ? await encodeWithFfmpeg(folder) : Number.NaN;
      const timesRealtime = seconds / wallSeconds;
      measured.push({ timesRealtime, peakMib, ratio: wallSeconds / ffmpegSeconds });
      rows.push({
        round,
        wallSeconds: Number(wallSeconds.toFixed(2)),
        timesRealtime: Number(timesRealtime.toFixed(2)),
        peakMib,
        ...(hasFfmpeg && {
          ffmpegSeconds: Number(ffmpegSeconds.toFixed(2)),
          oursToFfmpeg: Number((wallSeconds / ffmpegSeconds).toFixed(2)),
        }),
      });
    }
    const timesRealtime = Number(median(measured.map((round) => round.timesRealtime)).toFixed(2));
    const peakMib = Math.max(...measured.map((round) => round.peakMib));
    const { size } = await stat(join(folder, 'video.mp4'));
    return {
      name: 'engine',
      rows,
      figures: {
        clipSeconds: seconds,
        timesRealtime,
        peakMib,
        kilobitsPerSecond: Math.round((size * 8) / seconds / 1000),
        ...(hasFfmpeg && { oursToFfmpegUltrafast: Number(median(measured.map(({ ratio }) => ratio)).toFixed(2)) }),
      },
      targets: { timesRealtime: `>= ${TARGET_TIMES_REALTIME}`, peakMib: `<= ${TARGET_PEAK_MIB}` },
      pass: timesRealtime >= TARGET_TIMES_REALTIME && peakMib <= TARGET_PEAK_MIB,
      ...(!hasFfmpeg && { skipped: ['the comparison with ffmpeg: ffmpeg is not on the PATH'] }),
    };
  });
}

async function renderOnce(folder: string): Promise<{ readonly wallSeconds: number; readonly peakMib: number }> {
  const startedAt = performance.now();
  const { stdout } = await execute(process.execPath, [join(import.meta.dirname, 'support/render-clip.ts'), folder]);
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const { peakBytes } = JSON.parse(stdout) as { peakBytes: number };
  return { wallSeconds, peakMib: Math.round(peakBytes / 2 ** 20) };
}

async function decodeToRawFrames(folder: string): Promise<void> {
  const [video, raw] = [join(folder, 'video.mp4'), join(folder, 'raw.yuv')];
  await execute('ffmpeg', ['-v', 'error', '-y', '-i', video, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', raw]);
}

async function encodeWithFfmpeg(folder: string): Promise<number> {
  const picture = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'yuv420p',
    '-s',
    '1920x1080',
    '-r',
    '30',
    '-i',
    join(folder, 'raw.yuv'),
  ];
  const coding = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-crf',
    '23',
    '-c:a',
    'aac',
    '-ar',
    '48000',
    '-b:a',
    '96k',
  ];
  const startedAt = performance.now();
  await execute('ffmpeg', [
    '-v',
    'error',
    '-y',
    ...picture,
    '-i',
    join(folder, 'speech.wav'),
    ...coding,
    '-movflags',
    '+faststart',
    join(folder, 'ffmpeg.mp4'),
  ]);
  return (performance.now() - startedAt) / 1000;
}
