import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { parseWav } from '../media/wav.ts';
import { startHeyGenSimulator, type HeyGenSimulator } from '../simulators/heygen.ts';
import type { SimulatedClip } from '../simulators/heygen/videos.ts';
import type { PresenterBrief, VideoProvider } from '../video/video-provider.ts';

const API_KEY = 'simulated-heygen-key';
const KEPT_REQUESTS = 100;
const RENDER_SECONDS = 2;
const LOOK_MILLISECONDS = 50;

/** A simulated account of HeyGen whose videos are drawn by our engine from the speech alone. */
export async function startSimulatedHeyGen(options: {
  readonly clock: Clock;
  readonly engine: VideoProvider;
  /** For files on their way. */
  readonly folder: string;
  /** A free one without it. */
  readonly port?: number | undefined;
  /** From the request to the finished video, at least; 2 unless given. */
  readonly renderSeconds?: number;
}): Promise<{ readonly baseUrl: string; readonly apiKey: string; readonly simulator: HeyGenSimulator }> {
  const { clock, engine, folder, port, renderSeconds = RENDER_SECONDS } = options;
  const simulator = await startHeyGenSimulator({
    port,
    clip: createClip(engine, folder),
    clock,
    apiKey: API_KEY,
    lookIds: ['simulated-look'],
    renderSeconds,
    keptRequests: KEPT_REQUESTS,
  });
  return { baseUrl: simulator.url, apiKey: API_KEY, simulator };
}

function createClip(engine: VideoProvider, folder: string): SimulatedClip {
  return async ({ wav, title }, signal) => {
    const outputFolder = await mkdtemp(join(folder, 'simulated-heygen-'));
    try {
      const brief: PresenterBrief = {
        videoId: 'simulated',
        template: 'presenter1',
        presenter: 'amara',
        avatarId: null,
        // Another shape would be drawn the same.
        aspectRatio: '16:9',
        background: null,
        language: 'en',
        title: title.split(' · ')[0] ?? '',
        captions: { burned: false, style: 'highlight' },
        captionWords: [],
        captionGroups: [],
        seed: 1,
        speech: parseWav(wav),
        alignment: { words: [], phonemes: [] },
      };
      const operation = await engine.start(brief, { signal, idempotencyKey: randomUUID(), outputFolder });
      for (;;) {
        const status = await engine.status(operation, { signal });
        if (status.state === 'failed') throw status.error;
        if (status.state === 'completed') break;
        await wait(LOOK_MILLISECONDS, undefined, { signal });
      }
      const files = await engine.fetch(operation, { signal, outputFolder });
      await engine.cancel(operation);
      const [video, thumbnail] = await Promise.all([readFile(files.videoPath), readFile(files.posterPath)]);
      return { video, thumbnail };
    } finally {
      await rm(outputFolder, { recursive: true, force: true });
    }
  };
}
