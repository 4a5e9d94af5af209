import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { RenderPool } from '../../src/engine/render/render-pool.ts';
import { renderVideo } from '../../src/engine/render/render-video.ts';
import type { SceneBrief } from '../../src/engine/scene/brief.ts';
import { computeEnergy } from '../../src/media/energy.ts';
import { parseWav } from '../../src/media/wav.ts';

/** The process that `bench engine` times: reads a clip, renders it, and prints its peak memory. */
const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: render-clip.ts <folder with scene.json and speech.wav>');
const pool = new RenderPool({ workerCount: availableParallelism() });
pool.warmUp();
const speech = parseWav(await readFile(join(folder, 'speech.wav')));
const scene = JSON.parse(await readFile(join(folder, 'scene.json'), 'utf8')) as Omit<SceneBrief, 'energy'>;
const { frameCount } = await renderVideo({
  pool,
  scene: { ...scene, energy: computeEnergy(speech) },
  speech,
  videoPath: join(folder, 'video.mp4'),
  posterPath: join(folder, 'poster.png'),
  posterFrame: 60,
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
await pool.close();
console.log(JSON.stringify({ frameCount, peakBytes: process.resourceUsage().maxRSS * 1024 }));
