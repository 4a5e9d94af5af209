import { parentPort } from 'node:worker_threads';
import { createScene } from '../scene/create-scene.ts';
import type { SceneBrief } from '../scene/brief.ts';
import { createOwnEncoder } from './encoders/own.ts';
import { FINISHED_FRAMES, GIVE_UP, type FromRenderWorker, type ToRenderWorker } from './render-messages.ts';
import { registerFonts } from './fonts.ts';
import { createSegmentRenderer } from './segment-renderer.ts';
import { skiaCanvasHost } from './skia-canvas-host.ts';
import { FRAME_QUANTISER, KEYFRAME_QUANTISER } from './quality.ts';

if (parentPort === null) throw new Error('render-worker.ts runs only as a worker thread of the render pool.');
const port = parentPort;

let current: { renderId: number; renderer: ReturnType<typeof createSegmentRenderer> } | undefined;
let queue: Promise<void> = Promise.resolve();

port.on('message', (message: ToRenderWorker) => {
  queue = queue.then(() => handle(message));
});

async function handle(message: ToRenderWorker): Promise<void> {
  const { renderId, brief, segment, counters } = message;
  try {
    if (brief !== undefined) current = { renderId, renderer: await open(brief) };
    if (current?.renderId !== renderId) throw new Error(`Segment of render ${renderId} arrived before its brief.`);
    const encoded = await current.renderer.render(segment, () => {
      Atomics.add(counters, FINISHED_FRAMES, 1);
      return Atomics.load(counters, GIVE_UP) === 0;
    });
    if (encoded === undefined) send({ type: 'given_up', renderId });
    else send({ type: 'segment', renderId, segment: encoded }, [encoded.data.buffer]);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    send({ type: 'failed', renderId, message: error.message, stack: error.stack ?? '' });
  }
}

function send(message: FromRenderWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function open(brief: SceneBrief): Promise<ReturnType<typeof createSegmentRenderer>> {
  registerFonts(textOf(brief));
  const scene = createScene(brief, skiaCanvasHost);
  const encoder = await createOwnEncoder({
    width: scene.width,
    height: scene.height,
    frameRate: scene.frameRate,
    keyframeQuantiser: KEYFRAME_QUANTISER,
    frameQuantiser: FRAME_QUANTISER,
  });
  return createSegmentRenderer(scene, encoder);
}

function textOf(brief: SceneBrief): string {
  const { name, role } = brief.lowerThird;
  return [brief.title, name, role, ...brief.captionWords.map((word) => word.text)].join(' ');
}
