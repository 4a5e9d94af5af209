import { spawn, spawnSync } from 'node:child_process';

/** Why ffmpeg cannot be used here, or undefined when it can. */
export function ffmpegUnavailable(): string | undefined {
  const { error, status } = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' });
  return error === undefined && status === 0 ? undefined : 'ffmpeg is not on the PATH';
}

/** Decodes an Annex B stream to cropped I420 pictures, one after another. Throws what ffmpeg prints, warnings included. */
export async function decodeWithFfmpeg(accessUnits: readonly Uint8Array[], decoder = 'h264'): Promise<Uint8Array> {
  // Without unaligned the left crop may be rounded; passthrough keeps every frame once.
  const input = ['-v', 'warning', '-flags', 'unaligned', '-c:v', decoder, '-f', 'h264', '-i', 'pipe:0'];
  const child = spawn('ffmpeg', [...input, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1']);
  const out: Buffer[] = [];
  const messages: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(Buffer.concat(accessUnits));
  const status = await closed;
  const message = Buffer.concat(messages).toString().trim();
  if (status !== 0 || message !== '') throw new Error(`ffmpeg ended with ${status}: ${message}`);
  return Buffer.concat(out);
}
